"""The whole house in one process: real services on a real mongod, and a loop in the broker's place."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import yaml

import family.app
import intake
import intake.app
import notifications.app
import operations.app
import scheduling.app
import skills.app
from common.change import Effect, TimerFired
from common.clock import Clock
from common.envelope import open_envelope
from common.mongo import Database, UpdateOne
from common.store import Store
from common.units import Act, Answer, Delivery, Due
from intake.domain.episode import Rules
from intake.domain.policy import Policy
from throughline.embedded.clock_face import clock_file, write_clock

POLICY = Policy.from_mapping(yaml.safe_load((Path(intake.__file__).parent / "policy.yaml").read_text()))
RULES = Rules(policy=POLICY, zone=ZoneInfo("America/New_York"))
BEGINNING = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
SERVICES = (
    intake.app.service(RULES),
    scheduling.app.SERVICE,
    skills.app.SERVICE,
    family.app.SERVICE,
    notifications.app.SERVICE,
    operations.app.SERVICE,
)


class Walk:
    """Services that talk to each other, and a clock that goes when told."""

    def __init__(self, mongo_uri: str, folder: Path) -> None:
        self._face = clock_file(folder)
        self.now = BEGINNING
        write_clock(self._face, self.now)
        clock = Clock(self._face)
        self.stores = {s.name: Store(s, Database(mongo_uri, s.name), clock, "test") for s in SERVICES}

    async def act(self, service: str, *effects: Effect) -> None:
        """What a person does at one service, and all that follows from it at once."""
        id = str(uuid4())
        outcome = await self.stores[service].commit([Act(id, self.now, effects)])
        assert isinstance(outcome.answers[id], Answer), outcome.answers[id]
        await self.settle()

    async def settle(self) -> None:
        """Until nobody has anything to say or to do now."""
        while await self._deliver() or await self._fire():
            pass

    async def until(self, instant: datetime) -> None:
        """Let time pass, from timer to timer."""
        while (due := await self._next_due()) and due <= instant:
            await self._at(max(due, self.now))
        await self._at(instant)

    async def later(self, **time: float) -> None:
        """Let so much time pass."""
        await self.until(self.now + timedelta(**time))

    async def _at(self, instant: datetime) -> None:
        self.now = instant
        write_clock(self._face, instant)
        await self.settle()

    async def _deliver(self) -> int:
        sent = 0
        for store in self.stores.values():
            rows = await store.database.find("journal", {"sent": False}, sort=[("subject", 1), ("sequence", 1)])
            for listener in self.stores.values():
                heard = [row for row in rows if row["topic"] in listener.service.topics_heard]
                if heard:
                    await listener.commit([delivery(row) for row in heard])
            marks = [UpdateOne({"_id": row["_id"]}, {"$set": {"sent": True}}) for row in rows]
            sent += await store.database.write("journal", marks)
        return sent

    async def _next_due(self) -> datetime | None:
        found = [
            timer["due_at"]
            for store in self.stores.values()
            for timer in await store.database.find("timers", {"due_at": {"$exists": True}})
        ]
        return min(found, default=None)

    async def _fire(self) -> int:
        fired = 0
        for store in self.stores.values():
            for doc in await store.database.find("timers", {"due_at": {"$lte": self.now}}):
                whose = doc["aggregate"], doc["aggregate_id"], doc["name"]
                timer = TimerFired(*whose, due_at=doc["due_at"], fired_at=self.now, data=doc["data"])
                await store.commit([Due(doc["_id"], doc["once"], timer, doc["correlation_id"])])
                fired += 1
        return fired


def delivery(row: dict[str, Any]) -> Delivery:
    """A journalled message as a listener gets it."""
    headers = [(name, value.encode()) for name, value in row["attributes"].items()]
    return Delivery(open_envelope(row["topic"], headers, row["data"].encode()))


@asynccontextmanager
async def walking(mongo_uri: str, folder: Path) -> AsyncIterator[Walk]:
    """A house without anybody in it; its databases are gone afterwards."""
    walk = Walk(mongo_uri, folder)
    try:
        for store in walk.stores.values():
            await store.database.drop()
            await store.prepare()
        yield walk
    finally:
        for store in walk.stores.values():
            await store.database.drop()
            store.database.close()
