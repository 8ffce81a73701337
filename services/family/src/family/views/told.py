"""Who was told what, under which release, over all participants; ids and codes only."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from common.change import Invalid
from common.mongo import Database
from common.plain import meant

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
