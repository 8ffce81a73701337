"""Who may ask scheduling what about sessions with one participant over HTTP."""

from datetime import UTC
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import AwareDatetime, Field

from common.change import change
from common.contracts.sessions import AppointmentKind, FamilySessionType, HandedOver, SessionPlanned
from common.contracts.words import LevelOfCare, ParticipantId, Role, SessionId, TransitionId
from common.plain import AskedAt, NamedStaff
from common.web import ABOUT_PEOPLE, Acting, Body, Doing, Receipt, allow
from scheduling.domain.appointment import Appointment
from scheduling.doors.groups import LOOK, Code
from scheduling.doors.http import Id, Now, Reading
from scheduling.handlers import on_the_calendar
from scheduling.views import sessions as views

router = APIRouter(prefix="/v1", dependencies=[ABOUT_PEOPLE])

PLANS = allow(Role.SCHEDULER, Role.CLINICIAN, Role.FAMILY_CLINICIAN)
RECEIVES = allow(Role.CLINICIAN, Role.MEDICAL)
SessionPath = Annotated[Id, Path()]


class SessionBody(Body):
    """A session with one participant. `program_hours` must be said for a family session to count."""

    participant_id: Id
    kind: AppointmentKind
    family_type: FamilySessionType | None = None
    level: LevelOfCare
    starts_at: AwareDatetime
    minutes: int = Field(ge=5, le=600)
    room: Id | None = None
    staff: list[NamedStaff] = Field(min_length=1, max_length=10)
    participant_present: bool = True
    program_hours: bool | None = None
    transition_id: Id | None = None


class CancelSessionBody(Body):
    """Why it does not take place, as a code."""

    reason: Code


class HandOverBody(Body):
    """What was gone through, and whether the participant was there."""

    covered: list[HandedOver] = Field(max_length=20)
    participant_present: bool


@router.put("/sessions/{session_id}", dependencies=[PLANS])
async def plan_session(session_id: SessionPath, body: SessionBody, doing: Doing, database: Reading) -> Receipt:
    """Plan a session, or move it; 409 when room, staff or participant are taken."""
    seen, _ = await views.session_seen(database, session_id)
    plan = _plan(session_id, body, doing)
    return await doing.do(*on_the_calendar(seen, lambda state: state.arrange(plan), doing.now))


@router.get("/sessions/{session_id}")
async def get_session(session_id: SessionPath, database: Reading, response: Response) -> views.PlannedSession:
    """One session as it is planned."""
    session = await views.session(database, session_id)
    response.headers["ETag"] = f'"{session.version}"'
    return session


@router.post("/sessions/{session_id}/cancel", dependencies=[PLANS])
async def cancel_session(session_id: SessionPath, body: CancelSessionBody, doing: Doing, database: Reading) -> Receipt:
    """It does not take place; its room and people are free then."""
    seen, _ = await views.session_seen(database, session_id)
    why, by = body.reason, doing.staff.id
    return await doing.do(*on_the_calendar(seen, lambda state: state.cancel(why, by, doing.now), doing.now))


@router.post("/sessions/{session_id}/hand-over", dependencies=[RECEIVES])
async def receive_hand_over(session_id: SessionPath, body: HandOverBody, doing: Doing) -> Receipt:
    """The receiving clinician says that the hand-over was held."""
    present, by = body.participant_present, doing.staff.id
    return await doing.do(change(Appointment, session_id, Appointment.receive, body.covered, present, by, doing.now))


@router.get("/participants/{participant_id}/sessions")
async def get_sessions(
    participant_id: Annotated[Id, Path()],
    database: Reading,
    now: Now,
    first: Annotated[AskedAt | None, Query(alias="from")] = None,
    last: Annotated[AskedAt | None, Query(alias="to")] = None,
) -> list[views.PlannedSession]:
    """What is planned with one participant, in the coming eight weeks unless said otherwise."""
    starts = first or now
    return await views.sessions_of(database, participant_id, starts, last or starts + LOOK)


def _plan(session_id: str, body: SessionBody, doing: Acting) -> SessionPlanned:
    family = body.kind is AppointmentKind.FAMILY
    return SessionPlanned(
        at=doing.now,
        participant_id=ParticipantId(body.participant_id),
        session_id=SessionId(session_id),
        kind=body.kind,
        family_type=body.family_type,
        level=body.level,
        starts_at=body.starts_at.astimezone(UTC),
        minutes=body.minutes,
        room=body.room or "",
        staff=tuple(body.staff),
        participant_present=body.participant_present,
        program_hours=not family if body.program_hours is None else body.program_hours,
        transition_id=TransitionId(body.transition_id) if body.transition_id else None,
        planned_by=doing.staff.id,
    )
