"""What a plan of a group means in meetings, and in which weeks of the curriculum one may join."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

from pydantic import BaseModel

from common.change import Invalid
from common.contracts.groups import BookedTime, GroupPlanned, MovedMeeting, session_id_at
from common.contracts.words import SessionId, StaffId
from scheduling.domain.recurrence import meetings, zone_named

STANDARD_CYCLE = 24
"""Weeks of the standard adult cycle: 2 and 6, 2 and 7, 2 and 5. Source: facts 3.2."""
MINDFULNESS_WEEKS = (1, 2, 9, 10, 18, 19)
"""Its joining windows: mindfulness precedes every module, and a group is open then. Source: facts 3.2."""


class Meeting(BaseModel, frozen=True):
    """One meeting of a group."""

    session_id: SessionId
    starts_at: datetime
    ends_at: datetime
    room: str
    leaders: tuple[StaffId, ...]
    cancelled: bool = False
    make_up: bool = False

    def booked(self) -> BookedTime:
        """What it takes of rooms and people."""
        room = (f"room:{self.room}",) if self.room else ()
        return BookedTime(
            session_id=self.session_id,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            takes=(*room, *(f"staff:{leader}" for leader in self.leaders)),
        )


def by_plans(plans: Sequence[GroupPlanned], cancelled: Collection[SessionId]) -> list[Meeting]:
    """The meetings of each plan from when it came into force until the next one does. Rule: SC-G5."""
    in_force = [max(plan.at, plan.first_at) for plan in plans]
    ends = [*in_force, datetime.max.replace(tzinfo=UTC)][1:]
    found = []
    for plan, starts, over in zip(plans, in_force, ends, strict=True):
        found += [m for m in _meetings(plan, cancelled) if starts <= m.starts_at < over]
    return found


def moved(before: Sequence[Meeting], after: Sequence[Meeting], since: datetime, zone: str) -> tuple[MovedMeeting, ...]:
    """Which meetings from `since` on are gone, and which new ones stand in for them. Rule: SC-G14.

    One of the same local week, so that the curriculum keeps its week; else the first later one that is free.
    """
    was, now = (
        {m.starts_at for m in some if m.starts_at >= since and not m.cancelled and not m.make_up}
        for some in (before, after)
    )
    week, gone, free = partial(_week, zone), sorted(was - now), sorted(now - was)
    instead: dict[datetime, datetime] = {}
    for same_week in (True, False):
        for at in gone:
            found = (one for one in free if (week(one) == week(at) if same_week else one > at))
            if at not in instead and (one := next(found, None)):
                instead[at] = one
                free.remove(one)
    return tuple(MovedMeeting(was=at, now=instead.get(at)) for at in gone)


def _week(zone: str, at: datetime) -> tuple[int, int]:
    return at.astimezone(zone_named(zone)).isocalendar()[:2]


def check(plan: GroupPlanned) -> None:
    """Raises Invalid for a plan that makes no sense. Rules: SC-G1, SC-G3, SC-G7, SC-G8."""
    starts = meetings(plan.first_at, plan.zone, plan.rule, ())
    length = timedelta(minutes=plan.minutes)
    if any(later - earlier < length for earlier, later in pairwise(starts)):
        raise Invalid("meetings-overlap", "a meeting would begin before the one before it has ended")
    if not 0 <= plan.at_least <= plan.at_most:
        raise Invalid("capacity-upside-down", "a group has at least as many seats as it needs to meet")
    if any(not 1 <= week <= plan.cycle_weeks for week in plan.open_weeks):
        raise Invalid("open-week-outside-cycle", "joining windows are weeks of the cycle, from 1")
    if plan.leader == plan.co_leader:
        raise Invalid("leader-is-co-leader", "leader and co-leader are two people")


def windows(plan: GroupPlanned, cancelled: Collection[SessionId]) -> dict[tuple[int, int], int]:
    """Local ISO week -> week of the curriculum, from 1; a week without a meeting does not move it. Rule: SC-G7."""
    zone = zone_named(plan.zone)
    weeks = dict.fromkeys(
        meeting.starts_at.astimezone(zone).isocalendar()[:2]
        for meeting in _meetings(plan, cancelled)
        if not meeting.cancelled
    )
    return {week: number % plan.cycle_weeks + 1 for number, week in enumerate(weeks)}


def in_window(plan: GroupPlanned, weeks: dict[tuple[int, int], int], at: datetime) -> bool:
    """Whether one may join at a meeting that begins then. Rule: SC-G7."""
    local = at.astimezone(zone_named(plan.zone)).isocalendar()[:2]
    return not plan.open_weeks or weeks.get(local) in plan.open_weeks


def leaders_of(plan: GroupPlanned) -> tuple[StaffId, ...]:
    """The leader, and the co-leader where there is one."""
    return (plan.leader,) if plan.co_leader is None else (plan.leader, plan.co_leader)


MAKE_UP = "Zm"
"""How the id of a make-up ends."""


def is_make_up(session_id: SessionId) -> bool:
    """Whether the id is one that scheduling gave to a make-up. Rule: SC-M9."""
    return session_id.endswith(MAKE_UP)


def _meetings(plan: GroupPlanned, cancelled: Collection[SessionId]) -> list[Meeting]:
    length = timedelta(minutes=plan.minutes)
    return [
        Meeting(
            session_id=id,
            starts_at=starts,
            ends_at=starts + length,
            room=plan.room,
            leaders=leaders_of(plan),
            cancelled=id in cancelled,
        )
        for starts in meetings(plan.first_at, plan.zone, plan.rule, plan.except_on)
        for id in (session_id_at(plan.group_id, starts),)
    ]
