"""Who may ask scheduling what over HTTP."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import AwareDatetime, Field

from common.change import Invalid, change
from common.clock import Clock
from common.contracts.scheduling import AttendanceReason, GroupSeats
from common.contracts.words import GroupId, LevelOfCare, ParticipantId, Role, SessionId, SessionKind
from common.mongo import Database
from common.web import ABOUT_PEOPLE, Body, Doing, Receipt, allow
from scheduling import views
from scheduling.domain.attendance import Schedule
from scheduling.domain.board import LevelBoard
from scheduling.domain.misses import MissRules, Session, seen
from scheduling.domain.plans import is_make_up
from scheduling.handlers import on_board

router = APIRouter(prefix="/v1", dependencies=[ABOUT_PEOPLE])

SCHEDULER = allow(Role.SCHEDULER)
BOOKS = allow(Role.SCHEDULER, Role.CLINICIAN)
TAKES_ROLL = allow(Role.SCHEDULER, Role.CLINICIAN, Role.SKILLS_LEADER, Role.FAMILY_CLINICIAN)

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
"""An id as it may stand in a path or a body: no spaces, nothing that reads like a sentence."""
Minutes = Annotated[int, Field(ge=0, le=1440)]


def database_of(request: Request) -> Database:
    """The service's own database, for reading."""
    database: Database = request.app.state.database
    return database


Reading = Annotated[Database, Depends(database_of)]


def now_of(request: Request) -> datetime:
    """The present instant, for reading."""
    clock: Clock = request.app.state.clock
    return clock.now()


Now = Annotated[datetime, Depends(now_of)]


def miss_rules_of(request: Request) -> MissRules:
    """The miss rules of the policy file."""
    rules: MissRules = request.app.state.minimums.misses
    return rules


Misses = Annotated[MissRules, Depends(miss_rules_of)]


def zone_of(request: Request) -> ZoneInfo:
    """The program's time zone."""
    return ZoneInfo(request.app.state.settings.zone)


class GroupBody(Body):
    """A skills group of a level."""

    group_id: Id
    seats: int = Field(ge=0, le=1000)


class LevelBody(Body):
    """How many places a level has (null: no limit) and which groups."""

    places: int | None = Field(ge=0, le=100_000)
    groups: list[GroupBody] = Field(default=[], max_length=200)


class Line(Body):
    """One participant's line of a roster; `halves` are the minutes before and after the break."""

    participant_id: Id
    minutes: Minutes
    excused: bool = False
    halves: tuple[Minutes, Minutes] | None = None
    reason: AttendanceReason | None = None


class RosterBody(Body):
    """One session that took place, and who was expected and for how long they were there."""

    kind: SessionKind
    level: LevelOfCare
    starts_at: AwareDatetime
    planned_minutes: int = Field(gt=0, le=1440)
    make_up: bool = False
    attended: list[Line] = Field(min_length=1, max_length=200)


class FirstAppointmentBody(Body):
    """The first appointment at the next level."""

    level: LevelOfCare
    starts_at: AwareDatetime
    receiving_team_accepted: bool


@router.put("/levels/{level}", dependencies=[SCHEDULER])
async def set_up_level(level: LevelOfCare, body: LevelBody, doing: Doing) -> Receipt:
    """Say how many places a level has and which groups."""
    groups = [GroupSeats(group_id=GroupId(group.group_id), seats=group.seats) for group in body.groups]
    said = body.places, groups, doing.staff.id, doing.now
    return await doing.do(*on_board(level, doing.now, LevelBoard.set_up, *said))


@router.get("/levels")
async def get_levels(database: Reading) -> list[views.Level]:
    """Every level's board."""
    return await views.levels(database)


@router.get("/levels/{level}")
async def get_level(level: LevelOfCare, database: Reading, response: Response) -> views.Level:
    """One level's board."""
    board = await views.level(database, level)
    response.headers["ETag"] = f'"{board.version}"'
    return board


@router.post("/sessions/{session_id}/attendance", dependencies=[TAKES_ROLL])
async def take_roll(
    session_id: Annotated[Id, Path()],
    body: RosterBody,
    doing: Doing,
    database: Reading,
    zone: Annotated[ZoneInfo, Depends(zone_of)],
    rules: Misses,
) -> Receipt:
    """Record who attended one session, all in one act; the same roster again corrects."""
    if body.starts_at > doing.now:
        raise Invalid("in-the-future", "attendance is taken once a session has begun")
    _check(body)
    expected = [line.participant_id for line in body.attended]
    on_leave = await views.on_leave_at(database, expected, body.starts_at)
    local = body.model_copy(update={"starts_at": body.starts_at.astimezone(zone)})
    therapists = await views.therapists_of(database, expected)
    sessions = _sessions(SessionId(session_id), local, on_leave, rules)
    return await doing.do(
        *(
            change(Schedule, who, Schedule.record, session, rules, therapists.get(who), doing.now)
            for who, session in sessions
        )
    )


@router.post("/participants/{participant_id}/first-appointments", dependencies=[BOOKS])
async def book_first_appointment(
    participant_id: Annotated[Id, Path()], body: FirstAppointmentBody, doing: Doing
) -> Receipt:
    """Book the first appointment at a level."""
    return await doing.do(
        change(
            Schedule,
            participant_id,
            Schedule.book_first,
            body.level,
            body.starts_at,
            body.receiving_team_accepted,
            doing.now,
        )
    )


@router.get("/participants/{participant_id}")
async def get_participant(
    participant_id: Annotated[Id, Path()], database: Reading, response: Response, rules: Misses
) -> views.Attendance:
    """One participant's attendance."""
    attendance = await views.attendance(database, participant_id, rules)
    response.headers["ETag"] = f'"{attendance.version}"'
    return attendance


def _check(body: RosterBody) -> None:
    expected: Sequence[str] = [line.participant_id for line in body.attended]
    if len(set(expected)) < len(expected):
        raise Invalid("participant-named-twice", "each participant stands on a roster once")
    if any(line.minutes > body.planned_minutes for line in body.attended):
        raise Invalid("minutes-over-planned", "nobody attends more minutes than the session has")
    if any(line.halves is not None and sum(line.halves) != line.minutes for line in body.attended):
        raise Invalid("halves-do-not-add-up", "the minutes of both halves are those of the session")


def _sessions(
    session_id: SessionId, body: RosterBody, on_leave: set[str], rules: MissRules
) -> Iterable[tuple[ParticipantId, Session]]:
    for line in body.attended:
        session = seen(
            session_id,
            body.kind,
            body.level,
            body.starts_at,
            planned_minutes=body.planned_minutes,
            attended_minutes=line.minutes,
            excused=line.excused or line.participant_id in on_leave,
            attended_percent=rules.attended_percent,
            halves=line.halves,
            reason=line.reason,
            make_up=body.make_up or is_make_up(session_id),
        )
        yield ParticipantId(line.participant_id), session
