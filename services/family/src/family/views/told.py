"""Who was told what, under which release, over all participants; ids and codes only."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from common.change import Invalid, Record
from common.contracts.message import Contract
from common.contracts.supporting import SupporterRead, SupporterReadNothing
from common.mongo import Database
from common.plain import meant

PAGE = "own-page"
"""What a supporter read who read what is shared with them."""
READINGS = UUID("3f6b6a0e-5a55-5c0b-9c7e-2d1d6c1f0a44")
"""Namespace of the ids under which readings stand among what was told."""


def show_read(fact: SupporterRead) -> Iterable[Record]:
    """They were told what stands on their page, under this release. Rules: FA-S5, FA-W7."""
    told = {"outcome": "told", "told_at": fact.at, "release_id": fact.release_id}
    return _reading(fact, fact.release_id, {**told, "scopes": [scope.value for scope in fact.scopes]})


def show_read_nothing(fact: SupporterReadNothing) -> Iterable[Record]:
    """They asked, and were told nothing, and why. Rules: FA-S5, FA-W7."""
    return _reading(fact, fact.reason, {"outcome": "kept-silent", "reason": fact.reason})


def _reading(fact: SupporterRead | SupporterReadNothing, under: str, outcome: dict[str, Any]) -> Iterable[Record]:
    whom = {"participant_id": fact.participant_id, "supporter_id": fact.supporter_id}
    id = str(uuid5(READINGS, f"{fact.participant_id}|{fact.supporter_id}|{under}|{fact.day}"))
    return (Record("told", id, {"$set": {**whom, "about": PAGE, "decided_at": fact.at, **outcome}}),)


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    SupporterRead: show_read,
    SupporterReadNothing: show_read_nothing,
}
Span = tuple[datetime | None, datetime | None]


async def told_page(
    database: Database, wanted: Mapping[str, str], span: Span, before: str, limit: int
) -> dict[str, Any]:
    """A page of tellings and silences that fit, newest first; `next` goes into `before`. Rule: FA-S5."""
    since, until = span
    bounds = {"$gte": since, "$lt": until}
    limits = {name: bound for name, bound in bounds.items() if bound is not None}
    conditions: list[dict[str, Any]] = [dict(wanted), *([{"decided_at": limits}] if limits else [])]
    conditions += [_older_than(before)] if before else []
    rows = await database.find("told", {"$and": conditions}, sort=[("decided_at", -1), ("_id", -1)], limit=limit)
    last = f"{rows[-1]['decided_at'].isoformat()}|{rows[-1]['_id']}" if len(rows) == limit else None
    return {"items": [{"notice_id": row.pop("_id"), **row} for row in rows], "next": last}


def _older_than(cursor: str) -> dict[str, Any]:
    instant, _, id = cursor.partition("|")
    try:
        at = meant(datetime.fromisoformat(instant))
    except ValueError:
        raise Invalid("cursor-unreadable", "`before` is the `next` of an earlier page") from None
    return {"$or": [{"decided_at": {"$lt": at}}, {"decided_at": at, "_id": {"$lt": id}}]}
