"""Who may ask scheduling what about coaching calls and the on-call roster over HTTP."""

from datetime import UTC, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, Field

from common.change import Invalid, change
from common.contracts.coaching import CoachingPurpose, CoachingRecorded, OnCallSet
from common.contracts.words import ParticipantId, Role
from common.plain import AskedAt, NamedStaff
from common.web import ABOUT_PEOPLE, Body, Doing, Receipt, allow
from scheduling.domain.coaching import Coaching
from scheduling.domain.on_call import SITE, OnCall
from scheduling.doors.groups import Code
from scheduling.doors.http import SCHEDULER, Id, Now, Reading
from scheduling.views import coaching as views

router = APIRouter(prefix="/v1", dependencies=[ABOUT_PEOPLE])

TAKES_CALLS = allow(Role.CLINICIAN, Role.MEDICAL)
PASSES_ON = allow(Role.CLINICIAN, Role.MEDICAL, Role.SCHEDULER, Role.INTEGRATION)
Participant = Annotated[Id, Path()]
CallPath = Annotated[Id, Path()]
LOOK = timedelta(weeks=2)
"""How far the on-call roster is shown where nobody asks for more."""


class CallBody(Body):
    """A participant calls. `in_danger`: their life may be in danger now; unknown counts as not asked."""

    call_id: Id
    purpose: CoachingPurpose
    in_danger: bool
    tried_skills: bool | None = None


class RecordBody(Body):
    """What came of a call: its target by the order of DBT, the skill coached as a code."""

    starts_at: AwareDatetime
    ends_at: AwareDatetime
    target: int = Field(ge=1, le=3)
    skill: Code
    risk_asked: bool
    follow_up: bool


class ActBody(Body):
    """When the self-harm was; unknown: when it was told."""

    act_at: AwareDatetime | None = None


class ShiftBody(Body):
    """Who is on call, from when to when."""

    staff: NamedStaff
    starts_at: AwareDatetime
    ends_at: AwareDatetime


@router.post("/participants/{participant_id}/coaching-calls", dependencies=[PASSES_ON])
async def request_call(participant_id: Participant, body: CallBody, doing: Doing, database: Reading) -> views.Told:
    """A participant asks for a call: it always goes to a person, and this says what to tell the participant."""
    line = await views.line_at(database, participant_id, doing.now)
    asked = (body.call_id, body.purpose, body.in_danger, body.tried_skills, line, doing.now)
    receipt = await doing.do(change(Coaching, participant_id, Coaching.request, *asked))
    return await views.told(database, participant_id, body.call_id, receipt)


@router.post("/participants/{participant_id}/coaching-calls/{call_id}/answer", dependencies=[TAKES_CALLS])
async def answer_call(participant_id: Participant, call_id: CallPath, doing: Doing) -> Receipt:
    """Somebody takes the call; nobody else is told of it any more."""
    return await doing.do(change(Coaching, participant_id, Coaching.answer, call_id, doing.staff.id, doing.now))


@router.post("/participants/{participant_id}/coaching-calls/{call_id}/record", dependencies=[TAKES_CALLS])
async def record_call(participant_id: Participant, call_id: CallPath, body: RecordBody, doing: Doing) -> Receipt:
    """Write down what came of it."""
    recorded = CoachingRecorded(
        at=doing.now,
        participant_id=ParticipantId(participant_id),
        call_id=call_id,
        answered_by=doing.staff.id,
        **body.model_dump(),
    )
    return await doing.do(change(Coaching, participant_id, Coaching.record, recorded))


@router.get("/participants/{participant_id}/coaching", dependencies=[TAKES_CALLS])
async def get_coaching(participant_id: Participant, database: Reading, now: Now) -> views.CoachingOf:
    """One participant's calls and whether there is a pause."""
    return await views.coaching_of(database, participant_id, now)


@router.get("/coaching-calls", dependencies=[TAKES_CALLS])
async def get_open_calls(database: Reading) -> list[views.OpenCall]:
    """Every call that nobody has answered yet, the oldest first."""
    return await views.open_calls(database)


@router.post("/participants/{participant_id}/coaching-pause", dependencies=[TAKES_CALLS])
async def pause_coaching(participant_id: Participant, body: ActBody, doing: Doing) -> Receipt:
    """Self-harm was told of: unscheduled calls to the therapist pause for a day from then."""
    act_at = (body.act_at or doing.now).astimezone(UTC)
    if act_at > doing.now:
        raise Invalid("in-the-future", "an act lies in the past")
    return await doing.do(change(Coaching, participant_id, Coaching.pause, act_at, doing.now))


@router.post("/participants/{participant_id}/coaching-pause/lift", dependencies=[TAKES_CALLS])
async def lift_pause(participant_id: Participant, doing: Doing) -> Receipt:
    """A clinician ends the pause before its time."""
    return await doing.do(change(Coaching, participant_id, Coaching.lift, doing.staff.id, doing.now))


@router.put("/on-call/{shift_id}", dependencies=[SCHEDULER])
async def put_shift(shift_id: Annotated[Id, Path()], body: ShiftBody, doing: Doing) -> Receipt:
    """Say who is on call from when to when; the same shift again replaces it."""
    wanted = OnCallSet(
        at=doing.now,
        shift_id=shift_id,
        staff=body.staff,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        set_by=doing.staff.id,
    )
    return await doing.do(change(OnCall, SITE, OnCall.put, wanted))


@router.post("/on-call/{shift_id}/remove", dependencies=[SCHEDULER])
async def remove_shift(shift_id: Annotated[Id, Path()], doing: Doing) -> Receipt:
    """Take a shift away."""
    return await doing.do(change(OnCall, SITE, OnCall.remove, shift_id, doing.staff.id, doing.now))


@router.get("/on-call")
async def get_on_call(
    database: Reading,
    now: Now,
    first: Annotated[AskedAt | None, Query(alias="from")] = None,
    last: Annotated[AskedAt | None, Query(alias="to")] = None,
) -> views.Roster:
    """Who is on call now, and the shifts of the coming two weeks unless said otherwise."""
    starts = first or now
    return await views.roster(database, now, starts, last or starts + LOOK)
