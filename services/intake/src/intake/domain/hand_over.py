"""A hand-over between primary therapists: its state, and how facts move it; `therapist.py` decides."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from common.contracts import care
from common.contracts import intake as said
from common.contracts.message import Contract
from common.contracts.words import HandOverId, SessionId, StaffId


class HandOver(BaseModel):
    """Who gives over to whom, when both meet the participant, and whether it is over."""

    model_config = ConfigDict(frozen=True)

    id: HandOverId
    from_staff: StaffId
    to_staff: StaffId
    reason: str
    overlap_at: datetime | None = None
    overlap_session: SessionId | None = None
    held_at: datetime | None = None
    ended: str = ""
    """`complete` or `called-off`; nothing while it is open."""


def hand_over_after(held: HandOver | None, fact: Contract) -> HandOver | None:
    """The hand-over once `fact` is true."""
    if isinstance(fact, care.HandOverPlanned):
        return HandOver(id=fact.hand_over_id, from_staff=fact.from_staff, to_staff=fact.to_staff, reason=fact.reason)
    if held is None or getattr(fact, "hand_over_id", None) != held.id:
        return held
    return held.model_copy(update=_moved_by(fact))


def _moved_by(fact: Contract) -> dict[str, object]:
    match fact:
        case care.OverlapSessionBooked(starts_at=at, session_id=session):
            return {"overlap_at": at, "overlap_session": session}
        case care.OverlapSessionHeld(held_at=at):
            return {"held_at": at}
        case care.HandOverCalledOff():
            return {"ended": "called-off"}
        case said.PrimaryTherapistChanged():
            return {"ended": "complete"}
    return {}
