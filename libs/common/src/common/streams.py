"""How far a service is: what it said, what it heard, what waits. Counts by stream, no contents."""

from collections import Counter
from typing import Any

from common.clock import Clock
from common.mongo import Database


async def progress(database: Database, clock: Clock) -> dict[str, Any]:
    """Messages said and heard by topic, and everything that waits.

    `said` and `heard` are sums of sequences; a listener has caught up with a stream when they are equal.
    """
    said = await database.find("sequences", {})
    totals: Counter[str] = Counter()
    for row in said:
        totals[row["_id"].split("|", 1)[0]] += row["last"]
    heard = await database.aggregate(
        "positions",
        [
            {
                "$group": {
                    "_id": {"source": "$source", "topic": "$topic"},
                    "n": {"$sum": "$last"},
                    "parked": {"$sum": "$parked"},
                    "held": {"$sum": "$held"},
                }
            }
        ],
    )
    return {
        "said": dict(totals),
        "unsent": await database.count("journal", {"sent": False}),
        "heard": [{**row["_id"], "n": row["n"]} for row in heard],
        "parked": sum(row["parked"] for row in heard),
        "held": sum(row["held"] for row in heard),
        "timers_due": await database.count("timers", {"due_at": {"$lte": clock.now()}}),
        "timers_failed": await database.count("timers", {"failed": {"$exists": True}}),
        "quarantined": await database.count("quarantine", {}),
    }


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
