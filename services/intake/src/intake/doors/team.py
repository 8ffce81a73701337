"""Who may ask intake what over HTTP about the care team and what somebody is treated for."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import AfterValidator, AwareDatetime, StringConstraints

from common.change import Invalid, NotFound, change
from common.contracts.care import TeamRole
from common.contracts.words import Condition, HandOverId, ParticipantId, Role, SessionId, StaffId
from common.plain import NamedStaff, an_id
from common.web import Body, Doing, InCare, Receipt, allow
from intake.domain import conditions, therapist
from intake.domain.care_team import CareTeam
from intake.domain.episode import Episode
from intake.doors.asking import KNOWN, Code, InForce, happened, made
from intake.doors.fhir_conditions import ICD10_CONDITIONS
from intake.doors.reading import Noted
from intake.views import care

router = APIRouter(prefix="/v1", tags=["care team"], route_class=Noted)

CLINICIAN = allow(Role.CLINICIAN)
Icd10 = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$")]


class Therapist(Body):
    """Who is the primary therapist from now on, or is to be, and why."""

    to_staff: NamedStaff
    reason: Code


class Overlap(Body):
    """When both therapists meet the participant; the scheduled session, where there is one."""

    starts_at: AwareDatetime
    session_id: Annotated[SessionId, AfterValidator(an_id)] | None = None


class Held(Body):
    """When the overlap session took place; now, where nothing is said."""

    held_at: AwareDatetime | None = None


class CalledOff(Body):
    """Why a hand-over does not go on, or a condition is not treated."""

    reason: Code


class Member(Body):
    """Who belongs to the team, in which role; who stands in for the therapist, until when."""

    staff_id: NamedStaff
    role: TeamRole
    until_on: date | None = None


class Treated(Body):
    """What somebody is treated for, by its ICD-10-CM code."""

    icd10: Icd10


@router.post("/participants/{pid}/primary-therapist", dependencies=[CLINICIAN])
async def change_therapist(pid: ParticipantId, body: Therapist, doing: Doing) -> Receipt:
    """Another primary therapist at once, with a reason; `hand-over` is the way with an overlap."""
    return await doing.do(change(Episode, pid, therapist.change_at_once, body.to_staff, body.reason, doing.now))


@router.post("/participants/{pid}/hand-over", status_code=201, dependencies=[CLINICIAN])
async def plan_hand_over(pid: ParticipantId, body: Therapist, doing: Doing, rules: InForce) -> Receipt:
    """Name the next primary therapist; the present one stays until both have met the participant."""
    id, staff = HandOverId(made(doing, "hand-over")), doing.staff.id
    planned = change(Episode, pid, therapist.plan, id, body.to_staff, body.reason, staff, rules.care, doing.now)
    return await doing.do(planned, hand_over_id=id)


@router.post("/participants/{pid}/hand-over/{hid}/overlap", dependencies=[CLINICIAN])
async def book_overlap(pid: ParticipantId, hid: HandOverId, body: Overlap, doing: Doing) -> Receipt:
    """The session with both therapists stands."""
    book = therapist.book_overlap
    return await doing.do(change(Episode, pid, book, hid, body.starts_at, body.session_id, doing.now))


@router.post("/participants/{pid}/hand-over/{hid}/overlap-held", dependencies=[CLINICIAN])
async def hold_overlap(pid: ParticipantId, hid: HandOverId, body: Held, doing: Doing) -> Receipt:
    """The session with both therapists took place."""
    at, hold = happened(doing, body.held_at), therapist.hold_overlap
    return await doing.do(change(Episode, pid, hold, hid, at, doing.staff.id, doing.now))


@router.post("/participants/{pid}/hand-over/{hid}/complete", dependencies=[CLINICIAN])
async def complete_hand_over(pid: ParticipantId, hid: HandOverId, doing: Doing) -> Receipt:
    """The next therapist is the primary one from now on."""
    return await doing.do(change(Episode, pid, therapist.complete, hid, doing.now))


@router.post("/participants/{pid}/hand-over/{hid}/call-off", dependencies=[CLINICIAN])
async def call_off_hand_over(pid: ParticipantId, hid: HandOverId, body: CalledOff, doing: Doing) -> Receipt:
    """The hand-over does not go on."""
    return await doing.do(change(Episode, pid, therapist.call_off, hid, body.reason, doing.now))


@router.post("/participants/{pid}/care-team", status_code=201, dependencies=[CLINICIAN, KNOWN])
async def join_team(pid: ParticipantId, body: Member, doing: Doing, rules: InForce) -> Receipt:
    """Somebody belongs to the care team in a role."""
    today, by, until = doing.now.astimezone(rules.zone).date(), doing.staff.id, body.until_on
    return await doing.do(change(CareTeam, pid, CareTeam.join, body.staff_id, body.role, until, by, today, doing.now))


@router.post("/participants/{pid}/care-team/{staff_id}/{role}/leave", dependencies=[CLINICIAN])
async def leave_team(pid: ParticipantId, staff_id: StaffId, role: TeamRole, doing: Doing) -> Receipt:
    """Somebody no longer belongs to the care team in this role."""
    return await doing.do(change(CareTeam, pid, CareTeam.leave, staff_id, role, doing.staff.id, doing.now))


@router.get("/participants/{pid}/care-team")
async def get_team(request: Request, staff: InCare, pid: ParticipantId, rules: InForce) -> dict[str, Any]:
    """The primary therapist, an open hand-over, everybody else today, and supporters who may hear something."""
    found = await care.care_team(request.app.state.database, pid, request.app.state.clock.now(), rules.zone)
    if found is None:
        raise NotFound("no-such-participant", "intake knows no participant with this id")
    return found


@router.post("/participants/{pid}/conditions", status_code=201, dependencies=[CLINICIAN])
async def note_condition(pid: ParticipantId, body: Treated, doing: Doing) -> Receipt:
    """What somebody is treated for, from now on."""
    known = (condition for code, condition in ICD10_CONDITIONS.items() if body.icd10.startswith(code))
    condition = next(known, None)
    if condition is None:
        raise Invalid("no-such-condition", "no condition the program measures has a code that begins so")
    note = conditions.note_condition
    return await doing.do(change(Episode, pid, note, condition, body.icd10, doing.staff.id, doing.now))


@router.post("/participants/{pid}/conditions/{condition}/set-aside", dependencies=[CLINICIAN])
async def set_condition_aside(pid: ParticipantId, condition: Condition, body: CalledOff, doing: Doing) -> Receipt:
    """What somebody was thought to be treated for is set aside."""
    aside = conditions.set_aside
    return await doing.do(change(Episode, pid, aside, condition, body.reason, doing.staff.id, doing.now))
