"""What skills says of what was corrected, and by a participant's own word (`skills.progress`)."""

from datetime import date

from common.contracts.curriculum import HomeworkOutcome
from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.skills import ProgressEvent
from common.contracts.words import FlagId, RiskLevel, TargetKind


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


EVENTS: tuple[type[Contract], ...] = (HomeworkReported, TargetBehaviourSetAside, HistoricalRiskFound)
COMMANDS: tuple[type[Contract], ...] = ()
