"""What can be asked about hours of program per week."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from common.contracts.words import LevelOfCare, ParticipantId
from common.fold import collection_of
from common.mongo import Database
from scheduling.domain.appointment import Appointment
from scheduling.domain.attendance import Schedule
from scheduling.domain.board import LevelBoard, Stage
from scheduling.domain.group import Group
from scheduling.domain.hours import (
    PROGRAM_GROUPS,
    Attended,
    Coverage,
    Known,
    Minimums,
    WeekOfHours,
    monday_of,
    week_of_hours,
)
from scheduling.handlers import WHEREABOUTS


class HoursOf(BaseModel):
    """One participant's weeks, the newest last."""

    participant_id: ParticipantId
    weeks: list[WeekOfHours]


class Site(BaseModel):
    """All that the weeks of many participants are counted from."""

    groups: list[Group]
    boards: list[LevelBoard]
    zone: str


async def hours_of(
    database: Database, participant_id: str, weeks: int, now: datetime, zone: ZoneInfo, minimums: Minimums
) -> HoursOf:
    """The newest weeks of one participant, this one and the next included; planned and attended minutes."""
    site = await _site(database, zone)
    first = monday_of(now.astimezone(zone).date()) - timedelta(weeks=weeks - 2)
    mondays = [first + timedelta(weeks=n) for n in range(weeks)]
    counted = await _weeks(database, site, participant_id, mondays, now, minimums)
    return HoursOf(participant_id=ParticipantId(participant_id), weeks=counted)


async def hours_in_week(
    database: Database, day: date, now: datetime, zone: ZoneInfo, minimums: Minimums
) -> list[HoursOf]:
    """The week of a day, of every participant who is at a level that needs hours, by id."""
    site = await _site(database, zone)
    levels = sorted({row.level for row in minimums.hours_per_week})
    found = await database.find(WHEREABOUTS, {"level": {"$in": levels}}, sort=[("_id", 1)])
    return [
        HoursOf(
            participant_id=known["_id"],
            weeks=await _weeks(database, site, known["_id"], [monday_of(day)], now, minimums),
        )
        for known in found
    ]


async def _site(database: Database, zone: ZoneInfo) -> Site:
    groups = [Group.model_validate(one["state"]) for one in await database.find(collection_of(Group), {})]
    boards = [LevelBoard.model_validate(one["state"]) for one in await database.find(collection_of(LevelBoard), {})]
    program = [group for group in groups if group.plans and group.plan.kind in PROGRAM_GROUPS]
    return Site(groups=program, boards=boards, zone=zone.key)


async def _weeks(
    database: Database, site: Site, who: str, mondays: Sequence[date], now: datetime, minimums: Minimums
) -> list[WeekOfHours]:
    zone = ZoneInfo(site.zone)
    sessions = await _appointments(database, who)
    planned = [*_in_groups(site, who, zone), *_in_sessions(sessions, zone)]
    attended = await _attended(database, who, {one.id for one in sessions if not one.plan.program_hours}, zone)
    needed = await _needed(database, who, minimums)
    known = _known(await database.get(WHEREABOUTS, who) or {}, zone)
    today = now.astimezone(zone).date()
    return [week_of_hours(monday, today, known, planned, attended, needed) for monday in mondays]


async def _appointments(database: Database, who: str) -> list[Appointment]:
    found = await database.find(collection_of(Appointment), {"state.planned.participant_id": who})
    return [Appointment.model_validate(one["state"]) for one in found]


async def _attended(database: Database, who: str, without: set[str], zone: ZoneInfo) -> list[Attended]:
    stored = await database.get(collection_of(Schedule), who)
    schedule = Schedule.model_validate(stored["state"]) if stored else Schedule(id=who)
    return [
        Attended(day=one.starts_at.astimezone(zone).date(), minutes=one.attended_minutes, level=one.level)
        for id, one in schedule.sessions.items()
        if id not in without
    ]


async def _needed(database: Database, who: str, minimums: Minimums) -> dict[LevelOfCare, int]:
    stored = await database.get(collection_of(Coverage), who)
    coverage = Coverage.model_validate(stored["state"]) if stored else None
    needed = {level: minimums.minutes(level, coverage) for level in LevelOfCare}
    return {level: minutes for level, minutes in needed.items() if minutes is not None}


def _known(found: dict[str, Any], zone: ZoneInfo) -> Known:
    def day(name: str) -> date | None:
        return found[name].astimezone(zone).date() if found.get(name) else None

    level = found.get("level")
    return Known(
        level=LevelOfCare(level) if level else None,
        since=day("level_since"),
        leave_from=day("leave_from"),
        leave_until=day("leave_until"),
    )


def _in_groups(site: Site, who: str, zone: ZoneInfo) -> list[tuple[date, int]]:
    """The meetings of groups on whose roster somebody is, each as local day and minutes. Rule: SC-G10."""
    found = []
    for group in site.groups:
        since = _since(site, group, who)
        for meeting in group.meetings() if since else []:
            if not meeting.cancelled and since is not None and meeting.starts_at >= since:
                minutes = round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)
                found.append((meeting.starts_at.astimezone(zone).date(), minutes))
    return found


def _since(site: Site, group: Group, who: str) -> datetime | None:
    for board in site.boards:
        for claim in board.at_stage(Stage.OCCUPIED):
            if claim.participant_id == who and claim.group_id == group.id:
                return group.first_meeting(claim.since)
    member = group.members.get(ParticipantId(who))
    return member.starts_at if member else None


def _in_sessions(sessions: Sequence[Appointment], zone: ZoneInfo) -> list[tuple[date, int]]:
    return [
        (one.plan.starts_at.astimezone(zone).date(), one.plan.minutes)
        for one in sessions
        if not one.cancelled and one.plan.program_hours and one.plan.participant_present
    ]
