"""Real time as a sender: goes on with every open replay in bulk, at the pace its operator asked for."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

from common.change import change
from common.desk import Desk
from common.logs import log
from common.units import Act
from operations.domain.replays import BulkReplay

LONGEST_SECONDS, SHORTEST_SECONDS = 0.25, 0.01
"""Between two looks: while nothing is open, and while a run is faster than we look."""

UNDER_WAY = {"state.finished": False, "state.cancelled": False, "state.items.phase": "waiting"}


async def go_on_with_replays(desk: Desk) -> None:
    """Ask for place after place of every open run, for ever. All it knows is in the store, so it may end anywhere."""
    while True:
        try:
            wait = await ask_once(desk, datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - an outage here must not end the watch
            log().warning("cannot go on with replays", error=type(error).__name__)
            wait = 1.0
        await asyncio.sleep(wait)


async def ask_once(desk: Desk, real_now: datetime) -> float:
    """Let every run that may ask now ask for its next place; returns seconds until the next look. Rule: OP-11."""
    found = await desk.store.database.find("bulkreplay", UNDER_WAY, sort=[("_id", 1)])
    runs = [BulkReplay.model_validate(document["state"]) for document in found]
    now = desk.clock.now()
    asking = [change(BulkReplay, run.id, BulkReplay.ask_next, now, real_now) for run in runs if run.may_ask(real_now)]
    await desk.take([Act(str(uuid4()), now, (one,)) for one in asking])
    return max(SHORTEST_SECONDS, min([LONGEST_SECONDS, *(0.5 / run.per_second for run in runs)]))
