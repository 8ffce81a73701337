"""What can be asked about groups: when they meet, who leads, who may join when, and who is on the roster."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from pydantic import BaseModel

from common.contracts.groups import GroupKind
from common.contracts.words import GroupId, LevelOfCare, ParticipantId, SkillModule, StaffId
from common.fold import collection_of
from common.mongo import Database
from scheduling.domain.board import LevelBoard, Stage
from scheduling.domain.group import Group
from scheduling.domain.plans import Meeting, windows
from scheduling.domain.recurrence import zone_named
from scheduling.handlers import WHEREABOUTS

AHEAD = timedelta(weeks=4)
"""How far the weekly times look ahead."""


class Seat(BaseModel):
    """Somebody on a roster; `by_place` says that a place at a level of care gave them the seat. Rule: SC-G10.

    `episode_ended` says that their episode ended after they joined: somebody decides whether they stay. Rule: SC-G11.
    """

    participant_id: ParticipantId
    starts_at: datetime | None
    by_place: bool
    episode_ended: bool = False


class WeeklyTime(BaseModel):
    """A time at which a group meets in the coming weeks, by its own local clock; Monday is 1."""

    weekday: int
    starts: time
    ends: time


class OpenGroup(BaseModel):
    """A group that still meets: what is needed to place somebody in it.

    `next_start` is the first meeting at which somebody may join now; None where none is left.
    `set_aside` are the seats that levels' boards give out, `free` those that are left for others.
    `too_few_by` is how many are missing until it has as many as it needs to meet. Rule: SC-G13.
    """

    group_id: GroupId
    version: int
    kind: GroupKind
    level: LevelOfCare | None
    module: SkillModule | None
    zone: str
    weekly: list[WeeklyTime]
    room: str
    leader: StaffId
    co_leader: StaffId | None
    at_least: int
    too_few_by: int
    at_most: int
    set_aside: int
    free: int
    cycle_weeks: int
    open_weeks: list[int]
    curriculum_week: int | None
    next_start: datetime | None
    roster: list[Seat]
    waiting: list[ParticipantId]


class WholeGroup(OpenGroup):
    """A group, and every meeting in the period asked for."""

    rule: str
    ended_at: datetime | None
    meetings: list[Meeting]


async def group_seen(database: Database, group_id: str) -> tuple[Group, int]:
    """A group as it is stored, and its version; nothing known of it where there is none."""
    stored = await database.get(collection_of(Group), group_id)
    return (Group.model_validate(stored["state"]), stored["version"]) if stored else (Group(id=group_id), 0)


async def set_aside(database: Database, group_id: str) -> int:
    """How many seats of a group the boards of levels give out. Rule: SC-G9."""
    boards = await _boards(database)
    return _set_aside(boards, group_id)


async def groups_open(database: Database, now: datetime) -> list[OpenGroup]:
    """Every group that meets again after `now`, by id."""
    boards = await _boards(database)
    found = await database.find(collection_of(Group), {"state.plans": {"$ne": []}}, sort=[("_id", 1)])
    groups = [(Group.model_validate(stored["state"]), stored["version"]) for stored in found]
    ended = await _ended(database, [who for group, _ in groups for who in group.members])
    return [
        OpenGroup(**_about(group, version, boards, ended, now))
        for group, version in groups
        if any(meeting.ends_at > now for meeting in group.meetings())
    ]


async def whole_group(database: Database, group_id: str, now: datetime, first: datetime, last: datetime) -> WholeGroup:
    """One group with its meetings of a period; raises NotFound where nobody planned it."""
    group, version = await group_seen(database, group_id)
    about = _about(group, version, await _boards(database), await _ended(database, list(group.members)), now)
    meetings = [one for one in group.meetings() if first <= one.starts_at < last]
    return WholeGroup(**about, rule=group.plan.rule, ended_at=group.ended_at, meetings=meetings)


async def _boards(database: Database) -> list[LevelBoard]:
    return [LevelBoard.model_validate(one["state"]) for one in await database.find(collection_of(LevelBoard), {})]


async def _ended(database: Database, members: Sequence[str]) -> dict[str, datetime]:
    """Whose episode ended, of these, and when."""
    query = {"_id": {"$in": list(members)}, "level": None, "level_since": {"$ne": None}}
    return {one["_id"]: one["level_since"] for one in await database.find(WHEREABOUTS, query)}


def _set_aside(boards: Sequence[LevelBoard], group_id: str) -> int:
    return sum(group.seats for board in boards for group in board.groups if group.group_id == group_id)


def _about(
    group: Group, version: int, boards: Sequence[LevelBoard], ended: Mapping[str, datetime], now: datetime
) -> dict[str, object]:
    plan, aside, roster = group.plan, _set_aside(boards, group.id), _roster(group, boards, ended)
    weeks = windows(plan, group.cancelled)
    return {
        **plan.model_dump(exclude={"at", "first_at", "minutes", "except_on", "planned_by", "rule"}),
        "version": version,
        "weekly": _weekly(group, now),
        "set_aside": aside,
        "free": max(0, plan.at_most - aside - len(group.members)),
        "curriculum_week": weeks.get(now.astimezone(zone_named(plan.zone)).isocalendar()[:2]),
        "next_start": group.first_meeting(now),
        "roster": roster,
        "too_few_by": max(0, plan.at_least - sum(not seat.episode_ended for seat in roster)),
        "waiting": list(group.waiting),
    }


def _weekly(group: Group, now: datetime) -> list[WeeklyTime]:
    zone = zone_named(group.plan.zone)
    coming = [m for m in group.meetings() if now <= m.starts_at < now + AHEAD and not m.cancelled and not m.make_up]
    local = [(one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)) for one in coming]
    times = {(starts.isoweekday(), starts.time(), ends.time()) for starts, ends in local}
    return [WeeklyTime(weekday=day, starts=starts, ends=ends) for day, starts, ends in sorted(times)]


def _roster(group: Group, boards: Sequence[LevelBoard], ended: Mapping[str, datetime]) -> list[Seat]:
    by_place = [
        Seat(participant_id=claim.participant_id, starts_at=group.first_meeting(claim.since), by_place=True)
        for board in boards
        for claim in board.at_stage(Stage.OCCUPIED)
        if claim.group_id == group.id
    ]
    placed = {seat.participant_id for seat in by_place}
    joined = [
        Seat(
            participant_id=who,
            starts_at=member.starts_at,
            by_place=False,
            episode_ended=who in ended and ended[who] > member.joined_at,
        )
        for who, member in group.members.items()
        if who not in placed
    ]
    return [*by_place, *joined]
