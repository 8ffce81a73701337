"""Who may ask scheduling what about groups over HTTP."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import AwareDatetime, Field

from common.change import change
from common.contracts.groups import GroupKind, GroupPlanned, MakeUpPlanned
from common.contracts.words import GroupId, LevelOfCare, ParticipantId, Role, SessionId, SkillModule
from common.plain import AskedAt, NamedStaff
from common.web import ABOUT_PEOPLE, Acting, Body, Doing, Receipt, allow
from scheduling.domain.group import Group, make_up_id
from scheduling.doors.http import SCHEDULER, Id, Now, Reading
from scheduling.handlers import on_the_calendar
from scheduling.views import groups as views

router = APIRouter(prefix="/v1/groups", dependencies=[ABOUT_PEOPLE])

LEADS = allow(Role.SCHEDULER, Role.CLINICIAN, Role.SKILLS_LEADER, Role.FAMILY_CLINICIAN)
GroupPath = Annotated[Id, Path()]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,59}$")]
"""A reason as a code: nothing that reads like a note."""
LOOK = timedelta(weeks=8)
"""How far a group's meetings are shown where nobody asks for more."""


class PlanBody(Body):
    """What a group is, who leads it, when it meets and when one may join."""

    kind: GroupKind
    level: LevelOfCare | None = None
    module: SkillModule | None = None
    first_at: AwareDatetime
    zone: str = Field(max_length=60)
    rule: str = Field(default="", max_length=300)
    minutes: int = Field(ge=5, le=600)
    except_on: list[date] = Field(default=[], max_length=100)
    room: Id | None = None
    leader: NamedStaff
    co_leader: NamedStaff | None = None
    at_least: int = Field(default=0, ge=0, le=200)
    at_most: int = Field(ge=0, le=200)
    cycle_weeks: int = Field(default=1, ge=1, le=53)
    open_weeks: list[int] = Field(default=[], max_length=53)


class JoinBody(Body):
    """Who would join; a leader of the group may let them in between two joining windows."""

    participant_id: Id
    between_windows: bool = False


class LeaveBody(Body):
    """Why somebody leaves the group, as a code."""

    reason: Code


class CancelBody(Body):
    """Which meeting does not take place, and why, as a code."""

    session_id: Id
    reason: Code


class MakeUpBody(Body):
    """A meeting beside the plan; no room: the plan's."""

    starts_at: AwareDatetime
    minutes: int = Field(ge=5, le=600)
    room: Id | None = None
    instead_of: Id | None = None


@router.put("/{group_id}", dependencies=[SCHEDULER])
async def plan_group(group_id: GroupPath, body: PlanBody, doing: Doing, database: Reading) -> Receipt:
    """Say what a group is and when it meets; 409 when a room or a leader is taken."""
    group, _ = await views.group_seen(database, group_id)
    aside = await views.set_aside(database, group_id)
    plan = _plan(group_id, body, doing)
    return await doing.do(*on_the_calendar(group, lambda state: state.arrange(plan, aside, doing.now), doing.now))


@router.get("")
async def get_groups(database: Reading, now: Now) -> list[views.OpenGroup]:
    """Every group that meets again, with its times, joining windows and roster."""
    return await views.groups_open(database, now)


@router.get("/{group_id}")
async def get_group(
    group_id: GroupPath,
    database: Reading,
    now: Now,
    response: Response,
    first: Annotated[AskedAt | None, Query(alias="from")] = None,
    last: Annotated[AskedAt | None, Query(alias="to")] = None,
) -> views.WholeGroup:
    """One group and its meetings, of the coming eight weeks unless said otherwise."""
    starts = first or now
    group = await views.whole_group(database, group_id, now, starts, last or starts + LOOK)
    response.headers["ETag"] = f'"{group.version}"'
    return group


@router.post("/{group_id}/members", dependencies=[LEADS])
async def join_group(group_id: GroupPath, body: JoinBody, doing: Doing, database: Reading) -> Receipt:
    """Put somebody on the roster from the next joining window on, or on the waiting list."""
    aside = await views.set_aside(database, group_id)
    leader = doing.staff.id if body.between_windows else None
    who = ParticipantId(body.participant_id)
    return await doing.do(change(Group, group_id, Group.join, who, aside, leader, doing.now))


@router.post("/{group_id}/members/{participant_id}/leave", dependencies=[LEADS])
async def leave_group(
    group_id: GroupPath, participant_id: Annotated[Id, Path()], body: LeaveBody, doing: Doing, database: Reading
) -> Receipt:
    """Give a seat, or a place in the waiting list, back."""
    aside = await views.set_aside(database, group_id)
    who = ParticipantId(participant_id)
    return await doing.do(change(Group, group_id, Group.leave, who, body.reason, aside, doing.now))


@router.post("/{group_id}/cancellations", dependencies=[LEADS])
async def cancel_meeting(group_id: GroupPath, body: CancelBody, doing: Doing, database: Reading) -> Receipt:
    """One meeting does not take place; its room and its leaders are free then."""
    group, _ = await views.group_seen(database, group_id)
    which, why, by = SessionId(body.session_id), body.reason, doing.staff.id
    return await doing.do(*on_the_calendar(group, lambda state: state.cancel(which, why, by, doing.now), doing.now))


@router.post("/{group_id}/make-ups", dependencies=[LEADS])
async def plan_make_up(group_id: GroupPath, body: MakeUpBody, doing: Doing, database: Reading) -> Receipt:
    """A meeting beside the plan; 409 when the room or a leader is taken."""
    group, _ = await views.group_seen(database, group_id)
    wanted = MakeUpPlanned(
        at=doing.now,
        group_id=GroupId(group_id),
        session_id=make_up_id(GroupId(group_id), body.starts_at),
        starts_at=body.starts_at,
        minutes=body.minutes,
        room=body.room or "",
        instead_of=SessionId(body.instead_of) if body.instead_of else None,
        planned_by=doing.staff.id,
    )
    return await doing.do(*on_the_calendar(group, lambda state: state.make_up(wanted), doing.now))


@router.post("/{group_id}/end", dependencies=[SCHEDULER])
async def end_group(group_id: GroupPath, doing: Doing, database: Reading) -> Receipt:
    """From now on the group does not meet; its times are free."""
    group, _ = await views.group_seen(database, group_id)
    return await doing.do(*on_the_calendar(group, lambda state: state.end(doing.staff.id, doing.now), doing.now))


def _plan(group_id: str, body: PlanBody, doing: Acting) -> GroupPlanned:
    return GroupPlanned(
        at=doing.now,
        group_id=GroupId(group_id),
        kind=body.kind,
        level=body.level,
        module=body.module,
        first_at=body.first_at,
        zone=body.zone,
        rule=body.rule,
        minutes=body.minutes,
        except_on=tuple(sorted(set(body.except_on))),
        room=body.room or "",
        leader=body.leader,
        co_leader=body.co_leader,
        at_least=body.at_least,
        at_most=body.at_most,
        cycle_weeks=body.cycle_weeks,
        open_weeks=tuple(sorted(set(body.open_weeks))),
        planned_by=doing.staff.id,
    )
