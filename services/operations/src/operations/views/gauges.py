"""What operations counts for whoever watches the house: transitions by what they wait for, and how long."""

from datetime import datetime, timedelta
from typing import Any

from prometheus_client import Gauge

from common.desk import Desk
from common.mongo import Database
from operations.domain.transitions import STEPS, STUCK_AFTER_MINUTES
from operations.views.pages import OPEN, stuck

AGES = {"under-1h": timedelta(hours=1), "under-1d": timedelta(days=1), "under-3d": timedelta(days=3)}
OLDER = "3d-or-more"
"""ASSUMED: the ages between which an operator would tell."""

TRANSITIONS = Gauge(
    "throughline_transitions",
    "Open transitions by the step they wait for (signatures, place, family, skills, confirm, effective-instant, "
    f"giving-back) and for how long, in domain time ({', '.join(AGES)}, {OLDER}); from the database",
    ["step", "age"],
)
OLDEST = Gauge(
    "throughline_transition_oldest_seconds",
    "How long the open transition that waits longest for a step has waited, in domain time; from the database",
    ["step"],
)
STUCK = Gauge("throughline_transitions_stuck", "Open transitions that wait for more than a day; rule OP-4")


async def measure(desk: Desk) -> None:
    """Set the gauges as of now, in domain time."""
    now = desk.clock.now()
    rows = await waiting(desk.store.database, now)
    count = await desk.store.database.count("transitions", stuck(now, STUCK_AFTER_MINUTES))
    TRANSITIONS.clear()
    for row in rows:
        TRANSITIONS.labels(row["_id"]["step"], row["_id"]["age"]).set(row["n"])
    OLDEST.clear()
    for row in sorted(rows, key=lambda row: row["since"] or now, reverse=True):
        OLDEST.labels(row["_id"]["step"]).set(max(0.0, (now - (row["since"] or now)).total_seconds()))
    STUCK.set(count)


async def waiting(database: Database, now: datetime) -> list[dict[str, Any]]:
    """Open transitions by step and age: how many, and since when the first of them waits."""
    group = {"_id": {"step": _step(), "age": _age(now)}, "n": {"$sum": 1}, "since": {"$min": "$waiting_since"}}
    return await database.aggregate("transitions", [{"$match": OPEN}, {"$group": group}])


def _step() -> dict[str, Any]:
    """What a transition waits for: the first step that is not in place, in the order they are shown."""
    by_state = {"proposed": "signatures", "ready": "effective-instant", "compensating": "giving-back"}
    branches = [{"case": {"$eq": ["$state", state]}, "then": step} for state, step in by_state.items()]
    done = {"$setDifference": [{"$ifNull": ["$steps.step", []]}, {"$ifNull": ["$undone.step", []]}]}
    branches += [{"case": {"$not": {"$in": [step, done]}}, "then": step} for step in STEPS]
    return {"$switch": {"branches": branches, "default": "effective-instant"}}


def _age(now: datetime) -> dict[str, Any]:
    branches = [{"case": {"$gt": ["$waiting_since", now - age]}, "then": name} for name, age in AGES.items()]
    return {"$switch": {"branches": branches, "default": OLDER}}
