"""Who may ask intake what over HTTP, about participants; `referrals.py` has the door before it."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, StringConstraints

from common.change import Invalid, NotFound, change
from common.contracts.absences import DecisionAct
from common.contracts.words import (
    Disposition,
    GroupId,
    LevelOfCare,
    ParticipantId,
    Role,
    TransitionId,
)
from common.web import Body, Doing, InCare, Receipt, allow
from intake import views
from intake.domain import lifecycle, moves, signing
from intake.domain.episode import Episode
from intake.domain.in_words import Words as Worded
from intake.domain.in_words import in_words
from intake.doors.asking import Code, InForce, Words, happened, made
from intake.doors.reading import Noted
from intake.views import care
from intake.views.opinions import with_conflicts

router = APIRouter(prefix="/v1", tags=["participants"], route_class=Noted)

CLINICIAN = allow(Role.CLINICIAN)
SIGNATORY = allow(Role.CLINICIAN, Role.MEDICAL)
WHO_TREATS = allow(Role.CLINICIAN, Role.MEDICAL, Role.FAMILY_CLINICIAN, Role.SKILLS_LEADER)
"""Who reads what is said in words. Rule: IN-G5."""
GroupCode = Annotated[GroupId, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]


class Reviewed(Body):
    """When the safety plan was gone through; now, where nothing is said."""

    reviewed_at: AwareDatetime | None = None


class Clearance(Body):
    """What a medical provider attests."""

    required: bool
    cleared: bool


class Discharge(Body):
    """How and why treatment ends; when, where that was not now, and when somebody tried to reach the participant."""

    disposition: Disposition
    reason: Code
    happened_at: AwareDatetime | None = None
    outreach_on: tuple[date, ...] = ()


class Despite(Body):
    """Why a signature stands although an outside opinion asks for a higher level; needed only where one does."""

    despite_opinion: Code | None = None


class Readmission(Despite):
    """To which level somebody comes back."""

    level: LevelOfCare


class Proposal(Despite):
    """A person's proposal of another level."""

    words: Words = ""

    to_level: LevelOfCare
    reason: Code
    planned_on: date | None = None
    """The program's date as which begins it takes effect; as soon as it may, where nothing is said."""
    preferred_group_id: GroupCode | None = None
    """The group to sit in there, such as placement proposed it."""


class Signing(Despite):
    """The group to sit in at the new level, where whoever signs names one, and what they wish to say with it."""

    words: Words = ""

    preferred_group_id: GroupCode | None = None


class Reason(Body):
    """A coded reason."""

    reason: Code


class Override(Reason):
    """Why somebody decides otherwise than proposed: a code, and their own words."""

    words: Words = ""


@router.post("/participants/{pid}/safety-plan-reviews", status_code=201, dependencies=[CLINICIAN])
async def review_safety_plan(pid: ParticipantId, body: Reviewed, doing: Doing, rules: InForce) -> Receipt:
    """Safety plan and means safety were gone through together."""
    at = happened(doing, body.reviewed_at)
    review = lifecycle.record_safety_plan_review
    return await doing.do(change(Episode, pid, review, doing.id, doing.staff.id, at, rules, doing.now))


@router.post("/participants/{pid}/medical-clearances", status_code=201, dependencies=[allow(Role.MEDICAL)])
async def record_clearance(pid: ParticipantId, body: Clearance, doing: Doing, rules: InForce) -> Receipt:
    """A medical provider attests clearance."""
    record, staff = lifecycle.record_clearance, doing.staff.id
    return await doing.do(change(Episode, pid, record, doing.id, body.required, body.cleared, staff, rules, doing.now))


@router.post("/participants/{pid}/discharge", dependencies=[CLINICIAN])
async def discharge(pid: ParticipantId, body: Discharge, doing: Doing, rules: InForce) -> Receipt:
    """Treatment ends: completed, against advice, or administratively."""
    staff, process, when = doing.staff.id, rules.policy.process, happened(doing, body.happened_at)
    about = (body.disposition, body.reason, staff, process, doing.now, when, body.outreach_on)
    return await doing.do(change(Episode, pid, lifecycle.close, *about))


@router.post("/participants/{pid}/readmission", status_code=201, dependencies=[CLINICIAN])
async def readmit(pid: ParticipantId, body: Readmission, doing: Doing, rules: InForce) -> Receipt:
    """Back within the readmission window."""
    id, staff = TransitionId(made(doing, "transition")), doing.staff
    about = (id, body.level, staff.id, staff.roles, rules, doing.now, body.despite_opinion or "")
    return await doing.do(change(Episode, pid, lifecycle.readmit, *about), transition_id=id)


@router.post("/participants/{pid}/transitions", status_code=201, dependencies=[CLINICIAN])
async def propose_transition(pid: ParticipantId, body: Proposal, doing: Doing, rules: InForce) -> Receipt:
    """A clinician proposes another level and signs the proposal."""
    id, staff = TransitionId(made(doing, "transition")), doing.staff
    propose = signing.propose_by_person
    about = (id, body.to_level, body.reason, staff.id, staff.roles, rules, doing.now, body.planned_on)
    more = (body.preferred_group_id, body.despite_opinion or "")
    words = Worded(id, DecisionAct.PROPOSED, body.words, staff.id, doing.now)
    proposed = change(Episode, pid, in_words, words, lambda episode: propose(episode, *about, *more))
    return await doing.do(proposed, transition_id=id)


@router.post("/participants/{pid}/transitions/{tid}/sign", dependencies=[SIGNATORY])
async def sign_transition(
    pid: ParticipantId, tid: TransitionId, doing: Doing, rules: InForce, body: Signing | None = None
) -> Receipt:
    """One entitled person says yes, and may name the group to sit in."""
    staff, told = doing.staff, body or Signing()
    about = (tid, staff.id, staff.roles, rules, doing.now, told.preferred_group_id, told.despite_opinion or "")
    words = Worded(tid, DecisionAct.SIGNED, told.words, staff.id, doing.now)
    return await doing.do(change(Episode, pid, in_words, words, lambda episode: signing.sign(episode, *about)))


@router.post("/participants/{pid}/transitions/{tid}/refuse", dependencies=[SIGNATORY])
async def refuse_transition(pid: ParticipantId, tid: TransitionId, body: Override, doing: Doing) -> Receipt:
    """One entitled person says no, with a coded reason and their own words."""
    about = (tid, body.reason, doing.staff.id, doing.staff.roles, doing.now)
    words = Worded(tid, DecisionAct.REFUSED, body.words, doing.staff.id, doing.now)
    return await doing.do(change(Episode, pid, in_words, words, lambda episode: signing.refuse(episode, *about)))


@router.post("/participants/{pid}/transitions/{tid}/cancel", dependencies=[SIGNATORY])
async def cancel_transition(
    pid: ParticipantId, tid: TransitionId, body: Override, doing: Doing, rules: InForce
) -> Receipt:
    """Stop a signed transition before its effective instant; everything is given back."""
    about = (tid, body.reason, rules.policy.process, doing.now, doing.staff.id)
    words = Worded(tid, DecisionAct.CANCELLED, body.words, doing.staff.id, doing.now)
    return await doing.do(change(Episode, pid, in_words, words, lambda episode: moves.cancel(episode, *about)))


@router.get("/participants")
async def list_participants(
    request: Request, staff: InCare, after: str = "", limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> dict[str, Any]:
    """Episodes by participant id, a page at a time."""
    return await views.episodes(request.app.state.database, after, limit)


@router.get("/participants/{pid}")
async def get_participant(request: Request, staff: InCare, pid: ParticipantId) -> dict[str, Any]:
    """One participant's episode: level, therapist, open transition, releases."""
    found = await care.episode(request.app.state.database, pid, request.app.state.clock.now())
    if found is None:
        raise NotFound("no-such-participant", "intake knows no participant with this id")
    return found


@router.get("/participants/{pid}/transitions")
async def get_transitions(request: Request, staff: InCare, pid: ParticipantId, rules: InForce) -> list[dict[str, Any]]:
    """Every transition of one participant, oldest first, with the rules a proposal rests on and what conflicts."""
    database, now = request.app.state.database, request.app.state.clock.now()
    return await with_conflicts(database, await views.transitions(database, {"participant_id": pid}), rules, now)


@router.get("/participants/{pid}/transitions/{tid}/words", dependencies=[WHO_TREATS])
async def get_words(request: Request, pid: ParticipantId, tid: TransitionId) -> list[dict[str, Any]]:
    """What those who decided about one transition said in their own words, oldest first."""
    return await care.decisions_in_words(request.app.state.database, pid, tid)


@router.get("/transitions")
async def list_transitions(request: Request, staff: InCare, rules: InForce, state: str = "") -> list[dict[str, Any]]:
    """Transitions of the whole house, newest 500, in one state where one is named."""
    if state and state not in views.IN_STATES:
        raise Invalid("no-such-state", f"a transition is one of: {', '.join(views.IN_STATES)}")
    database, now = request.app.state.database, request.app.state.clock.now()
    found = await views.transitions(database, {"state": state} if state else {})
    return await with_conflicts(database, found, rules, now)
