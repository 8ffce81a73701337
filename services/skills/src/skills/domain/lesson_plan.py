"""What a group will have, meeting by meeting: so that a lesson missed can be made up somewhere."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from common.change import Aggregate
from common.contracts.curriculum import LessonPlanned, LessonUnplanned
from common.contracts.message import Contract, Instant
from common.contracts.words import GroupId, LevelOfCare, SkillModule, StaffId
from skills.domain.syllabus import Syllabus

KEEP = 120
"""Meetings kept in the state, the latest ones. ASSUMED: two years of a weekly group; the journal keeps all."""


class Planned(BaseModel):
    """One lesson at one meeting; `level`: whom it is open to, None: everybody."""

    model_config = ConfigDict(frozen=True)

    starts_at: Instant
    module: SkillModule
    lesson: str
    make_up: bool = False
    level: LevelOfCare | None = None


class LessonPlan(Aggregate):
    """The lessons of one group to come; its id is the group's."""

    lessons: dict[str, Planned] = Field(default_factory=dict)
    """By the instant they begin, in UTC."""

    def plan(self, syllabus: Syllabus, some: Sequence[Planned], by: StaffId, now: datetime) -> list[Contract]:
        """What is already planned so says nothing; another lesson replaces. Raises Invalid. Rule: SK-C14."""
        for one in some:
            syllabus.check(one.module, one.lesson)
        return [
            LessonPlanned(at=now, group_id=GroupId(self.id), planned_by=by, **dict(one))
            for one in some
            if self.lessons.get(_key(one.starts_at)) != one
        ]

    def unplan(self, starts_at: datetime, by: StaffId, now: datetime) -> list[Contract]:
        """No lesson then after all; none planned is no error. Rule: SK-C14."""
        held = self.lessons.get(_key(starts_at))
        if held is None:
            return []
        return [LessonUnplanned(at=now, group_id=GroupId(self.id), starts_at=held.starts_at, unplanned_by=by)]

    def after(self, fact: Contract) -> Self:
        """The plan once `fact` is true."""
        match fact:
            case LessonPlanned():
                one = Planned.model_validate({name: getattr(fact, name) for name in Planned.model_fields})
                lessons = sorted({**self.lessons, _key(fact.starts_at): one}.items())
                return self.model_copy(update={"lessons": dict(lessons[-KEEP:])})
            case LessonUnplanned():
                lessons = [pair for pair in self.lessons.items() if pair[0] != _key(fact.starts_at)]
                return self.model_copy(update={"lessons": dict(lessons)})
        return self


def _key(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
