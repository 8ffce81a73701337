"""Who may tell skills of practice and homework over HTTP."""

from datetime import date

from fastapi import APIRouter, Depends, Request, status
from pydantic import Field

from common.change import change
from common.contracts.curriculum import HomeworkOutcome, PracticeContext
from common.contracts.words import Role
from common.web import Body, Doing, Receipt, allow, staff_of
from skills.domain.homework import homework_id_of
from skills.domain.practice import Use
from skills.domain.workbook import Workbook
from skills.doors.curriculum import MOST_PARTICIPANTS, Taught
from skills.doors.http import CLINICAL, Code, Participant, Person, Whole, begun
from skills.doors.stranger import SAYS_IF_UNHEARD

router = APIRouter(prefix="/v1", tags=["practice"], dependencies=[Depends(staff_of), SAYS_IF_UNHEARD])


class Practised(Body):
    """One skill on one day; what a code means is the diary card's."""

    skill: Code
    day: date
    code: Whole
    context: PracticeContext = PracticeContext.HOME
    with_others: bool = False


class PractisedSome(Body):
    """What a practice log hands on."""

    uses: tuple[Practised, ...] = Field(min_length=1, max_length=200)


class HomeworkFor(Body):
    """Practice agreed with everybody named, until a day."""

    skill: Code
    due_on: date
    participant_ids: tuple[Person, ...] = Field(min_length=1, max_length=MOST_PARTICIPANTS)


class HomeworkSeen(Body):
    """What came of it; `code` where a skill code was given."""

    outcome: HomeworkOutcome
    code: Whole | None = None


@router.post(
    "/participants/{pid}/practice",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(*CLINICAL, Role.INTEGRATION)],
)
async def log_practice(
    pid: Participant, body: PractisedSome, doing: Doing, syllabus: Taught, request: Request
) -> Receipt:
    """Skills were practised; all of it is taken, or nothing."""
    zone = request.app.state.settings.zone
    uses = [Use(**dict(one)) for one in body.uses if begun(one.day, doing.now, zone)]
    return await doing.do(change(Workbook, pid, Workbook.practise, syllabus, uses, doing.now))


@router.post("/homework", status_code=status.HTTP_201_CREATED, dependencies=[allow(Role.SKILLS_LEADER, Role.CLINICIAN)])
async def give_homework(body: HomeworkFor, doing: Doing, syllabus: Taught) -> Receipt:
    """Agree on practice with a group, or with one participant; `homework_id` is the same for each."""
    by, give = doing.staff.id, Workbook.give_homework
    given = [
        change(Workbook, pid, give, syllabus, body.skill, body.due_on, by, doing.now)
        for pid in dict.fromkeys(body.participant_ids)
    ]
    return await doing.do(*given, homework_id=homework_id_of(body.skill, body.due_on))


@router.post(
    "/participants/{pid}/homework/{homework_id}/review", dependencies=[allow(Role.SKILLS_LEADER, Role.CLINICIAN)]
)
async def review_homework(pid: Participant, homework_id: str, body: HomeworkSeen, doing: Doing) -> Receipt:
    """Go through homework together; said again with other content, it replaces."""
    review, by = Workbook.review_homework, doing.staff.id
    return await doing.do(change(Workbook, pid, review, homework_id, body.outcome, body.code, by, doing.now))
