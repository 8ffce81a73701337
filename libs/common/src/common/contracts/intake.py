"""What intake says (`intake.episodes`, `intake.reviews`, `intake.contacts`) and is asked (`intake.commands`)."""

from datetime import date
from typing import ClassVar

from common.contracts import moves
from common.contracts.episodes import (
    BaselineScore,
    EpisodeClosed,
    EpisodeEvent,
    EpisodeOpened,
    EvidenceNoted,
    FollowUpDue,
    LeaveOverdue,
    LeaveReturned,
    LeaveStarted,
    LevelOfCareChanged,
    LevelQuestion,
    MedicalClearanceRecorded,
    PrimaryTherapistChanged,
    ReferralAccepted,
    ReferralDeclined,
    ReferralReceived,
    ReleaseGranted,
    ReleaseRevoked,
    ReviewEvent,
    SafetyPlanReviewed,
)
from common.contracts.message import Contract, Identifying, Plain
from common.contracts.transitions import (
    PolicyEvaluated,
    RuleOutcome,
    TransitionApproved,
    TransitionCompensated,
    TransitionCompensating,
    TransitionCompleted,
    TransitionDue,
    TransitionEvent,
    TransitionExpired,
    TransitionHeld,
    TransitionProposed,
    TransitionReady,
    TransitionRefused,
    TransitionSigned,
    TransitionStale,
    TransitionStepDone,
    TransitionStepLate,
    TransitionStepUndone,
)
from common.contracts.words import (
    ParticipantId,
)

__all__ = [
    "COMMANDS",
    "EVENTS",
    "BaselineScore",
    "ContactRecorded",
    "EpisodeClosed",
    "EpisodeEvent",
    "EpisodeOpened",
    "EvidenceNoted",
    "FollowUpDue",
    "LeaveOverdue",
    "LeaveReturned",
    "LeaveStarted",
    "LevelOfCareChanged",
    "LevelQuestion",
    "MedicalClearanceRecorded",
    "PolicyEvaluated",
    "PrimaryTherapistChanged",
    "ReferralAccepted",
    "ReferralDeclined",
    "ReferralReceived",
    "ReleaseGranted",
    "ReleaseRevoked",
    "ReviewEvent",
    "RuleOutcome",
    "SafetyPlanReviewed",
    "TransitionApproved",
    "TransitionCompensated",
    "TransitionCompensating",
    "TransitionCompleted",
    "TransitionDue",
    "TransitionEvent",
    "TransitionExpired",
    "TransitionHeld",
    "TransitionProposed",
    "TransitionReady",
    "TransitionRefused",
    "TransitionSigned",
    "TransitionStale",
    "TransitionStepDone",
    "TransitionStepLate",
    "TransitionStepUndone",
]


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
    *moves.EVENTS,
)
COMMANDS: tuple[type[Contract], ...] = ()
