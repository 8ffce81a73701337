"""What skills says of what was corrected, and by a participant's own word (`skills.progress`)."""

from datetime import date
from typing import ClassVar

from common.contracts.curriculum import HomeworkOutcome
from common.contracts.groups import MovedMeeting
from common.contracts.message import Clinical, Contract, Instant, Part, Plain
from common.contracts.skills import ProgressEvent
from common.contracts.words import FlagId, GroupId, ParticipantId, RiskLevel, SkillModule, StaffId, TargetKind


class HomeworkReported(ProgressEvent):
    """The participant says how homework went, before it is gone through; said again, it replaces. Rule: SK-O4."""

    homework_id: Plain[str]
    skill: Plain[str]
    outcome: Clinical[HomeworkOutcome]
    code: Clinical[int | None]


class TargetBehaviourSetAside(ProgressEvent):
    """The correction of a diary card says that what an earlier revision told of did not happen. Rule: SK-D15."""

    kind: Clinical[TargetKind]
    happened_at: Clinical[Instant]
    card_day: Clinical[date]


class HistoricalRiskFound(ProgressEvent):
    """An item that speaks of danger was endorsed long ago, and is known only now: a person looks at it.

    It is no flag of today: nobody is paged, no screen is asked for. `at` is when it was found. Rule: SK-R20.
    """

    flag_id: Plain[FlagId]
    measured_at: Clinical[Instant]
    level: Clinical[RiskLevel]
    """How high a flag would have been at the time."""
    rule: Plain[str]
    review_on: Plain[date]


class MeetingEvent(Contract):
    """Said on the progress stream, about one meeting of a group."""

    TOPIC: ClassVar[str] = "skills.progress"

    group_id: Plain[GroupId]
    starts_at: Plain[Instant]

    def subject(self) -> str:
        """The group."""
        return f"group:{self.group_id}"


class LessonRollMarked(MeetingEvent):
    """Whether somebody was at a meeting, by its roster; marked anew, it replaces. Rule: SK-C19."""

    participant_id: Plain[ParticipantId]
    there: Clinical[bool | None]
    """None: nobody could be, the program or the therapist was away."""
    make_up: Plain[bool]


class LessonMeetingDropped(MeetingEvent):
    """The meeting does not take place, so that no lesson can be planned for it. Rule: SK-C20."""

    dropped_by: Plain[StaffId]


class LessonMeetingsMoved(Contract):
    """A group meets at other times: its lessons go along, and none can be planned for the times it left.

    Rule: SK-C23.
    """

    TOPIC: ClassVar[str] = "skills.progress"

    group_id: Plain[GroupId]
    moves: Plain[tuple[MovedMeeting, ...]]
    moved_by: Plain[StaffId]

    def subject(self) -> str:
        """The group."""
        return f"group:{self.group_id}"


class LessonTakenBack(ProgressEvent):
    """A lesson did not reach the participant at `held_at` after all, or was not missed then. Rule: SK-C21."""

    module: Plain[SkillModule]
    lesson: Plain[str]
    held_at: Plain[Instant]
    missed: Clinical[bool]
    """It is a miss that is taken back."""
    taught_at: Plain[Instant | None]
    """When the lesson reached them first, as it is known now; None: it never did."""
    lesson_index: Plain[int | None]
    """Where in their cycle they stand again; None where the lesson had moved nothing."""
    next_lesson: Plain[str]


class LessonHad(Part):
    """What a meeting meant to somebody on its roster."""

    module: Plain[SkillModule]
    lesson: Plain[str]
    there: Clinical[bool]
    make_up: Plain[bool]


class SettleLesson(Contract):
    """A group asks the record of somebody on its roster to follow it: not `was` any more, but `now`."""

    TOPIC: ClassVar[str] = "skills.commands"

    participant_id: Plain[ParticipantId]
    group_id: Plain[GroupId]
    starts_at: Plain[Instant]
    was: Clinical[LessonHad | None]
    now: Clinical[LessonHad | None]


EVENTS: tuple[type[Contract], ...] = (
    HomeworkReported,
    TargetBehaviourSetAside,
    HistoricalRiskFound,
    LessonRollMarked,
    LessonMeetingDropped,
    LessonMeetingsMoved,
    LessonTakenBack,
)
COMMANDS: tuple[type[Contract], ...] = (SettleLesson,)
