"""What climbs a ladder, and how far it is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from common.change import NotFound, Record
from common.contracts.message import Contract
from common.contracts.notices import (
    LadderAcknowledged,
    LadderClimbed,
    LadderContactMade,
    LadderContactMissed,
    LadderEvent,
    LadderMatched,
    LadderResolved,
    LadderStarted,
)
from common.contracts.words import NoticeId
from common.mongo import Database, IndexModel
from notifications.domain.ladder import Rest
from notifications.views.paging import PAGES

LADDERS = "ladders"
KEPT = 200
"""ASSUMED: steps kept for a page, two days of a matter that nobody answers; the journal keeps all."""
OF_BEFORE = ("by", "acknowledged_at", "contact_at", "missed_at", "resolved_by", "resolved_at")
"""What was said of a matter that climbs anew (NO-L9), and holds no more."""
INDEXES: Mapping[str, Sequence[IndexModel]] = {LADDERS: [IndexModel([("rest", 1), ("started_at", 1)])]}


def _row(fact: LadderEvent, **shown: Any) -> tuple[Record]:
    return (Record(LADDERS, fact.ladder_id, {"$set": {"participant_id": fact.participant_id, **shown}}),)


def show_started(fact: LadderStarted) -> Iterable[Record]:
    """It waits for somebody."""
    (row,) = _row(fact, rest=Rest.CLIMBING.value, template=fact.template, started_at=fact.at)
    return (replace(row, update={**row.update, "$unset": dict.fromkeys(OF_BEFORE, "")}),)


def show_matched(fact: LadderMatched) -> Iterable[Record]:
    """It is known whom it is about."""
    return _row(fact)


def show_climbed(fact: LadderClimbed) -> Iterable[Record]:
    """More people were told; every step of it stays to be read."""
    (row,) = _row(fact, step=fact.step, told=list(fact.to), told_at=fact.at)
    climbed = {"step": fact.step, "to": list(fact.to), "template": fact.template, "at": fact.at}
    return (replace(row, update={**row.update, "$push": {"steps": {"$each": [climbed], "$slice": -KEPT}}}),)


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
    LadderMatched: show_matched,
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
    return [_shown(row, without=("_id", "steps")) for row in rows]


async def one(database: Database, id: NoticeId) -> dict[str, Any]:
    """One matter: who was told at which step and when, who was on call at it, and who has it; raises NotFound."""
    row = await database.get(LADDERS, id)
    if row is None:
        raise NotFound("no-such-ladder", "nothing with this id waits for an answer")
    pages = {page["step"]: page for page in await database.find(PAGES, {"matter": id, "done": True})}
    on_call = {step: {"on_call": page["staff"], "paged_at": page["paged_at"]} for step, page in pages.items()}
    steps = [{**step, **on_call.get(step["step"], {})} for step in row.get("steps", [])]
    return {**_shown(row), "steps": steps}


def _shown(row: dict[str, Any], without: Sequence[str] = ("_id",)) -> dict[str, Any]:
    return {**{key: value for key, value in row.items() if key not in without}, "ladder_id": row["_id"]}
