"""How the console writes ids, codes and instants for people."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from operations.views.rows import EventRow

LEVELS = {
    "RESIDENTIAL": "Residential",
    "PHP": "PHP",
    "IOP": "IOP",
    "OUTPATIENT_BOOSTER": "Booster",
    "ALUMNI": "Alumni",
    "EXTERNAL_ACUTE": "Hospital",
    "CLOSED": "Closed",
}
HIDDEN = frozenset({"at", "participant_id", "episode_id"})
"""Fields the timeline does not repeat: they are on the page already."""

INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


def level(code: str | None) -> str:
    """A level of care as people say it."""
    return LEVELS.get(code or "", code or "–")


def short(id: str) -> str:
    """The first letters of an id, enough to recognise it; what is short or speaks for itself stays whole."""
    return f"{id[:8]}…" if len(id) > 20 and re.search(r"\d", id) else id


def sentence(type_name: str) -> str:
    """`LevelOfCareChanged.v1` as `Level of care changed`."""
    words = re.findall(r"[A-Z][a-z]*|\d+", type_name.partition(".")[0])
    return " ".join(words).capitalize()


def plainly(code: str) -> str:
    """`STEP_DOWN` or `no-place` as `step down`, `no place`."""
    return code.replace("_", " ").replace("-", " ").lower()


def span(length: timedelta) -> str:
    """A length of time in its largest unit, rounded down: `3 d`, `5 h`, `12 min`, `now`."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 120:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} d"


def since(then: datetime | None, now: datetime) -> str:
    """How long ago, on the domain clock."""
    return span(max(now - then, timedelta())) if then else "–"


def day(at: datetime) -> str:
    """A day: `Mon 5 Jan 2026`."""
    return f"{at:%a} {at.day} {at:%b %Y}"


def clock(at: datetime) -> str:
    """An hour and a minute, UTC."""
    return f"{at:%H:%M}"


def details(plain: dict[str, Any]) -> list[tuple[str, str]]:
    """The fields of an event worth a line, as names and short values."""
    shown = ((name, _value(value)) for name, value in plain.items() if name not in HIDDEN)
    return [(plainly(name), value) for name, value in shown if value]


def by_day(rows: Iterable[EventRow]) -> Iterator[tuple[str, list[EventRow]]]:
    """Events under the day they happened on, in the order they come."""
    for date, some in groupby(rows, lambda row: day(row.time)):
        yield date, list(some)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)}" if value and isinstance(value[0], dict) else ", ".join(map(_value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and INSTANT.match(value):
        at = datetime.fromisoformat(value)
        return f"{day(at)} {clock(at)}"
    return short(str(value))


FILTERS: dict[str, Callable[..., Any]] = {
    "level": level,
    "short": short,
    "sentence": sentence,
    "plainly": plainly,
    "since": since,
    "day": day,
    "clock": clock,
    "details": details,
    "by_day": by_day,
}
