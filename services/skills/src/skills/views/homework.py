"""What skills can answer about homework."""

from common.mongo import Database
from skills.domain.homework import Assignment
from skills.views.coverage import workbook


class HomeworkView(Assignment):
    """Practice that was agreed."""

    homework_id: str


async def homework(database: Database, participant_id: str) -> list[HomeworkView]:
    """What is due last comes first; none is an empty list."""
    agreed = (await workbook(database, participant_id)).homework.agreed
    found = [HomeworkView(homework_id=id, **dict(one)) for id, one in agreed.items()]
    return sorted(found, key=lambda one: one.due_on, reverse=True)
