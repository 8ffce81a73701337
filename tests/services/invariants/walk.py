"""The whole house in one process: real services on a real mongod, a real gateway, and a loop in the broker's place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import yaml

import family.app
import intake
import intake.app
import notifications.app
import operations.app
import scheduling.app
import skills.app
import skills.settings
from common.change import Effect, TimerFired
from common.clock import Clock
from common.desk import Desk
from common.envelope import open_envelope
from common.mongo import Database
from common.outbound import Outbound
from common.store import Store
from common.units import Act, Answer, Delivery, Due
from intake.domain.care_rules import CareRules
from intake.domain.episode import Rules
from intake.domain.policy import Policy
from notifications.doors.gateway import Gateway, settle
from services.one_gateway import gateway_running
from throughline.embedded.clock_face import clock_file, write_clock

POLICY = Policy.from_mapping(yaml.safe_load((Path(intake.__file__).parent / "policy.yaml").read_text()))
CARE = CareRules.from_mapping(yaml.safe_load((Path(intake.__file__).parent / "care.yaml").read_text()))
RULES = Rules(policy=POLICY, care=CARE, zone=ZoneInfo("America/New_York"))
PROGRAM = skills.app.rules_of(skills.settings.Settings())
BEGINNING = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
SERVICES = (
    intake.app.service(RULES),
    scheduling.app.SERVICE,
    skills.app.service(PROGRAM),
    family.app.SERVICE,
    operations.app.SERVICE,
)


class Walk:
    """Services that talk to each other, and a clock that goes when told."""

    def __init__(self, mongo_uri: str, folder: Path, gateway: str, http: httpx.AsyncClient) -> None:
        self._face = clock_file(folder)
        self.now = BEGINNING
        write_clock(self._face, self.now)
        clock = Clock(self._face)
        services = (*SERVICES, notifications.app.service(gateway, climbs=True))
        self.stores = {s.name: Store(s, Database(mongo_uri, s.name), clock, "test") for s in services}
        told = self.stores["notifications"]
        self.desk = Desk(told, clock, lambda *_: None)
        self._outbound = Outbound(self.desk, Gateway(gateway, told.database, clock, http).send, settle)

    async def act(self, service: str, *effects: Effect) -> None:
        """What a person does at one service, and all that follows from it at once."""
        id = str(uuid4())
        outcome = await self.stores[service].commit([Act(id, self.now, effects)])
        assert isinstance(outcome.answers[id], Answer), outcome.answers[id]
        await self.settle()

    async def settle(self) -> None:
        """Until nobody has anything to say or to do now."""
        while await self._deliver() or await self._fire() or await self._outbound.once():
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
            entries = await store.database.find("outbox", {})
            ids = {id for entry in entries for id in entry["rows"]}
            said = await store.database.find("journal", {"_id": {"$in": list(ids)}})
            rows = sorted(said, key=lambda row: (row["subject"], row["sequence"]))
            for listener in self.stores.values():
                heard = [row for row in rows if row["topic"] in listener.service.topics_heard]
                if heard:
                    await listener.commit([delivery(row) for row in heard])
            await store.database.delete("outbox", {"_id": {"$in": [entry["_id"] for entry in entries]}})
            sent += len(rows)
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
    return Delivery(open_envelope(row["topic"], row["attributes"], row["data"].encode()))


@asynccontextmanager
async def walking(mongo_uri: str, folder: Path) -> AsyncIterator[Walk]:
    """A house without anybody in it; its databases are gone afterwards."""
    async with gateway_running(folder) as outside:
        walk = Walk(mongo_uri, folder, outside.url, outside.http)
        working = asyncio.create_task(walk.desk.run())
        try:
            for store in walk.stores.values():
                await store.database.drop()
                await store.prepare()
            yield walk
        finally:
            walk.desk.close()
            await working
            for store in walk.stores.values():
                await store.database.drop()
                await store.database.close()
