"""What family says of supporters who speak for themselves, and of whose turn it is to answer (`family.engagement`)."""

from datetime import date

from common.contracts.family import EngagementEvent
from common.contracts.message import Clinical, Contract, Instant, Part, Plain
from common.contracts.network import SupporterEvent
from common.contracts.words import ReleaseId, ReleaseScope, StaffId, SupporterId


class SupporterAimsSet(SupporterEvent):
    """What a supporter wants to work on themselves, as codes of the family program; said anew, it replaces it.

    Their plan stays as it was agreed with the clinician, who reads this beside it.
    """

    goals: Clinical[tuple[str, ...]]


class SupporterRead(SupporterEvent):
    """A supporter read what is shared with them, under this release; said once for each release and day.

    `day` is the program's.
    """

    release_id: Plain[ReleaseId]
    scopes: Plain[tuple[ReleaseScope, ...]]
    day: Plain[date]


class SupporterReadNothing(SupporterEvent):
    """A supporter asked for what is shared with them, and was shown nothing, and why.

    Said once for each reason and day; `reason` is as of `SupporterKeptSilent`.
    """

    reason: Plain[str]
    day: Plain[date]


class FamilyKnowledgeChecked(SupporterEvent):
    """How much of a module a supporter knows, before it or `after` it, in percent; never what they answered."""

    module: Plain[str]
    after: Plain[bool]
    percent: Clinical[int]
    recorded_by: Plain[StaffId]


class FamilyTurnsSet(EngagementEvent):
    """What decides when measures of the family are due changed: treatment began, moved to another level, or ended."""

    begun_at: Plain[Instant]
    moved_at: Plain[Instant | None] = None
    ended_at: Plain[Instant | None] = None


class FamilyTurnTaken(EngagementEvent):
    """A supporter answered a measure at `at`, or the participant (None); what they answered is said apart."""

    measure: Clinical[str]
    supporter_id: Plain[SupporterId | None] = None


class MissedTurn(Part):
    """One measure, by its code, whose turn it was (None: the participant's), and when it was due."""

    measure: Clinical[str]
    supporter_id: Plain[SupporterId | None] = None
    due_at: Plain[Instant]


class FamilyTurnsMissed(EngagementEvent):
    """Measures of the family that were due and did not come; each is said once for each turn. Nobody is blamed."""

    missed: Clinical[tuple[MissedTurn, ...]]


EVENTS: tuple[type[Contract], ...] = (
    SupporterAimsSet,
    SupporterRead,
    SupporterReadNothing,
    FamilyKnowledgeChecked,
    FamilyTurnsSet,
    FamilyTurnTaken,
    FamilyTurnsMissed,
)
COMMANDS: tuple[type[Contract], ...] = ()
