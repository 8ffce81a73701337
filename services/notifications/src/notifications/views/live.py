"""An inbox as it moves: what a client that stays was not told yet, whichever instance it asks."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from common.change import Invalid
from common.contracts.words import RecipientKind
from common.mongo import Database, IndexModel
from notifications.domain.correspondence import Stage
from notifications.views.notices import MOVED_AT, ROWS, worded

WINDOW = timedelta(seconds=10)
"""Twice as long as a transaction may be open: what moved before it is committed, so nothing appears there later.

Source: MongoDB, transactionLifetimeLimitSeconds, 5 in this house; the rest is for clocks that differ. ASSUMED.
"""
MOST = 500
"""Rows told at once; who missed more reads the inbox anew. ASSUMED."""
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    ROWS: [IndexModel([("recipient_kind", 1), ("recipient_id", 1), (MOVED_AT, 1)])]
}


@dataclass(frozen=True, slots=True)
class Place:
    """How far a client is: it was told all that moved before `floor`, and of what moved since, these.

    As text it is the id of an event, `<floor in milliseconds>.<mark>.<mark>…`, which any instance understands.
    """

    floor: datetime
    told: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """The id of an event."""
        return ".".join((str(int(self.floor.timestamp() * 1000)), *sorted(self.told)))

    def after(self, mark: str) -> "Place":
        """The place once this was told, too."""
        return Place(self.floor, self.told | {mark})


@dataclass(frozen=True, slots=True)
class News:
    """What was not told yet: an item of the inbox each, and the place after it; `place` is where to go on from.

    `missed` says that there was more than can be told: `place` is now, and the inbox is to be read anew.
    """

    items: tuple[tuple[Place, dict[str, Any]], ...]
    place: Place
    missed: bool = False


def place_in(text: str) -> Place:
    """The place that an event's id says; raises Invalid for what is none."""
    first, *marks = text.split(".")
    try:
        return Place(datetime.fromtimestamp(int(first) / 1000, UTC), frozenset(marks))
    except (ValueError, OverflowError, OSError):
        raise Invalid("event-id-unreadable", "`Last-Event-ID` is the id of an event of this stream") from None


async def now_at(database: Database, kind: RecipientKind, recipients: Collection[str]) -> Place:
    """Where a client begins that knows nothing yet: it reads the inbox, and is told what comes after."""
    floor = await database.now() - WINDOW
    rows = await _moved(database, kind, recipients, floor)
    return Place(floor, frozenset(_mark(row) for row in rows))


async def since(
    database: Database, kind: RecipientKind, recipients: Collection[str], place: Place, clock: datetime
) -> News:
    """What moved since a place: each notice as it is now, in the order of moving, once. Rules: NO-E1, NO-E2.

    The clock is asked before the rows, so that however long that takes, nothing falls between.
    """
    floor = max(place.floor, await database.now() - WINDOW)
    rows = await _moved(database, kind, recipients, place.floor, MOST + 1 + len(place.told))
    new = [row for row in rows if _mark(row) not in place.told]
    if not new:
        return News((), place)
    if len(new) > MOST:
        return News((), await now_at(database, kind, recipients), missed=True)
    items = await worded(database, kind, new, clock)
    later = Place(floor, frozenset(_mark(row) for row in rows if row[MOVED_AT] >= floor))
    return News(tuple(_placed(place, new, items)), later)


def _placed(
    place: Place, rows: Sequence[dict[str, Any]], items: Mapping[str, dict[str, Any]]
) -> Iterator[tuple[Place, dict[str, Any]]]:
    for row in rows:
        place = place.after(_mark(row))
        if row["_id"] in items:
            yield place, items[row["_id"]]


async def _moved(
    database: Database, kind: RecipientKind, recipients: Collection[str], floor: datetime, limit: int = 0
) -> list[dict[str, Any]]:
    query = {
        "recipient_kind": kind.value,
        "recipient_id": {"$in": sorted(recipients)},
        MOVED_AT: {"$gte": floor},
        "stage": {"$in": [Stage.SENT.value, Stage.ACKNOWLEDGED.value]},
    }
    return await database.find(ROWS, query, sort=[(MOVED_AT, 1), ("_id", 1)], limit=limit)


def _mark(row: Mapping[str, Any]) -> str:
    """Tells one moving of one notice from any other; says nothing of whom it is about."""
    return hashlib.sha256(f"{row['_id']}|{row['stage']}".encode()).hexdigest()[:16]
