"""Days as the program counts them: local dates of its zone, and those on which it is open."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WORKDAYS = 5
"""The program is open from Monday to Friday. Source: facts 2.1, five days a week; which ones: ASSUMED."""


def nth_open_day(after: date, count: int, closed_on: Collection[date]) -> date:
    """The `count`-th day after `after` on which the program is open; `closed_on` are its closed weekdays."""
    day = after
    for _ in range(count):
        day += timedelta(days=1)
        while day.weekday() >= WORKDAYS or day in closed_on:
            day += timedelta(days=1)
    return day


def days_later(at: datetime, days: int, tz: ZoneInfo) -> datetime:
    """The same time by the clock on the wall so many days later, in UTC: a day may have 23 or 25 hours."""
    return (at.astimezone(tz) + timedelta(days=days)).astimezone(UTC)


def midnight(day: date, tz: ZoneInfo) -> datetime:
    """When a local date begins, in UTC."""
    return datetime.combine(day, time.min, tz).astimezone(UTC)
