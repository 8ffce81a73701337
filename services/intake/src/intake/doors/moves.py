"""Who may put right, take back or interrupt a level of care over HTTP, and who may ask what was true when."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import AwareDatetime

from common.change import NotFound, change
from common.contracts.absences import DecisionAct
from common.contracts.words import ParticipantId, TransitionId
from common.plain import AskedAt, AskedDay
from common.web import Body, Doing, InCare, Receipt
from intake import views
from intake.domain import acute, correction, deferral
from intake.domain.episode import Episode
from intake.domain.in_words import Words as Worded
from intake.domain.in_words import in_words
from intake.doors.asking import Code, InForce, Words, happened, made
from intake.doors.http import CLINICIAN, SIGNATORY, Despite, Reason
from intake.doors.reading import Noted

router = APIRouter(prefix="/v1/participants/{pid}", tags=["levels of care"], route_class=Noted)


class Emergency(Body):
    """Why, and when, somebody went to acute care elsewhere."""

    reason: Code
    happened_at: AwareDatetime | None = None


class Correction(Body):
    """When a change was true, and why that was said wrongly."""

    effective_at: AwareDatetime
    reason: Code


class Deferral(Body):
    """Until when a proposal waits, and why."""

    until: AwareDatetime
    reason: Code
    words: Words = ""


class View(Body):
    """Whether the participant agrees."""

    agrees: bool


@router.post("/emergency", status_code=201, dependencies=[SIGNATORY])
async def send_to_acute(pid: ParticipantId, body: Emergency, doing: Doing, rules: InForce) -> Receipt:
    """To acute care elsewhere, at once; an open transition is given back."""
    id, staff, when = TransitionId(made(doing, "transition")), doing.staff, happened(doing, body.happened_at)
    about = (id, body.reason, when, staff.id, staff.roles, rules.policy.process, doing.now)
    return await doing.do(change(Episode, pid, acute.send_to_acute, *about), transition_id=id)


@router.post("/discharge/reopen", dependencies=[CLINICIAN])
async def reopen(pid: ParticipantId, body: Reason, doing: Doing, rules: InForce) -> Receipt:
    """A discharge was entered in error: the level goes on as if it had never ended."""
    id, staff = TransitionId(made(doing, "transition")), doing.staff
    about = (id, body.reason, staff.id, staff.roles, rules, doing.now)
    return await doing.do(change(Episode, pid, correction.reopen, *about), transition_id=id)


@router.post("/discharge/correct", dependencies=[CLINICIAN])
async def correct_discharge(pid: ParticipantId, body: Correction, doing: Doing, rules: InForce) -> Receipt:
    """Treatment ended at another instant than said."""
    about = (None, body.effective_at, body.reason, doing.staff.id, rules, doing.now)
    return await doing.do(change(Episode, pid, correction.correct, *about))


@router.post("/transitions/{tid}/correct", dependencies=[CLINICIAN])
async def correct_change(
    pid: ParticipantId, tid: TransitionId, body: Correction, doing: Doing, rules: InForce
) -> Receipt:
    """A change of level was true at another instant than said."""
    about = (tid, body.effective_at, body.reason, doing.staff.id, rules, doing.now)
    return await doing.do(change(Episode, pid, correction.correct, *about))


@router.post("/transitions/{tid}/undo", status_code=201, dependencies=[CLINICIAN])
async def undo(
    pid: ParticipantId, tid: TransitionId, doing: Doing, rules: InForce, body: Despite | None = None
) -> Receipt:
    """The last change of level is taken back by a new move that names it."""
    id, staff, despite = TransitionId(made(doing, "transition")), doing.staff, body and body.despite_opinion
    about = (tid, id, staff.id, staff.roles, rules, doing.now, despite or "")
    back = change(Episode, pid, correction.undo, *about)
    return await doing.do(back, transition_id=id)


@router.post("/transitions/{tid}/defer", dependencies=[SIGNATORY])
async def defer(pid: ParticipantId, tid: TransitionId, body: Deferral, doing: Doing, rules: InForce) -> Receipt:
    """Not now: the proposal waits."""
    staff = doing.staff
    about = (tid, body.until, body.reason, staff.id, staff.roles, rules, doing.now)
    words = Worded(tid, DecisionAct.DEFERRED, body.words, staff.id, doing.now)
    return await doing.do(change(Episode, pid, in_words, words, lambda episode: deferral.defer(episode, *about)))


@router.post("/transitions/{tid}/participant-view", dependencies=[SIGNATORY])
async def record_view(pid: ParticipantId, tid: TransitionId, body: View, doing: Doing) -> Receipt:
    """What the participant thinks of it."""
    staff = doing.staff
    return await doing.do(
        change(Episode, pid, deferral.record_view, tid, body.agrees, staff.id, staff.roles, doing.now)
    )


@router.get("/levels")
async def get_levels(
    request: Request,
    staff: InCare,
    pid: ParticipantId,
    rules: InForce,
    as_of: AskedAt | None = None,
    known_at: AskedAt | None = None,
    on: AskedDay | None = None,
) -> dict[str, Any]:
    """Every level with its interval, as was known at `known_at`; the one at `as_of`, and the one of the date `on`."""
    history = await views.history(request.app.state.database, pid)
    if history is None:
        raise NotFound("no-such-participant", "intake knows no participant with this id")
    return {
        "participant_id": pid,
        "known_at": known_at,
        "levels": [stay.model_dump(mode="json") for stay in history.stays(known_at)],
        "level": history.at(as_of or request.app.state.clock.now(), known_at),
        "level_on": history.on(on, rules.zone, known_at) if on else None,
    }
