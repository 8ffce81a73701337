"""The times taken in one week, of all rooms and people: nothing and nobody is in two places at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Self

from pydantic import Field

from common.change import Aggregate, Refused
from common.contracts.groups import BookedTime, TimesBooked
from common.contracts.message import Contract

CLASHES: Mapping[str, tuple[str, str]] = {
    "room": ("room-taken", "the room is taken at that time"),
    "staff": ("staff-taken", "somebody who would lead it is needed elsewhere at that time"),
    "participant": ("participant-taken", "the participant has another session at that time"),
}


class Week(Aggregate):
    """One ISO week (UTC) of the site; its id is `2026-W10`. Every booking in it goes through its version."""

    booked: dict[str, tuple[BookedTime, ...]] = Field(default_factory=dict)

    def after(self, fact: Contract) -> Self:
        """The week once `fact` is true."""
        if not isinstance(fact, TimesBooked):
            return self
        others = {owner: times for owner, times in self.booked.items() if owner != fact.owner}
        return self.model_copy(update={"booked": others | ({fact.owner: fact.times} if fact.times else {})})

    def book(self, owner: str, times: Sequence[BookedTime], now: datetime) -> list[Contract]:
        """Take these times for `owner`, instead of those it had in this week. Rules: SC-G3, SC-G4.

        Raises Refused `room-taken`, `staff-taken` or `participant-taken`.
        """
        wanted = tuple(sorted(times, key=lambda one: (one.starts_at, one.session_id)))
        if self.booked.get(owner, ()) == wanted:
            return []
        elsewhere = [time for other, some in self.booked.items() if other != owner for time in some]
        for time in wanted:
            _check(time, elsewhere)
        for one, another in combinations(wanted, 2):
            _check(one, [another])
        return [TimesBooked(at=now, week=self.id, owner=owner, times=wanted)]


def weeks_between(first: datetime, last: datetime) -> list[str]:
    """The ids of the weeks from one instant to another."""
    days = range((last.astimezone(UTC).date() - first.astimezone(UTC).date()).days + 1)
    return list(dict.fromkeys(_week_at(first.astimezone(UTC) + timedelta(days=day)) for day in days))


def moved(before: Iterable[BookedTime], after: Iterable[BookedTime]) -> dict[str, list[BookedTime]]:
    """The weeks in which something changes, with all that is to be booked there from now on."""
    old, new = _by_week(before), _by_week(after)
    return {week: new.get(week, []) for week in sorted(old.keys() | new.keys()) if old.get(week) != new.get(week)}


def _by_week(times: Iterable[BookedTime]) -> dict[str, list[BookedTime]]:
    """A time over the end of a week stands in both."""
    weeks: dict[str, list[BookedTime]] = {}
    for time in times:
        for week in weeks_between(time.starts_at, time.ends_at):
            weeks.setdefault(week, []).append(time)
    return weeks


def _week_at(instant: datetime) -> str:
    year, week, _ = instant.isocalendar()
    return f"{year}-W{week:02}"


def _check(time: BookedTime, others: Iterable[BookedTime]) -> None:
    for other in others:
        if time.starts_at < other.ends_at and other.starts_at < time.ends_at:
            for taken in sorted(set(time.takes) & set(other.takes)):
                code, detail = CLASHES[taken.partition(":")[0]]
                raise Refused(code, f"{detail}: {other.starts_at:%Y-%m-%dT%H:%MZ}")
