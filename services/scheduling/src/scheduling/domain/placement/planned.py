"""Groups and sessions as they are planned, in the terms of placement: weekly times, and the weeks that are open."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from common.contracts.sessions import SessionPlanned
from common.contracts.words import GroupId, ParticipantId
from scheduling.domain.group import Group as Planned
from scheduling.domain.hours import PROGRAM_GROUPS, monday_of
from scheduling.domain.placement.problem import Group, Meeting
from scheduling.domain.plans import Meeting as Met
from scheduling.domain.plans import in_window, leaders_of, windows

AHEAD = timedelta(weeks=4)
"""ASSUMED: of so many weeks the fullest, the earliest of several, stands for all."""


def joinable_group(planned: Planned, seated: Iterable[ParticipantId], first: date, zone: ZoneInfo) -> Group | None:
    """A group with its times from `first` on; `seated` have their seat by their place at the level.

    None where nothing is to be joined: it does not meet, belongs to no level, or is no hour of program. Rule: SC-L13.
    """
    plan = planned.plans[-1] if planned.plans else None
    if plan is None or plan.level is None or plan.kind not in PROGRAM_GROUPS:
        return None
    meetings = [one for one in planned.meetings() if not one.cancelled and not one.make_up]
    local = {one.starts_at.astimezone(zone): one for one in meetings if one.starts_at.astimezone(zone).date() >= first}
    soon = _fullest((at, one) for at, one in local.items() if at.date() < first + AHEAD)
    if not soon:
        return None
    weeks = windows(plan, planned.cancelled)
    return Group(
        id=GroupId(planned.id),
        levels=frozenset({plan.level}),
        kind=plan.kind,
        meets=tuple(weekly(at, _minutes(one.ends_at - one.starts_at)) for at, one in soon),
        seats=plan.at_most,
        led_by=frozenset(leaders_of(plan)),
        roster=frozenset({*planned.members, *seated}),
        joins_in=tuple(
            sorted({monday_of(at.date()) for at, one in local.items() if in_window(plan, weeks, one.starts_at)})
        ),
    )


def busy_with(sessions: Iterable[SessionPlanned], monday: date, zone: ZoneInfo) -> tuple[tuple[Meeting, ...], int]:
    """When somebody's own sessions are in the week from `monday`, and how many minutes of them are hours of program."""
    local = [(one.starts_at.astimezone(zone), one) for one in sessions if one.participant_present]
    week = [(at, one) for at, one in local if monday_of(at.date()) == monday]
    return tuple(weekly(at, one.minutes) for at, one in week), sum(o.minutes for _, o in week if o.program_hours)


def weekly(at: datetime, minutes: int) -> Meeting:
    """A local time of a week."""
    starts = 60 * at.hour + at.minute
    return Meeting(at.isoweekday(), starts, starts + minutes)


def _fullest(local: Iterable[tuple[datetime, Met]]) -> list[tuple[datetime, Met]]:
    weeks: defaultdict[date, list[tuple[datetime, Met]]] = defaultdict(list)
    for at, one in local:
        weeks[monday_of(at.date())].append((at, one))
    return max((weeks[monday] for monday in sorted(weeks)), key=len, default=[])


def _minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)
