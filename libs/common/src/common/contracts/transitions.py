"""What intake says of the policy's answers and of transitions (`intake.episodes`)."""

from datetime import date

from common.contracts.episodes import EpisodeEvent, ReviewEvent
from common.contracts.message import Clinical, Instant, Part, Plain
from common.contracts.words import (
    EpisodeId,
    GroupId,
    LevelOfCare,
    StaffId,
    TransitionId,
    TransitionKind,
)


class RuleOutcome(Part):
    """One rule of the policy, applied once: value against limit, and what it rests on."""

    rule: Plain[str]
    result: Plain[str]
    value: Clinical[str] = ""
    limit: Clinical[str] = ""
    event_ids: Plain[tuple[str, ...]] = ()
    missing: Clinical[str] = ""
    event_times: Clinical[tuple[Instant, ...]] = ()
    """When each of the events was true, in the order of their ids."""


class PolicyEvaluated(ReviewEvent):
    """The policy looked at the evidence and its answer changed (never said twice alike in a row)."""

    episode_id: Plain[EpisodeId]
    policy: Plain[str]
    """Version and content hash, `1.0+3f9a…`."""
    answer: Clinical[str]
    """`step-down-met`, `step-up`, `stay`, `emergency`."""
    outcomes: Clinical[tuple[RuleOutcome, ...]]
    evidence_hash: Plain[str]


class TransitionEvent(EpisodeEvent):
    """About one transition."""

    episode_id: Plain[EpisodeId]
    transition_id: Plain[TransitionId]


class TransitionProposed(TransitionEvent):
    """Somebody, or the policy, proposes another level of care. Only people approve."""

    kind: Plain[TransitionKind]
    from_level: Plain[LevelOfCare | None]
    to_level: Plain[LevelOfCare]
    proposed_by: Plain[str]
    """`policy 1.0+3f9a…` or a staff id."""
    signatures_needed: Plain[int]
    reason: Clinical[str] = ""
    outcomes: Clinical[tuple[RuleOutcome, ...]] = ()
    expires_at: Plain[Instant]
    evidence_hash: Plain[str] = ""
    """Of the evaluation a proposal of the policy rests on."""
    planned_on: Plain[date | None] = None
    """The program's date on which it takes effect, where a person chose one."""
    undoes: Plain[TransitionId | None] = None
    """The change of level it takes back."""


class TransitionSigned(TransitionEvent):
    """One entitled person says yes."""

    signed_by: Plain[StaffId]
    role: Plain[str]
    preferred_group_id: Plain[GroupId | None] = None
    """The group they would have the participant sit in, where they named one."""
    despite_opinions: Plain[tuple[str, ...]] = ()
    """The opinions on the level of care that ask for a higher one, such as they stood."""
    despite_reason: Clinical[str] = ""
    """Why this level is right all the same, as a code."""


class TransitionApproved(TransitionEvent):
    """Everybody who must sign has signed; preparation starts."""

    to_level: Plain[LevelOfCare]
    effective_at: Plain[Instant]
    kind: Plain[TransitionKind | None] = None


class TransitionRefused(TransitionEvent):
    """An entitled person says no, with a coded reason. Final for this proposal."""

    refused_by: Plain[StaffId]
    reason: Plain[str]


class TransitionStale(TransitionEvent):
    """The evidence changed; this proposal can no longer be signed."""

    reason: Plain[str]


class TransitionExpired(TransitionEvent):
    """Nobody signed in time."""


class TransitionStepDone(TransitionEvent):
    """One step of the preparation is in place: `place`, `family`, `skills`, `confirm`."""

    step: Plain[str]
    detail: Plain[str] = ""


class TransitionStepLate(TransitionEvent):
    """A step did not answer by its deadline; it is asked again, or the transition is compensated."""

    step: Plain[str]
    attempt: Plain[int]


class TransitionHeld(TransitionEvent):
    """The transition waits, with a reason (`no-place`); the old level stays active."""

    reason: Plain[str]
    to_level: Plain[LevelOfCare]


class TransitionReady(TransitionEvent):
    """Everything is in place; the change happens at `effective_at`."""

    effective_at: Plain[Instant]


class TransitionDue(TransitionEvent):
    """The effective instant is here; the destination is asked to confirm its place."""


class TransitionCompleted(TransitionEvent):
    """The new level is active and the old place is free."""

    kind: Plain[TransitionKind]
    from_level: Plain[LevelOfCare | None]
    to_level: Plain[LevelOfCare]


class TransitionCompensating(TransitionEvent):
    """The transition stops before its effective instant; everything arranged is given back."""

    reason: Plain[str]
    undo: Plain[tuple[str, ...]]
    stopped_by: Plain[StaffId | None] = None
    """Who stopped it, where a person did."""


class TransitionStepUndone(TransitionEvent):
    """One arranged step has been given back."""

    step: Plain[str]


class TransitionCompensated(TransitionEvent):
    """Everything is as it was before the transition; the old level never stopped being active."""

    reason: Plain[str]
