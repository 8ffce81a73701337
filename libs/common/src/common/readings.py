"""The gauges that are read from the database when somebody asks for them, so that a restart forgets nothing."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic, time, time_ns
from typing import Any

from common.desk import Desk
from common.lag import Lag
from common.logs import log
from common.metrics import HELD, LAG, OLDEST_UNSENT, PARKED, READ_AT, UNSENT
from common.mongo import Database, DatabaseError
from common.service import Service

READ_SECONDS = 5.0
"""Between two readings, however often somebody asks."""
PATIENCE_SECONDS = 3.0
"""How long the database may take; then the gauges stay as they were, and READ_AT says since when."""


@dataclass
class Readings:
    """Reads what waits in one service."""

    service: Service
    desk: Desk
    lag: Lag
    _read_at: float = -READ_SECONDS
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self) -> None:
        """Set the gauges; never raises."""
        for topic, seconds in self.lag.seconds(time()).items():
            LAG.labels(topic).set(seconds)
        async with self._reading:
            if monotonic() < self._read_at + READ_SECONDS:
                return
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._read()
            except (DatabaseError, TimeoutError) as error:
                log().warning("gauges not read", error=type(error).__name__)
            else:
                self._read_at = monotonic()
                READ_AT.set(time())

    async def _read(self) -> None:
        database = self.desk.store.database
        await read_outbox(database)
        await read_waiting(database)
        for measure in self.service.measures:
            await measure(self.desk)


async def read_outbox(database: Database) -> None:
    """What is still to be sent; an outbox entry's id begins with the nanosecond it was made."""
    count = {"$group": {"_id": None, "n": {"$sum": {"$size": "$rows"}}}}
    counted = await database.aggregate("outbox", [count])
    oldest = await database.find("outbox", {}, sort=[("_id", 1)], limit=1, fields={"_id": 1})
    UNSENT.set(counted[0]["n"] if counted else 0)
    waited = time_ns() - int(oldest[0]["_id"].partition("-")[0]) if oldest else 0
    OLDEST_UNSENT.set(max(0.0, waited / 1e9))


async def read_waiting(database: Database) -> None:
    """What is parked, by cause, and what is held."""
    by_cause: list[dict[str, Any]] = [{"$match": {"state": "parked"}}, {"$group": {"_id": "$reason", "n": {"$sum": 1}}}]
    parked, held = await database.aggregate("parked", by_cause), await database.count("held", {})
    PARKED.clear()
    for row in parked:
        PARKED.labels(row["_id"]).set(row["n"])
    HELD.set(held)
