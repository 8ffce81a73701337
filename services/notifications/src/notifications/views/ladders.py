"""What climbs a ladder, and how far it is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from common.change import Record
from common.contracts.message import Contract
from common.contracts.notices import (
    LadderAcknowledged,
    LadderClimbed,
    LadderContactMade,
    LadderContactMissed,
    LadderEvent,
    LadderResolved,
    LadderStarted,
)
from common.mongo import Database, IndexModel
from notifications.domain.ladder import Rest

LADDERS = "ladders"
INDEXES: Mapping[str, Sequence[IndexModel]] = {LADDERS: [IndexModel([("rest", 1), ("started_at", 1)])]}


def _row(fact: LadderEvent, **shown: Any) -> tuple[Record]:
    return (Record(LADDERS, fact.ladder_id, {"$set": {"participant_id": fact.participant_id, **shown}}),)


def show_started(fact: LadderStarted) -> Iterable[Record]:
    """It waits for somebody."""
    return _row(fact, rest=Rest.CLIMBING.value, template=fact.template, started_at=fact.at)


def show_climbed(fact: LadderClimbed) -> Iterable[Record]:
    """More people were told."""
    return _row(fact, step=fact.step, told=list(fact.to), told_at=fact.at)


def show_acknowledged(fact: LadderAcknowledged) -> Iterable[Record]:
    """Somebody has it."""
    return _row(fact, rest=Rest.ACKNOWLEDGED.value, by=fact.by, acknowledged_at=fact.at)


def show_contact(fact: LadderContactMade) -> Iterable[Record]:
    """Somebody was in touch."""
    return _row(fact, rest=Rest.CONTACT_MADE.value, by=fact.by, contact_at=fact.at)


def show_missed(fact: LadderContactMissed) -> Iterable[Record]:
    """Nobody was in touch in time."""
    return _row(fact, missed_at=fact.at)


def show_resolved(fact: LadderResolved) -> Iterable[Record]:
    """It is settled."""
    return _row(fact, rest=Rest.RESOLVED.value, resolved_by=fact.by, resolved_at=fact.at)


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    LadderStarted: show_started,
    LadderClimbed: show_climbed,
    LadderAcknowledged: show_acknowledged,
    LadderContactMade: show_contact,
    LadderContactMissed: show_missed,
    LadderResolved: show_resolved,
}


async def open_ones(database: Database) -> list[dict[str, Any]]:
    """What is not resolved, the longest first."""
    query = {"rest": {"$ne": Rest.RESOLVED.value}}
    rows = await database.find(LADDERS, query, sort=[("started_at", 1)], limit=500)
    return [{**{key: value for key, value in row.items() if key != "_id"}, "ladder_id": row["_id"]} for row in rows]
