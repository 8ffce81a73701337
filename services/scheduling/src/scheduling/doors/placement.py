"""Who may ask where people should go: a question that changes nothing, so no Idempotency-Key is needed."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from pydantic import Field

from common.change import Invalid
from common.contracts.sessions import SessionPlanned
from common.contracts.words import GroupId, LevelOfCare, ParticipantId, Role, SessionId
from common.mongo import Database
from common.plain import NamedStaff
from common.web import ABOUT_PEOPLE, Body, allow
from scheduling.domain.hours import Minimums, monday_of
from scheduling.domain.placement.planned import busy_with
from scheduling.domain.placement.problem import AT_MOST_OVER, SKILLS, Group, Meeting, Mover, Problem
from scheduling.domain.placement.proposal import Proposal, propose, sat_together
from scheduling.doors.hours import Needs, Zone
from scheduling.doors.http import Id, Reading
from scheduling.views import placement as views

router = APIRouter(prefix="/v1", dependencies=[ABOUT_PEOPLE])

PLACES = allow(Role.SCHEDULER, Role.CLINICIAN)
LIVE_SECONDS, WEEK_SECONDS = 3.0, 8.0
"""ASSUMED: how long one person is searched for, and a week's movers, where nobody says; answers take under 10 s."""
ONE_AT_A_TIME = asyncio.Semaphore(1)
"""A search takes a core: others wait for it, and the rest of the service does not."""

Ids = Annotated[tuple[Id, ...], Field(max_length=200)]
LocalTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class MeetingBody(Body):
    """A weekly time, in the program's local time; Monday is 1."""

    weekday: int = Field(ge=1, le=7)
    starts: LocalTime
    ends: LocalTime


class MoverBody(Body):
    """Somebody whose level changes.

    `minutes_needed` None: what level, payer and age ask for (SC-H1). Taken off are their own planned sessions that
    count as program, and `minutes_elsewhere`.
    """

    participant_id: Id
    level: LevelOfCare
    starts_on: date
    therapist_id: NamedStaff | None = None
    minutes_needed: int | None = Field(default=None, ge=0, le=10_080)
    minutes_elsewhere: int = Field(default=0, ge=0, le=10_080)
    kinds: Annotated[tuple[Id, ...], Field(max_length=10)] = (SKILLS,)
    separated_from: Ids = ()
    busy: Annotated[tuple[MeetingBody, ...], Field(max_length=100)] = ()


class GroupBody(Body):
    """A group. Without seats or roster, those of the level's board; `joins_in`: any day of a week that is open."""

    group_id: Id
    levels: Annotated[tuple[LevelOfCare, ...], Field(min_length=1, max_length=7)]
    kind: Id = SKILLS
    meets: Annotated[tuple[MeetingBody, ...], Field(min_length=1, max_length=40)]
    led_by: Annotated[tuple[NamedStaff, ...], Field(max_length=10)] = ()
    seats: int | None = Field(default=None, ge=0, le=1000)
    roster: Ids | None = None
    open_entry: bool = False
    joins_in: Annotated[tuple[date, ...], Field(max_length=60)] = ()
    permitted: Ids = ()


class QuestionBody(Body):
    """One person, or a week's movers together; without groups, those that are planned. `seconds` limit the search."""

    movers: Annotated[tuple[MoverBody, ...], Field(min_length=1, max_length=50)]
    groups: Annotated[tuple[GroupBody, ...], Field(max_length=200)] | None = None
    seconds: float | None = Field(default=None, gt=0, le=30)


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store knows of those who move, and the program's time zone."""

    attended: Mapping[ParticipantId, Collection[SessionId]]
    planned: Mapping[str, Collection[SessionPlanned]]
    needed: Mapping[str, int | None]
    zone: ZoneInfo


@router.post("/placements/preview", dependencies=[PLACES])
async def preview_placement(body: QuestionBody, database: Reading, zone: Zone, minimums: Needs) -> Proposal:
    """Propose groups for those who move, with every reason; nothing is changed, a person decides."""
    if body.groups is None:
        first = monday_of(min(one.starts_on for one in body.movers))
        groups = await views.groups_to_join(database, first, zone)
    else:
        groups = await _groups(body.groups, database)
    stored = await _stored(body.movers, groups, database, zone, minimums)
    problem = Problem.of([_mover(one, stored) for one in body.movers], groups)
    _check(problem)
    seconds = body.seconds or (LIVE_SECONDS if len(body.movers) == 1 else WEEK_SECONDS)
    async with ONE_AT_A_TIME:
        return await asyncio.to_thread(propose, problem, seconds)


async def _stored(
    movers: Collection[MoverBody], groups: Iterable[Group], database: Database, zone: ZoneInfo, minimums: Minimums
) -> Stored:
    ids = {one.participant_id for one in movers}
    coverages = await views.coverages(database, ids)
    return Stored(
        attended=await views.sessions_attended(database, ids.union(*(group.roster for group in groups))),
        planned=await views.own_sessions(database, ids),
        needed={o.participant_id: minimums.minutes(o.level, coverages.get(o.participant_id)) for o in movers},
        zone=zone,
    )


async def _groups(bodies: Iterable[GroupBody], database: Database) -> list[Group]:
    """What was said, completed by the boards; raises Invalid where nobody knows the seats."""
    on_boards, found = await views.groups_on_boards(database), []
    for body in bodies:
        known = on_boards.get(GroupId(body.group_id))
        seats = body.seats if body.seats is not None or known is None else known.seats
        if seats is None:
            raise Invalid("seats-unknown", "a group that no level has needs its seats said")
        roster = known.members if body.roster is None and known else body.roster or ()
        found.append(_group(body, seats, roster))
    return found


def _group(body: GroupBody, seats: int, roster: Iterable[str]) -> Group:
    return Group(
        id=GroupId(body.group_id),
        levels=frozenset(body.levels),
        kind=body.kind,
        meets=tuple(_meeting(one) for one in body.meets),
        seats=seats,
        led_by=frozenset(body.led_by),
        roster=frozenset(ParticipantId(who) for who in roster),
        open_entry=body.open_entry,
        joins_in=tuple(sorted({monday_of(day) for day in body.joins_in})),
        permitted=frozenset(ParticipantId(who) for who in body.permitted),
    )


def _mover(body: MoverBody, stored: Stored) -> Mover:
    who = ParticipantId(body.participant_id)
    busy, program = busy_with(stored.planned[who], monday_of(body.starts_on), stored.zone)
    asked = (stored.needed[who] or 0) if body.minutes_needed is None else body.minutes_needed
    needed = max(0, asked - body.minutes_elsewhere - program)
    return Mover(
        id=who,
        level=body.level,
        starts_on=body.starts_on,
        minutes_needed=needed,
        minutes_at_most=needed + AT_MOST_OVER,
        therapist=body.therapist_id,
        kinds=frozenset(body.kinds),
        separated_from=frozenset(ParticipantId(other) for other in body.separated_from),
        busy=(*busy, *(_meeting(one) for one in body.busy)),
        sat_with=sat_together(stored.attended, who),
    )


def _meeting(body: MeetingBody) -> Meeting:
    """Raises Invalid for a meeting that ends before it has begun."""
    if body.ends <= body.starts:
        raise Invalid("ends-before-it-starts", "a weekly time ends after it starts, on the same day")
    return Meeting(body.weekday, _minute(body.starts), _minute(body.ends))


def _minute(at: str) -> int:
    return 60 * int(at[:2]) + int(at[3:])


def _check(problem: Problem) -> None:
    if len(problem.moving) < len(problem.movers):
        raise Invalid("participant-named-twice", "each person moves once")
    if len({group.id for group in problem.groups}) < len(problem.groups):
        raise Invalid("group-named-twice", "each group is named once")
