"""What skills says of targets, chain analyses, commitments and moments between sessions (`skills.progress`).

Words in the participant's own language stay with skills; codes, days and counts travel.
"""

from datetime import date
from enum import StrEnum

from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.skills import ProgressEvent
from common.contracts.words import GoalId, StaffId


class ChainKind(StrEnum):
    """What is gone through link by link: a behaviour, or why something did not happen. Source: facts 3.3."""

    CHAIN = "CHAIN"
    MISSING_LINKS = "MISSING_LINKS"


class CommitmentKind(StrEnum):
    """To the treatment itself, or to something until a day. Source: facts 3.5 rank 0, 1.1 A18."""

    TREATMENT = "TREATMENT"
    UNTIL_A_DAY = "UNTIL_A_DAY"


class CommitmentOutcome(StrEnum):
    """What came of a commitment, in words that blame nobody. Source: facts 1.1 A18, A19."""

    KEPT = "KEPT"
    PARTLY = "PARTLY"
    NOT_YET = "NOT_YET"
    CHANGED = "CHANGED"


class MomentKind(StrEnum):
    """What happened between sessions and belongs into the next one. Source: facts 1.1 A5, A16, A26, A27."""

    SUCCESS = "SUCCESS"
    DIFFICULTY = "DIFFICULTY"
    RUPTURE = "RUPTURE"
    REPAIR = "REPAIR"
    HELP_GIVEN = "HELP_GIVEN"
    HELP_RECEIVED = "HELP_RECEIVED"
    LOOKING_FORWARD = "LOOKING_FORWARD"


class TargetSet(ProgressEvent):
    """Something the participant and their therapist work on; `rank` 1-4 is its place in the hierarchy. Rule: SK-T7."""

    target_id: Plain[str]
    rank: Clinical[int]
    what: Clinical[str]
    """A code, never a sentence."""
    agreed: Clinical[bool]
    set_by: Plain[StaffId]


class TargetEnded(ProgressEvent):
    """It is not worked on any more; `reason` is a code."""

    target_id: Plain[str]
    reason: Clinical[str]
    ended_by: Plain[StaffId]


class ChainAnalysed(ProgressEvent):
    """What happened was gone through link by link; `about` is the agenda's code of it. Rule: SK-T6."""

    chain_id: Plain[str]
    kind: Clinical[ChainKind]
    about: Clinical[str]
    links: Clinical[int]
    skills: Clinical[tuple[str, ...]]
    """The skills that would have broken the chain, and are practised next."""
    analysed_by: Plain[StaffId]


class CommitmentMade(ProgressEvent):
    """The participant commits themself. Rule: SK-T8."""

    commitment_id: Plain[str]
    kind: Clinical[CommitmentKind]
    what: Clinical[str]
    due_on: Clinical[date | None]
    made_with: Plain[StaffId]
    goal_id: Plain[GoalId | None] = None
    """The goal it is a small step towards, where one is named."""


class CommitmentSettled(ProgressEvent):
    """What came of it; said again, it replaces."""

    commitment_id: Plain[str]
    outcome: Clinical[CommitmentOutcome]
    settled_by: Plain[StaffId]


class MomentNoted(ProgressEvent):
    """Something between sessions that belongs into the next one. Rule: SK-T9."""

    moment_id: Plain[str]
    kind: Clinical[MomentKind]
    happened_at: Clinical[Instant]
    skill: Clinical[str | None]


EVENTS: tuple[type[Contract], ...] = (
    TargetSet,
    TargetEnded,
    ChainAnalysed,
    CommitmentMade,
    CommitmentSettled,
    MomentNoted,
)
COMMANDS: tuple[type[Contract], ...] = ()
