"""Day places of one level: who comes on which dates, never more than there are places on any of them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Self

from pydantic import BaseModel, Field

from common.change import Aggregate, Invalid, Refused
from common.contracts.message import Contract
from common.contracts.places import DayPlaces, DayPlacesSetUp, DayPlacesTaken
from common.contracts.reopenings import DaysNotRestored
from common.contracts.words import LevelOfCare, ParticipantId, StaffId

WEEK = 7
NAMED_DATES = 5
"""How many full dates a refusal names."""
REMEMBERED_BOOKINGS = 200
"""ASSUMED: how many bookings that were given back a plan remembers."""


class Coming(BaseModel, frozen=True):
    """On which weekdays (Monday 0) somebody comes, from `from_on` on, up to but without `until_on`."""

    participant_id: ParticipantId
    weekdays: tuple[int, ...]
    from_on: date
    until_on: date | None = None
    said_at: datetime

    def on(self, day: date) -> bool:
        """Whether they come on a date."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on) and day.weekday() in self.weekdays


class DayPlan(Aggregate):
    """The day places of one level; its id is the level's code. Never set up: none."""

    weekdays: tuple[int, ...] = (0,) * WEEK
    exceptions: dict[date, int] = Field(default_factory=dict)
    coming: tuple[Coming, ...] = ()
    given_back: tuple[Coming, ...] = ()
    """What was given back, newest last, `said_at` then: an ending may turn out to be none. Rule: SC-R3."""

    def places(self, day: date) -> int:
        """How many places there are on a date."""
        return self.exceptions.get(day, self.weekdays[day.weekday()])

    def there(self, day: date) -> list[ParticipantId]:
        """Who comes on a date, in order of booking."""
        return [one.participant_id for one in self.coming if one.on(day)]

    def after(self, fact: Contract) -> Self:
        """The plan once `fact` is true."""
        match fact:
            case DayPlacesSetUp(weekdays=weekdays, exceptions=exceptions):
                changed = {one.on: one.places for one in exceptions}
                return self.model_copy(update={"weekdays": weekdays, "exceptions": changed})
            case DayPlacesTaken():
                new = Coming(**fact.model_dump(exclude={"at", "level"}), said_at=fact.at)
                said_by = None if new.weekdays else fact.at
                still = tuple(_up_to(self.coming, fact.participant_id, fact.from_on, said_by))
                kept = {"coming": (*still, new) if new.weekdays else still}
                return self.model_copy(update=kept)._remembering(self.coming, fact)
            case DaysNotRestored(participant_id=who):
                return self.model_copy(update={"given_back": _others(self.given_back, who)})
        return self

    def _remembering(self, before: Sequence[Coming], fact: DayPlacesTaken) -> Self:
        """With what this takes from somebody; who is booked anew has nothing to have back."""
        others = _others(self.given_back, fact.participant_id)
        if fact.weekdays:
            return self.model_copy(update={"given_back": others})
        lost = [one for one in before if one not in self.coming and one.participant_id == fact.participant_id]
        rest = [one.model_copy(update={"from_on": max(one.from_on, fact.from_on), "said_at": fact.at}) for one in lost]
        earlier = [one for one in self.given_back if one not in others]
        return self.model_copy(update={"given_back": (*others, *earlier, *rest)[-REMEMBERED_BOOKINGS:]})

    def given_back_since(self, participant: ParticipantId, since: datetime) -> list[Coming]:
        """What somebody gave back at `since` or later, in order of its first date."""
        theirs = (one for one in self.given_back if one.participant_id == participant and one.said_at >= since)
        return sorted(theirs, key=lambda one: one.from_on)

    def full_for(self, wanted: Coming) -> tuple[date, ...]:
        """The first dates on which there is no place for a booking; none: it can be had. Rule: SC-D1."""
        others = self.model_copy(update={"coming": tuple(_up_to(self.coming, wanted.participant_id, wanted.from_on))})
        full = [day for day in others.telling_dates(wanted) if len(others.there(day)) >= self.places(day)]
        return tuple(sorted(full)[:NAMED_DATES])

    def set_up(
        self, weekdays: Sequence[int], exceptions: Sequence[DayPlaces], by: StaffId, at: datetime
    ) -> list[Contract]:
        """Say how many day places there are; nobody loses a day that was promised. Rule: SC-D2."""
        named = {one.on: one.places for one in exceptions}
        if len(named) < len(exceptions):
            raise Invalid("date-named-twice", "each date that is different is named once")
        if (tuple(weekdays), named) == (self.weekdays, self.exceptions):
            return []
        days = tuple(DayPlaces(on=day, places=places) for day, places in sorted(named.items()))
        level = LevelOfCare(self.id)
        return [DayPlacesSetUp(at=at, level=level, weekdays=tuple(weekdays), exceptions=days, set_up_by=by)]

    def take(
        self, participant: ParticipantId, weekdays: Iterable[int], from_on: date, until_on: date | None, at: datetime
    ) -> list[Contract]:
        """Somebody comes on these weekdays from a date on, instead of what was booked before. Rules: SC-D1, SC-D3.

        Raises Invalid for an empty span, Refused with the first dates on which there is no place.
        """
        if until_on is not None and until_on <= from_on:
            raise Invalid("no-days", "the last day lies before the first")
        wanted = Coming(
            participant_id=participant,
            weekdays=tuple(sorted(set(weekdays))),
            from_on=from_on,
            until_on=until_on,
            said_at=at,
        )
        fact = DayPlacesTaken(at=at, level=LevelOfCare(self.id), **wanted.model_dump(exclude={"said_at"}))
        if _patterns(self.coming) == _patterns(self.after(fact).coming):
            return []
        if full := self.full_for(wanted):
            raise Refused("days-full", "no place on " + ", ".join(map(str, full)))
        return [fact]

    def give_back(self, participant: ParticipantId, at: datetime) -> list[Contract]:
        """They left the level at `at`: no day from then on that was booked before. Rule: SC-D4."""
        return self.take(participant, (), at.date(), None, at)

    def telling_dates(self, wanted: Coming) -> set[date]:
        """The dates wanted that tell for all: between them, how many come can only become fewer."""
        starts = {wanted.from_on, *(one.from_on for one in self.coming)}
        after = {day + timedelta(days=1) for day in self.exceptions}
        days = {start + timedelta(days=n) for start in starts | after for n in range(WEEK)} | set(self.exceptions)
        return {day for day in days if wanted.on(day)}


def _up_to(
    coming: Iterable[Coming], participant: ParticipantId, day: date, said_by: datetime | None = None
) -> Iterator[Coming]:
    """What is left when one of them has nothing from a date on, of what was booked up to `said_by` (None: of all)."""
    for one in coming:
        spared = said_by is not None and one.said_at > said_by
        if one.participant_id != participant or spared or (one.until_on is not None and one.until_on <= day):
            yield one
        elif one.from_on < day:
            yield one.model_copy(update={"until_on": day})


def _others(bookings: Iterable[Coming], participant: ParticipantId) -> tuple[Coming, ...]:
    return tuple(one for one in bookings if one.participant_id != participant)


def _patterns(coming: Iterable[Coming]) -> set[tuple[object, ...]]:
    return {(one.participant_id, one.weekdays, one.from_on, one.until_on) for one in coming}
