"""The beds of one level: where they stand, when they are out of order, and which of them is free when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from pydantic import BaseModel, Field

from common.contracts.message import Contract
from common.contracts.places import BedInOrder, BedOutOfOrder, BedPlace, BedsSetUp
from common.contracts.words import BedId
from scheduling.domain.intervals import ALWAYS, Span, earliest


class Outage(BaseModel, frozen=True):
    """When a bed is for nobody, and why, as a code."""

    from_at: datetime
    until_at: datetime | None
    reason: str

    @property
    def span(self) -> Span:
        """When."""
        return Span(self.from_at, self.until_at)


class Bed(BaseModel, frozen=True):
    """One bed; `left_at` is when somebody last left it."""

    place: BedPlace
    outages: tuple[Outage, ...] = ()
    left_at: datetime | None = None

    def out_of_order_at(self, at: datetime) -> bool:
        """Whether it can be used by nobody at `at`."""
        return any(outage.span.covers(at) for outage in self.outages)

    def closed(self, turnover: timedelta) -> list[Span]:
        """When it is for nobody, whoever else may have it: out of order, or being made ready again."""
        spans = [outage.span for outage in self.outages]
        return [*spans, Span(ALWAYS.from_at, self.left_at + turnover)] if self.left_at else spans


class Spot(NamedTuple):
    """A bed, and from when on it can be had."""

    bed_id: BedId
    from_at: datetime


class Beds(BaseModel, frozen=True):
    """All beds of a level by id; no beds: the level counts places only."""

    known: dict[BedId, Bed] = Field(default_factory=dict)
    turnover: timedelta = timedelta()
    """What lies at least between two people in the same bed. Rule: SC-B1."""

    def after(self, fact: Contract) -> Self:
        """The beds once `fact` is true."""
        match fact:
            case BedsSetUp(beds=places, turnover_minutes=minutes):
                known = {place.bed_id: self._with(place) for place in places}
                return self.model_copy(update={"known": known, "turnover": timedelta(minutes=minutes)})
            case BedOutOfOrder(bed_id=id) if id in self.known:
                new = Outage(from_at=fact.from_at, until_at=fact.until_at, reason=fact.reason)
                still = [outage for outage in self.known[id].outages if not outage.span.overlaps(new.span)]
                return self._changed(id, outages=(*_not_over(still, fact.at), new))
            case BedInOrder(bed_id=id) if id in self.known:
                return self._changed(id, outages=())
        return self

    def left(self, id: BedId, at: datetime) -> Self:
        """Somebody left a bed."""
        bed = self.known.get(id)
        if bed is None:
            return self
        return self._changed(id, left_at=max(at, bed.left_at or at))

    def never_left(self, id: BedId | None, at: datetime) -> Self:
        """Nobody left a bed at `at`: it need not be made ready for them."""
        bed = self.known.get(id) if id else None
        return self._changed(bed.place.bed_id, left_at=None) if bed and bed.left_at == at else self

    def spot(self, taken: Mapping[BedId, Sequence[Span]], wanted: Span, near: BedId | None = None) -> Spot | None:
        """The bed that is free for all of `wanted`, or for all but the first minutes, while it is made ready.

        Beds at the site of `near` only, itself first, then its unit; then whichever would stand empty for the
        shortest time before. Rules: SC-B2, SC-B4.
        """
        home = self.known[near].place if near in self.known else None
        found: list[tuple[tuple[object, ...], Spot]] = []
        for id, bed in self.known.items():
            if not bed.place.licensed or (home and bed.place.site != home.site):
                continue
            closed = [*taken.get(id, ()), *bed.closed(self.turnover)]
            begin = earliest(closed, wanted.and_then(self.turnover))
            if begin is not None and begin - wanted.from_at <= self.turnover and _before_end(begin, wanted):
                elsewhere = (id != near, bed.place.unit != home.unit) if home else ()
                found.append(((elsewhere, begin, _empty_since(closed, begin), id), Spot(id, begin)))
        return min(found)[1] if found else None

    def _with(self, place: BedPlace) -> Bed:
        known = self.known.get(place.bed_id)
        return known.model_copy(update={"place": place}) if known else Bed(place=place)

    def _changed(self, id: BedId, **changes: object) -> Self:
        bed = self.known[id].model_copy(update=changes)
        return self.model_copy(update={"known": {**self.known, id: bed}})


def _not_over(outages: Iterable[Outage], at: datetime) -> list[Outage]:
    return [outage for outage in outages if outage.until_at is None or outage.until_at > at]


def _before_end(begin: datetime, wanted: Span) -> bool:
    return wanted.until_at is None or begin < wanted.until_at


def _empty_since(closed: Iterable[Span], at: datetime) -> timedelta:
    ends = [span.until_at for span in closed if span.until_at is not None and span.until_at <= at]
    return at - max(ends, default=ALWAYS.from_at)
