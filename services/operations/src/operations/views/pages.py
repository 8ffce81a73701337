"""Pages and single answers, read from the read models."""

from datetime import datetime
from typing import Any

from common import streams
from common.change import NotFound
from common.clock import Clock
from common.contracts import MAIN_STREAM
from common.mongo import Database
from operations.domain.transitions import TERMINAL, stuck_before
from operations.views.rows import (
    DeadLetter,
    EventRow,
    Journey,
    JourneyRow,
    Page,
    ServiceRow,
    StreamRow,
    TransitionRow,
    event_row,
    journey_row,
    transition_row,
)

TIMELINE = 1000
"""Events on one participant's timeline at most, the newest."""

OPEN = {"state": {"$nin": sorted(TERMINAL)}}


async def events(database: Database, after: str, limit: int) -> Page[EventRow]:
    """The event log from `after` on, oldest first. What stood in a page stays in its place. Rule: OP-2."""
    found = await database.find("events", {"place": {"$gt": after}}, sort=[("place", 1)], limit=limit)
    rows = tuple(map(event_row, found))
    return Page(items=rows, next=rows[-1].place if len(rows) == limit else None)


async def latest_events(database: Database, limit: int) -> list[EventRow]:
    """The newest events, newest first."""
    return [event_row(d) for d in await database.find("events", {}, sort=[("place", -1)], limit=limit)]


async def journeys(database: Database, after: str, limit: int) -> Page[JourneyRow]:
    """Every journey by participant id, from `after` on."""
    found = await database.find("journeys", {"_id": {"$gt": after}}, sort=[("_id", 1)], limit=limit)
    rows = await _with_transitions(database, found)
    return Page(items=tuple(rows), next=rows[-1].participant_id if len(rows) == limit else None)


async def latest_journeys(database: Database, limit: int) -> list[JourneyRow]:
    """The journeys that moved last, newest first."""
    found = await database.find("journeys", {}, sort=[("last_at", -1), ("_id", 1)], limit=limit)
    return await _with_transitions(database, found)


async def journey(database: Database, participant_id: str) -> Journey:
    """One participant's whole story; raises NotFound where nothing was ever heard of them."""
    document = await database.get("journeys", participant_id)
    if document is None:
        raise NotFound("no-such-participant", "nothing was heard of this participant")
    (row,) = await _with_transitions(database, [document])
    transitions = await database.find("transitions", {"participant_id": participant_id}, sort=[("state_since", -1)])
    said = await database.find("events", {"subject": participant_id}, sort=[("place", -1)], limit=TIMELINE)
    return Journey(
        journey=row,
        transitions=tuple(map(transition_row, transitions)),
        timeline=tuple(map(event_row, reversed(said))),
    )


async def transitions(database: Database, query: dict[str, Any], after: str, limit: int) -> Page[TransitionRow]:
    """The transitions that match, by id, from `after` on."""
    found = await database.find(
        "transitions", {"$and": [query, {"_id": {"$gt": after}}]}, sort=[("_id", 1)], limit=limit
    )
    rows = tuple(map(transition_row, found))
    return Page(items=rows, next=rows[-1].id if len(rows) == limit else None)


async def open_transitions(database: Database, limit: int) -> list[TransitionRow]:
    """What is under way, the longest waiting first."""
    found = await database.find("transitions", OPEN, sort=[("waiting_since", 1), ("_id", 1)], limit=limit)
    return list(map(transition_row, found))


def stuck(now: datetime, minutes: int) -> dict[str, Any]:
    """The query for what is open and waits since longer than `minutes` of domain time. Rule: OP-4."""
    return {**OPEN, "waiting_since": {"$lt": stuck_before(now, minutes)}}


async def dead_letters(database: Database, limit: int) -> list[DeadLetter]:
    """The open dead letters of the house, by listener and subject, in the order they would be tried. Rule: OP-6."""
    order = [("listener", 1), ("source", 1), ("topic", 1), ("about", 1), ("sequence", 1)]
    found = await database.find("deadletters", {"state": "open"}, sort=order, limit=limit)
    return [DeadLetter.model_validate(document) for document in found]


async def services(database: Database, clock: Clock) -> list[ServiceRow]:
    """Every service, as far as operations heard of it."""
    heard = [StreamRow(**row) for row in (await streams.progress(database, clock))["heard"]]
    waiting = await database.aggregate(
        "deadletters", [{"$match": {"state": "open"}}, {"$group": {"_id": "$listener", "n": {"$sum": 1}}}]
    )
    letters = {row["_id"]: row["n"] for row in waiting}
    return [await _service(database, name, heard, letters.get(name, 0)) for name in MAIN_STREAM]


async def _service(database: Database, name: str, heard: list[StreamRow], letters: int) -> ServiceRow:
    source = f"/throughline/{name}"
    own = tuple(row for row in heard if row.source == source)
    last = await database.find("events", {"source": source}, sort=[("recorded_at", -1)], limit=1)
    return ServiceRow(
        service=name,
        heard=sum(row.n for row in own),
        last_recorded_at=last[0]["recorded_at"] if last else None,
        dead_letters=letters,
        streams=own,
    )


async def _with_transitions(database: Database, found: list[dict[str, Any]]) -> list[JourneyRow]:
    ids = [document["_id"] for document in found]
    under_way = await database.find("transitions", {"participant_id": {"$in": ids}, **OPEN}, sort=[("state_since", 1)])
    by_participant = {document["participant_id"]: transition_row(document) for document in under_way}
    return [journey_row(document, by_participant.get(document["_id"])) for document in found]
