"""What intake says of referrals, episodes, leave, endings, consent and evidence (`intake.episodes`)."""

from datetime import date
from typing import ClassVar

from common.contracts.message import Clinical, Contract, Instant, Part, Plain, SubstanceUse
from common.contracts.words import (
    Condition,
    ConsentSetting,
    Disposition,
    EpisodeId,
    HandOverId,
    Instrument,
    LeaveDestination,
    LevelOfCare,
    ParticipantId,
    Priority,
    ReferralId,
    ReleaseId,
    ReleaseScope,
    Signatory,
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


class LevelQuestion(Part):
    """An eligibility rule that did not pass for one level of care, as `rule-id: code`."""

    level: Plain[LevelOfCare]
    question: Clinical[str]


class ReferralReceived(EpisodeEvent):
    """Somebody asks for care. `from_source` is the kind of sender: `fhir`, `manual`."""

    referral_id: Plain[ReferralId]
    from_source: Plain[str]
    conditions: Clinical[tuple[Condition, ...]] = ()
    baseline: Clinical[tuple[BaselineScore, ...]] = ()
    questions: Clinical[tuple[str, ...]] = ()
    """Eligibility rules that did not pass, as `rule-id: code`; put to a person."""
    level_questions: Clinical[tuple[LevelQuestion, ...]] = ()
    """The same, for those who would be accepted at the level named."""
    priority: Clinical[Priority] = Priority.ROUTINE
    """As the referrer says; FHIR: routine where nothing is said."""
    requested_level: Plain[LevelOfCare | None] = None
    contact_due_at: Plain[Instant | None] = None
    """By when somebody speaks with them for the first time."""


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
    previous_episode_id: Plain[EpisodeId | None] = None


class PrimaryTherapistChanged(EpisodeEvent):
    """The one primary therapist is now another person. Without `hand_over_id` it happened without an overlap."""

    episode_id: Plain[EpisodeId]
    from_staff: Plain[StaffId]
    to_staff: Plain[StaffId]
    reason: Plain[str]
    hand_over_id: Plain[HandOverId | None] = None


class LevelOfCareChanged(EpisodeEvent):
    """The old level of care is closed and the new one open, at one instant. `from_level` is None at the first."""

    episode_id: Plain[EpisodeId]
    transition_id: Plain[TransitionId]
    kind: Plain[TransitionKind]
    from_level: Plain[LevelOfCare | None]
    to_level: Plain[LevelOfCare]
    primary_therapist: Plain[StaffId]
    known_at: Plain[Instant | None] = None
    """When it was known; `at` is when it was true."""
    undoes: Plain[TransitionId | None] = None
    """The change this one takes back."""


class LeaveStarted(EpisodeEvent):
    """A planned leave of absence; the level of care stays."""

    episode_id: Plain[EpisodeId]
    return_due_at: Plain[Instant]
    agreed_by: Plain[StaffId]
    destination: Clinical[LeaveDestination | None] = None
    supporter_id: Plain[SupporterId | None] = None
    """Who answers for the participant meanwhile."""
    screen_event_id: Plain[str] = ""
    """The event of the suicide screen before it, where there was one in time."""
    medication_plan: Clinical[bool | None] = None
    lacking: Clinical[tuple[str, ...]] = ()
    """What a pass out of residential care should have, and this one has not; it is told, and stops nothing."""


class LeaveReturned(EpisodeEvent):
    """Back from leave."""

    episode_id: Plain[EpisodeId]
    checked_by: Plain[StaffId | None] = None
    """Who went through the check on return, where somebody did."""


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
    known_at: Plain[Instant | None] = None
    """When it was known; `at` is when it was true."""
    outreach_on: Plain[tuple[date, ...]] = ()
    """The days on which somebody tried to reach the participant before the program ended treatment."""


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


class Part2Consent(Part):
    """What a consent to tell of substance use says, element by element; codes, no prose. Source: facts 6.6.

    The recipient is the release's supporter. `for_tpo` says that it covers treatment, payment and operations.
    """

    participant_named: SubstanceUse[bool] = False
    discloser: SubstanceUse[str] = ""
    information: SubstanceUse[tuple[str, ...]] = ()
    recipient_named: SubstanceUse[bool] = False
    purpose: SubstanceUse[str] = ""
    right_to_revoke_explained: SubstanceUse[bool] = False
    expiry_event: SubstanceUse[str] = ""
    signed: SubstanceUse[bool] = False
    signed_on: SubstanceUse[date | None] = None
    for_tpo: SubstanceUse[bool] = False
    redisclosure_stated: SubstanceUse[bool] = False
    refusal_explained: SubstanceUse[bool] = False


class ReleaseGranted(EpisodeEvent):
    """One supporter may hear about the named scopes, on whose signature, about care of which setting.

    `verbal`: agreed in conversation and not signed; it holds for hours, and ends at the latest with `expires_on`.
    """

    release_id: Plain[ReleaseId]
    supporter_id: Plain[SupporterId]
    scopes: Plain[tuple[ReleaseScope, ...]]
    expires_on: Plain[date | None] = None
    granted_by: Plain[Signatory | None] = None
    signed_for: Plain[ConsentSetting | None] = None
    assented: Plain[bool | None] = None
    part2: SubstanceUse[Part2Consent | None] = None
    verbal: Plain[bool] = False


class ReleaseRevoked(EpisodeEvent):
    """A release holds no more, from now on: taken back, or for the coded `reason`, such as `came-of-age`."""

    release_id: Plain[ReleaseId]
    supporter_id: Plain[SupporterId]
    reason: Plain[str] = ""


class ReviewEvent(EpisodeEvent):
    """Said on the review stream: what the policy counted and answered, for those who audit it."""

    TOPIC: ClassVar[str] = "intake.reviews"


class EvidenceNoted(ReviewEvent):
    """Intake counted one piece of evidence, known by the id of the message that brought it.

    `body` is the evidence itself, as the policy reads it.
    """

    episode_id: Plain[EpisodeId]
    event_id: Plain[str]
    kind: Plain[str]
    body: Clinical[str]
