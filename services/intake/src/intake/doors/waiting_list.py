"""The door of those who wait: the list with its reasons, how urgent somebody is, and the first contact."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime

from common.change import change
from common.clock import Clock
from common.contracts.words import LevelOfCare, Priority, ReferralId, Role
from common.web import Body, Doing, InCare, Receipt, allow
from intake import views
from intake.domain.referral import Referral
from intake.doors.asking import Code, InForce, happened

router = APIRouter(prefix="/v1", tags=["referrals"])


class Urgency(Body):
    """How urgent a person finds it, and why."""

    priority: Priority
    reason: Code


class Contact(Body):
    """When somebody spoke with them; now, where nothing is said."""

    contacted_at: AwareDatetime | None = None


@router.post("/referrals/{referral_id}/priority", dependencies=[allow(Role.CLINICIAN)])
async def prioritise(referral_id: ReferralId, body: Urgency, doing: Doing, rules: InForce) -> Receipt:
    """A clinician says how urgent it is."""
    told = (doing.staff.id, body.priority, body.reason, rules.policy.process.admission, doing.now)
    return await doing.do(change(Referral, referral_id, Referral.prioritise, *told))


@router.post("/referrals/{referral_id}/contact", dependencies=[allow(Role.CLINICIAN)])
async def note_contact(referral_id: ReferralId, body: Contact, doing: Doing) -> Receipt:
    """A clinician spoke with them for the first time."""
    at = happened(doing, body.contacted_at)
    return await doing.do(change(Referral, referral_id, Referral.note_contact, doing.staff.id, at))


@router.get("/waiting-list")
async def get_waiting_list(
    request: Request,
    staff: InCare,
    level: LevelOfCare | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Who waits, in order, each place with its reasons; for one level where it is named."""
    clock: Clock = request.app.state.clock
    return await views.waiting_list(request.app.state.database, level, clock.now(), limit)
