"""What skills says of cycles, lessons, practice and homework (`skills.progress`)."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.skills import ProgressEvent
from common.contracts.words import ExposureSource, GroupId, LevelOfCare, SkillModule, StaffId, SupporterId


class PracticeContext(StrEnum):
    """Where a skill was practised; DIARY says that the card of the day tells of it."""

    DIARY = "DIARY"
    GROUP = "GROUP"
    SESSION = "SESSION"
    COACHING = "COACHING"
    HOME = "HOME"


class HomeworkOutcome(StrEnum):
    """What came of homework, in words that blame nobody. Source: facts 1.1 A18, A19."""

    DONE = "DONE"
    PARTLY = "PARTLY"
    NOT_YET = "NOT_YET"


class CycleChosen(ProgressEvent):
    """A person put the participant onto a cycle of the curriculum, to stay there at every level. Rule: SK-C10."""

    cycle: Plain[str]
    module: Plain[SkillModule]
    lesson_index: Plain[int]
    next_lesson: Plain[str]
    chosen_by: Plain[StaffId]


class LessonRepeated(ProgressEvent):
    """A lesson the participant has had reached them again, at `at`. Rule: SK-C11."""

    module: Plain[SkillModule]
    lesson: Plain[str]
    source: Plain[ExposureSource]
    make_up: Plain[bool]
    level: Plain[LevelOfCare | None]
    lesson_index: Plain[int | None]
    """Where in their cycle the participant stands now; None where the lesson moved nothing."""
    next_lesson: Plain[str]


class LessonMissed(ProgressEvent):
    """A lesson was given at `at` and the participant could not be there. Rule: SK-C12."""

    module: Plain[SkillModule]
    lesson: Plain[str]
    level: Plain[LevelOfCare | None]
    lesson_index: Plain[int | None]
    """Where the participant stands now that the group is past it; None where it moved nothing."""
    next_lesson: Plain[str]


class LessonPlanned(Contract):
    """A group will have this lesson then; said again for the same instant, it replaces. Rule: SK-C14."""

    TOPIC: ClassVar[str] = "skills.progress"

    group_id: Plain[GroupId]
    starts_at: Plain[Instant]
    module: Plain[SkillModule]
    lesson: Plain[str]
    make_up: Plain[bool]
    level: Plain[LevelOfCare | None]
    """Whom it is open to; None: everybody."""
    planned_by: Plain[StaffId]

    def subject(self) -> str:
        """The group."""
        return f"group:{self.group_id}"


class LessonUnplanned(Contract):
    """The group will not have a lesson then after all."""

    TOPIC: ClassVar[str] = "skills.progress"

    group_id: Plain[GroupId]
    starts_at: Plain[Instant]
    unplanned_by: Plain[StaffId]

    def subject(self) -> str:
        """The group."""
        return f"group:{self.group_id}"


class SkillPractised(ProgressEvent):
    """A skill was practised on a day. `code` is the categorical 0-7 code, never averaged. Rule: SK-C15."""

    skill: Plain[str]
    day: Clinical[date]
    code: Clinical[int]
    context: Clinical[PracticeContext]
    with_others: Clinical[bool]


class HomeworkGiven(ProgressEvent):
    """Practice of one skill was agreed until a day. Rule: SK-C17."""

    homework_id: Plain[str]
    skill: Plain[str]
    due_on: Plain[date]
    given_by: Plain[StaffId]


class HomeworkReviewed(ProgressEvent):
    """Homework was gone through; said again, it replaces. `code` is the categorical 0-7 code. Rule: SK-C17."""

    homework_id: Plain[str]
    skill: Plain[str]
    outcome: Clinical[HomeworkOutcome]
    code: Clinical[int | None]
    reviewed_by: Plain[StaffId]


class SkillsRehearsed(ProgressEvent):
    """Skills were worked through part by part, in words that stay with skills. Rule: SK-C18."""

    rehearsal_id: Plain[str]
    skills: Clinical[tuple[str, ...]]
    parts: Clinical[tuple[str, ...]]
    value_ids: Plain[tuple[str, ...]] = ()
    """The participant's values it rests on. Rule: SK-G2."""
    supporter_id: Clinical[SupporterId | None] = None
    """The person it is about, where one is named."""


class RehearsalRated(ProgressEvent):
    """How it went, 0-5 each, where somebody said; said again, it replaces. Rule: SK-C18."""

    rehearsal_id: Plain[str]
    objective: Clinical[int | None]
    relationship: Clinical[int | None]
    self_respect: Clinical[int | None]
    recorded_by: Plain[StaffId]


EVENTS: tuple[type[Contract], ...] = (
    CycleChosen,
    LessonRepeated,
    LessonMissed,
    LessonPlanned,
    LessonUnplanned,
    SkillPractised,
    HomeworkGiven,
    HomeworkReviewed,
    SkillsRehearsed,
    RehearsalRated,
)
COMMANDS: tuple[type[Contract], ...] = ()
