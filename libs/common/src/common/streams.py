"""How far a service is: what it said, what it heard, what waits. Counts by stream, no contents."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from common.clock import Clock
from common.mongo import Database


async def progress(
    database: Database, clock: Clock, waits: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
) -> dict[str, Any]:
    """Messages said and heard by topic, and everything that waits; one question to the database.

    `waits` are a service's own collections, with the query for what is due in them as a timer is.

    `said` and `heard` are sums of sequences; a listener has caught up with a stream when they are equal.
    """
    due = [_counting(collection, dict(query), "timers_due") for collection, query in waits.items()]
    rows = await database.aggregate("sequences", [*_question(clock), *due])
    said = {row["_id"]: row["n"] for row in rows if row["of"] == "said"}
    heard = [row for row in rows if row["of"] == "heard"]
    counted = Counter[str]()
    for row in rows:
        counted[row["of"]] += row["n"] if row["of"] not in ("said", "heard") else 0
    return {
        "said": said,
        "heard": [{**row["_id"], "n": row["n"]} for row in heard],
        "parked": sum(row["parked"] for row in heard),
        "held": sum(row["held"] for row in heard),
        **{name: counted[name] for name in ("unsent", "timers_due", "timers_failed", "quarantined")},
    }


def _question(clock: Clock) -> list[dict[str, Any]]:
    heard = {
        "_id": {"source": "$source", "topic": "$topic"},
        "n": {"$sum": "$last"},
        "parked": {"$sum": "$parked"},
        "held": {"$sum": "$held"},
    }
    return [
        {"$group": {"_id": "$topic", "n": {"$sum": "$last"}}},
        {"$addFields": {"of": "said"}},
        {"$unionWith": {"coll": "positions", "pipeline": [{"$group": heard}, {"$addFields": {"of": "heard"}}]}},
        _unsent(),
        _counting("timers", {"due_at": {"$lte": clock.now()}}, "timers_due"),
        _counting("timers", {"failed": {"$exists": True}}, "timers_failed"),
        _counting("quarantine", {}, "quarantined"),
    ]


def _unsent() -> dict[str, Any]:
    rows = {"_id": None, "n": {"$sum": {"$size": "$rows"}}}
    return {"$unionWith": {"coll": "outbox", "pipeline": [{"$group": rows}, {"$addFields": {"of": "unsent"}}]}}


def _counting(collection: str, which: dict[str, Any], name: str) -> dict[str, Any]:
    pipeline = [{"$match": which}, {"$count": "n"}, {"$addFields": {"of": name}}]
    return {"$unionWith": {"coll": collection, "pipeline": pipeline}}


async def parked(database: Database) -> list[dict[str, Any]]:
    """The parked messages, oldest first by subject: ids, types and reasons, never contents."""
    rows = await database.find("parked", {"state": "parked"}, sort=[("position", 1), ("sequence", 1)], limit=1000)
    return [
        {
            "source": row["position"].split("|", 2)[0],
            "topic": row["position"].split("|", 2)[1],
            "subject": row["position"].split("|", 2)[2],
            "sequence": row["sequence"],
            "message_id": row["message_id"],
            "type": row["type"],
            "reason": row["reason"],
            "parked_at": row["parked_at"].isoformat(),
        }
        for row in rows
    ]
