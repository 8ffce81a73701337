"""Short stories of the house, told message by message."""

from datetime import datetime
from typing import Any

from common.contracts import intake, notifications, plumbing
from common.contracts.words import (
    LevelOfCare,
    NoticeId,
    ParticipantId,
    RecipientKind,
    StaffId,
    TransitionKind,
)
from common.units import Delivery
from services.operations.telling import Telling, later, named

ANA = ParticipantId(named("ana"))
MOVE: dict[str, Any] = {
    "participant_id": ANA,
    "episode_id": named("episode"),
    "transition_id": named("transition"),
}
DOCTOR = StaffId("staff-ines")
CHANGE: dict[str, Any] = {
    "kind": TransitionKind.STEP_DOWN,
    "from_level": LevelOfCare.PHP,
    "to_level": LevelOfCare.IOP,
}


def proposal(tell: Telling, at: datetime | None = None) -> Delivery:
    """A step down is proposed."""
    return tell(
        intake.TransitionProposed(
            at=at or later(),
            **MOVE,
            **CHANGE,
            proposed_by="policy 1.0",
            signatures_needed=2,
            reason="scores fell for three weeks",
            expires_at=later(days=30),
        )
    )


def held_story(tell: Telling) -> list[Delivery]:
    """Proposed, signed twice, approved, and no place."""
    return [
        proposal(tell),
        tell(intake.TransitionSigned(at=later(hours=1), **MOVE, signed_by=DOCTOR, role="clinician")),
        tell(intake.TransitionSigned(at=later(hours=2), **MOVE, signed_by=StaffId("staff-omar"), role="medical")),
        tell(
            intake.TransitionApproved(at=later(hours=2), **MOVE, to_level=LevelOfCare.IOP, effective_at=later(days=2))
        ),
        tell(intake.TransitionStepDone(at=later(hours=3), **MOVE, step="family")),
        tell(intake.TransitionHeld(at=later(hours=3), **MOVE, reason="no-place", to_level=LevelOfCare.IOP)),
    ]


def change_story(tell: Telling) -> list[Delivery]:
    """The place comes, everything is ready, the level changes."""
    return [
        tell(intake.TransitionStepDone(at=later(hours=30), **MOVE, step="place")),
        tell(intake.TransitionStepDone(at=later(hours=30), **MOVE, step="skills")),
        tell(intake.TransitionReady(at=later(hours=31), **MOVE, effective_at=later(days=2))),
        tell(intake.LevelOfCareChanged(at=later(days=2), **MOVE, **CHANGE, primary_therapist=DOCTOR)),
        tell(intake.TransitionCompleted(at=later(days=2), **MOVE, **CHANGE)),
    ]


def notice(tell: Telling, number: int, sent: bool) -> Delivery:
    """A notice about Ana, sent or kept back."""
    whole: dict[str, Any] = {
        "at": later(days=2, minutes=number),
        "participant_id": ANA,
        "notice_id": NoticeId(named(f"notice {number}")),
        "recipient_kind": RecipientKind.STAFF,
        "recipient_id": DOCTOR,
        "template": "level-changed",
    }
    if sent:
        return tell(notifications.NoticeSent(**whole, channel="inbox"))
    return tell(notifications.NoticeSuppressed(**whole, reason="no-active-release"))


def parked(tell: Telling, number: int, reason: str = "behind-parked") -> Delivery:
    """Scheduling could not take a message about the PHP level."""
    return tell(
        plumbing.MessageParked(
            at=later(hours=number),
            about="level:PHP",
            message_id=named(f"parked {number}"),
            listener="scheduling",
            source="/throughline/intake",
            topic="scheduling.commands",
            sequence=number,
            message_type="HoldPlace.v1",
            reason=reason,
        ),
        topic="scheduling.rosters",
    )
