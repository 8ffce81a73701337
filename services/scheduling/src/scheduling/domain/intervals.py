"""Spans of time, half open, and what fits between them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """From `from_at` on, up to but without `until_at`; None: no end is known."""

    from_at: datetime
    until_at: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether `at` lies in it."""
        return self.from_at <= at and (self.until_at is None or at < self.until_at)

    def overlaps(self, other: "Span") -> bool:
        """Whether some instant lies in both; an empty span overlaps nothing that does not surround it."""
        begins = other.until_at is None or self.from_at < other.until_at
        return begins and (self.until_at is None or other.from_at < self.until_at)

    def and_then(self, more: timedelta) -> "Span":
        """The same, `more` longer."""
        return self if self.until_at is None else Span(self.from_at, self.until_at + more)


ALWAYS = Span(datetime.min.replace(tzinfo=UTC))


def most_at_once(spans: Iterable[Span], during: Span) -> int:
    """How many of the spans there are at the fullest instant of `during`."""
    met = [span for span in spans if span.overlaps(during)]
    begins = {max(span.from_at, during.from_at) for span in met}
    if len(begins) == 1 or all(span.until_at is None for span in met):
        return len(met)
    return max((sum(span.covers(at) for span in met) for at in begins), default=0)


def earliest(taken: Iterable[Span], wanted: Span) -> datetime | None:
    """The first instant from `wanted.from_at` on at which nothing of `taken` lies between it and the end wanted."""
    begin = wanted.from_at
    for span in sorted(taken, key=lambda one: one.from_at):
        if span.overlaps(Span(begin, wanted.until_at)):
            if span.until_at is None:
                return None
            begin = span.until_at
    return None if wanted.until_at is not None and begin >= wanted.until_at else begin
