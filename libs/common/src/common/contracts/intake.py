"""What intake says (`intake.episodes`, `intake.contacts`) and is asked (`intake.commands`)."""

from datetime import date
from typing import ClassVar

from common.contracts.message import Clinical, Contract, Identifying, Instant, Part, Plain
from common.contracts.words import (
    Condition,
    Disposition,
    EpisodeId,
    Instrument,
    LevelOfCare,
    ParticipantId,
    ReferralId,
    ReleaseId,
    ReleaseScope,
    StaffId,
    SupporterId,
    TransitionId,
    TransitionKind,
)


class EpisodeEvent(Contract):
    """Said on the episode stream, about one participant."""

    TOPIC: ClassVar[str] = "intake.episodes"

    participant_id: Plain[ParticipantId]


class BaselineScore(Part):
    """A measure that came with a referral."""

    instrument: Clinical[Instrument]
    score: Clinical[float]
    administered_at: Clinical[Instant]


class ReferralReceived(EpisodeEvent):
    """Somebody asks for care. `from_source` is the kind of sender: `fhir`, `manual`."""

    referral_id: Plain[ReferralId]
    from_source: Plain[str]
    conditions: Clinical[tuple[Condition, ...]] = ()
    baseline: Clinical[tuple[BaselineScore, ...]] = ()
    questions: Clinical[tuple[str, ...]] = ()
    """Eligibility rules that did not pass, as `rule-id: code`; put to a person."""


class ReferralAccepted(EpisodeEvent):
    """A named person takes the participant into the program."""

    referral_id: Plain[ReferralId]
    decided_by: Plain[StaffId]


class ReferralDeclined(EpisodeEvent):
    """A named person declines, with a coded reason."""

    referral_id: Plain[ReferralId]
    decided_by: Plain[StaffId]
    reason: Plain[str]


class EpisodeOpened(EpisodeEvent):
    """An episode of care begins, before any level of care is active."""

    episode_id: Plain[EpisodeId]
    referral_id: Plain[ReferralId]
    primary_therapist: Plain[StaffId]
    conditions: Clinical[tuple[Condition, ...]] = ()
    baseline: Clinical[tuple[BaselineScore, ...]] = ()


class PrimaryTherapistChanged(EpisodeEvent):
    """The one primary therapist is now another person."""

    episode_id: Plain[EpisodeId]
    from_staff: Plain[StaffId]
    to_staff: Plain[StaffId]
    reason: Plain[str]


class LevelOfCareChanged(EpisodeEvent):
    """The old level of care is closed and the new one open, at one instant. `from_level` is None at the first."""

    episode_id: Plain[EpisodeId]
    transition_id: Plain[TransitionId]
    kind: Plain[TransitionKind]
    from_level: Plain[LevelOfCare | None]
    to_level: Plain[LevelOfCare]
    primary_therapist: Plain[StaffId]


class LeaveStarted(EpisodeEvent):
    """A planned leave of absence; the level of care stays."""

    episode_id: Plain[EpisodeId]
    return_due_at: Plain[Instant]
    agreed_by: Plain[StaffId]


class LeaveReturned(EpisodeEvent):
    """Back from leave."""

    episode_id: Plain[EpisodeId]


class LeaveOverdue(EpisodeEvent):
    """Not back from leave when due; staff are told, nothing else changes."""

    episode_id: Plain[EpisodeId]
    return_due_at: Plain[Instant]


class EpisodeClosed(EpisodeEvent):
    """Treatment ends; `from_level` is the level that was active."""

    episode_id: Plain[EpisodeId]
    from_level: Plain[LevelOfCare]
    disposition: Plain[Disposition]
    decided_by: Plain[StaffId]
    reason: Plain[str] = ""


class FollowUpDue(EpisodeEvent):
    """A contact after an ending falls due; ending against advice never cancels it. Rule: IN-E6."""

    episode_id: Plain[EpisodeId]
    step: Plain[str]


class SafetyPlanReviewed(EpisodeEvent):
    """Safety plan and means safety were gone through together."""

    episode_id: Plain[EpisodeId]
    reviewed_by: Plain[StaffId]


class MedicalClearanceRecorded(EpisodeEvent):
    """A medical provider attests clearance (`cleared`), or that it is required and missing."""

    episode_id: Plain[EpisodeId]
    required: Clinical[bool]
    cleared: Clinical[bool]
    recorded_by: Plain[StaffId]


class ReleaseGranted(EpisodeEvent):
    """The participant lets one supporter hear about the named scopes."""

    release_id: Plain[ReleaseId]
    supporter_id: Plain[SupporterId]
    scopes: Plain[tuple[ReleaseScope, ...]]
    expires_on: Plain[date | None] = None


class ReleaseRevoked(EpisodeEvent):
    """The participant takes a release back, from now on."""

    release_id: Plain[ReleaseId]
    supporter_id: Plain[SupporterId]


class EvidenceNoted(EpisodeEvent):
    """Intake counted one piece of evidence, known by the id of the message that brought it.

    `body` is the evidence itself, as the policy reads it.
    """

    episode_id: Plain[EpisodeId]
    event_id: Plain[str]
    kind: Plain[str]
    body: Clinical[str]


class RuleOutcome(Part):
    """One rule of the policy, applied once: value against limit, and what it rests on."""

    rule: Plain[str]
    result: Plain[str]
    value: Clinical[str] = ""
    limit: Clinical[str] = ""
    event_ids: Plain[tuple[str, ...]] = ()
    missing: Clinical[str] = ""


class PolicyEvaluated(EpisodeEvent):
    """The policy looked at the evidence and its answer changed (never said twice alike in a row)."""

    episode_id: Plain[EpisodeId]
    policy: Plain[str]
    """Version and content hash, `1.0+3f9a…`."""
    answer: Plain[str]
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


class TransitionSigned(TransitionEvent):
    """One entitled person says yes."""

    signed_by: Plain[StaffId]
    role: Plain[str]


class TransitionApproved(TransitionEvent):
    """Everybody who must sign has signed; preparation starts."""

    to_level: Plain[LevelOfCare]
    effective_at: Plain[Instant]


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


class TransitionStepUndone(TransitionEvent):
    """One arranged step has been given back."""

    step: Plain[str]


class TransitionCompensated(TransitionEvent):
    """Everything is as it was before the transition; the old level never stopped being active."""

    reason: Plain[str]


class ContactRecorded(Contract):
    """Direct identifiers. Restricted stream."""

    TOPIC: ClassVar[str] = "intake.contacts"

    participant_id: Plain[ParticipantId]
    given_name: Identifying[str]
    family_name: Identifying[str]
    birth_date: Identifying[date | None] = None
    phone: Identifying[str] = ""
    email: Identifying[str] = ""


EVENTS: tuple[type[Contract], ...] = (
    ReferralReceived,
    ReferralAccepted,
    ReferralDeclined,
    EpisodeOpened,
    PrimaryTherapistChanged,
    LevelOfCareChanged,
    LeaveStarted,
    LeaveReturned,
    LeaveOverdue,
    EpisodeClosed,
    FollowUpDue,
    SafetyPlanReviewed,
    MedicalClearanceRecorded,
    ReleaseGranted,
    ReleaseRevoked,
    EvidenceNoted,
    PolicyEvaluated,
    TransitionProposed,
    TransitionSigned,
    TransitionApproved,
    TransitionRefused,
    TransitionStale,
    TransitionExpired,
    TransitionStepDone,
    TransitionStepLate,
    TransitionHeld,
    TransitionReady,
    TransitionDue,
    TransitionCompleted,
    TransitionCompensating,
    TransitionStepUndone,
    TransitionCompensated,
    ContactRecorded,
)
COMMANDS: tuple[type[Contract], ...] = ()
