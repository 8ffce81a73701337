"""Who may let somebody go on leave over HTTP, say that they are back, or that they are gone without leave."""

from fastapi import APIRouter
from pydantic import AwareDatetime

from common.change import change
from common.contracts.words import LeaveDestination, ParticipantId
from common.web import Body, Doing, Receipt
from intake.domain import elopement, leave, leave_ahead
from intake.domain.consents import Consents
from intake.domain.episode import Episode
from intake.doors.asking import Code, InForce, Supporter, happened
from intake.doors.http import CLINICIAN
from intake.doors.reading import Noted

router = APIRouter(prefix="/v1/participants/{pid}", tags=["leave"], route_class=Noted)


class Leave(Body):
    """Until when a leave is planned, what was agreed about it, and from when on, if that is later than now."""

    return_due_at: AwareDatetime
    starts_at: AwareDatetime | None = None
    destination: LeaveDestination | None = None
    supporter_id: Supporter | None = None
    medication_plan: bool | None = None


class Return(Body):
    """Whether the check on return was gone through."""

    checked: bool = False


class CalledOff(Body):
    """Why a planned leave does not take place, as a code."""

    reason: Code


class Gone(Body):
    """When somebody was seen last; now, where nothing is said."""

    seen_at: AwareDatetime | None = None


@router.post("/leave", status_code=201, dependencies=[CLINICIAN])
async def start_leave(pid: ParticipantId, body: Leave, doing: Doing, rules: InForce) -> Receipt:
    """A leave of absence, now or ahead; who answers for the participant meanwhile may hear of their schedule."""
    agreed = leave.Agreed.model_validate(body.model_dump(include=set(leave.Agreed.model_fields)))
    who, about = body.supporter_id, (body.return_due_at, doing.staff.id, rules, doing.now, agreed)
    if body.starts_at is None:
        started = change(Episode, pid, leave.start_leave, *about)
    else:
        started = change(Episode, pid, leave_ahead.plan_leave, body.starts_at, *about)
    lets = [change(Consents, pid, Consents.lets_answer_for, who, doing.now)] if who else []
    return await doing.do(started, *lets)


@router.post("/leave/call-off", dependencies=[CLINICIAN])
async def call_off_leave(pid: ParticipantId, body: CalledOff, doing: Doing) -> Receipt:
    """A leave that was planned ahead does not take place."""
    return await doing.do(change(Episode, pid, leave_ahead.call_off, body.reason, doing.staff.id, doing.now))


@router.post("/leave/return", dependencies=[CLINICIAN])
async def return_from_leave(pid: ParticipantId, doing: Doing, rules: InForce, body: Return | None = None) -> Receipt:
    """Back from leave; a step down that waited for it goes on."""
    checked_by = doing.staff.id if body and body.checked else None
    return await doing.do(change(Episode, pid, leave.return_from_leave, rules, doing.now, checked_by))


@router.post("/elopement", status_code=201, dependencies=[CLINICIAN])
async def note_elopement(pid: ParticipantId, body: Gone, doing: Doing) -> Receipt:
    """Gone from residential care without leave: people are paged at once."""
    about = (happened(doing, body.seen_at), doing.staff.id, doing.now)
    return await doing.do(change(Episode, pid, elopement.note_elopement, *about))


@router.post("/elopement/return", dependencies=[CLINICIAN])
async def end_elopement(pid: ParticipantId, doing: Doing, rules: InForce) -> Receipt:
    """Back after an absence without leave."""
    return await doing.do(change(Episode, pid, elopement.end_elopement, doing.staff.id, rules, doing.now))
