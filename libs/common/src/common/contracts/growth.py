"""What skills says of what a participant lives for and works through in their own words (`skills.progress`).

The words stay with skills; ids, codes, days and counts travel.
"""

from datetime import date
from enum import StrEnum

from common.contracts.care import GoalOutcome
from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.skills import ProgressEvent
from common.contracts.words import GoalId, SessionId, SupporterId


class AheadOutcome(StrEnum):
    """What became of a thing looked forward to, in words that blame nobody. Source: facts 1.1 A5, A19."""

    HAPPENED = "HAPPENED"
    NOT_THIS_TIME = "NOT_THIS_TIME"


class ValueNamed(ProgressEvent):
    """The participant names something that matters to them, and which of their goals rest on it. Rule: SK-G1."""

    value_id: Plain[str]
    goal_ids: Plain[tuple[GoalId, ...]]


class ValueSetAside(ProgressEvent):
    """It is not one of their values any more. Rule: SK-G1."""

    value_id: Plain[str]


class LookedForwardTo(ProgressEvent):
    """The participant has something to look forward to, on a day; `session_id` where it is scheduled. Rule: SK-G3."""

    ahead_id: Plain[str]
    on: Clinical[date]
    starts_at: Clinical[Instant | None]
    with_others: Clinical[bool]
    value_id: Plain[str | None]
    session_id: Plain[SessionId | None]


class AheadSettled(ProgressEvent):
    """What became of it; said again, it replaces. Rule: SK-G3."""

    ahead_id: Plain[str]
    outcome: Clinical[AheadOutcome]


class ExpressionGoalSet(ProgressEvent):
    """Something the participant wants to be able to say, with a person where one is chosen. Rule: SK-G4."""

    expression_id: Plain[str]
    supporter_id: Clinical[SupporterId | None]


class ExpressionPractised(ProgressEvent):
    """They said it, or tried to, at `at`; `openness` 0-5, None where nobody said. Rule: SK-G4."""

    expression_id: Plain[str]
    practice_id: Plain[str]
    supporter_id: Clinical[SupporterId | None]
    openness: Clinical[int | None]


class ExpressionGoalEnded(ProgressEvent):
    """It was reached, or is set aside. Rule: SK-G4."""

    expression_id: Plain[str]
    outcome: Clinical[GoalOutcome]


class BeliefNamed(ProgressEvent):
    """A belief that does not help was put into words. Rule: SK-G5."""

    belief_id: Plain[str]


class AlternativeFound(ProgressEvent):
    """Another way to see it, and the skills that help to live by it; a later one replaces. Rule: SK-G5."""

    belief_id: Plain[str]
    alternative_id: Plain[str]
    skills: Clinical[tuple[str, ...]]


class BeliefRated(ProgressEvent):
    """How much the participant believes it, 0-10, at `at`. Rule: SK-G5."""

    belief_id: Plain[str]
    conviction: Clinical[int]


EVENTS: tuple[type[Contract], ...] = (
    ValueNamed,
    ValueSetAside,
    LookedForwardTo,
    AheadSettled,
    ExpressionGoalSet,
    ExpressionPractised,
    ExpressionGoalEnded,
    BeliefNamed,
    AlternativeFound,
    BeliefRated,
)
COMMANDS: tuple[type[Contract], ...] = ()
