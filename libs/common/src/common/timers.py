"""Durable timers that fall due become units at the desk; each fires once, in the transaction that removes it."""

import asyncio

from common.change import TimerFired
from common.desk import Desk
from common.logs import log
from common.units import Due

POLL_SECONDS = 0.03
AT_ONCE = 200
"""Timers taken per look."""


async def fire_timers(desk: Desk) -> None:
    """Look for due timers, for ever; times are the domain clock's."""
    while True:
        try:
            fired = await fire_once(desk)
        except Exception as error:  # noqa: BLE001 - an outage here must not end the watch
            log().warning("cannot look for timers", error=type(error).__name__)
            await asyncio.sleep(1.0)
        else:
            if not fired:
                await asyncio.sleep(POLL_SECONDS)


async def fire_once(desk: Desk) -> int:
    """Let every timer that is due happen; returns how many there were."""
    now = desk.clock.now()
    due = await desk.store.database.find("timers", {"due_at": {"$lte": now}}, sort=[("due_at", 1)], limit=AT_ONCE)
    await desk.take(
        [
            Due(
                id=doc["_id"],
                once=doc["once"],
                fired=TimerFired(doc["aggregate"], doc["aggregate_id"], doc["name"], doc["due_at"], now, doc["data"]),
                correlation_id=doc["correlation_id"],
                traceparent=doc.get("traceparent", ""),
            )
            for doc in due
        ]
    )
    return len(due)
