"""Somebody who speaks through the real relay, and somebody who counts through the real listener."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition

from common.change import change
from common.clock import Clock
from common.desk import Desk
from common.house import wait_for_the_outside
from common.kafka import Connection, connection
from common.listen import Listener
from common.mongo import Database
from common.relay import Relay
from common.service import Service
from common.settings import Settings
from common.store import Store
from common.topics import ensure_topics
from common.units import Act
from services.common.counting import NOON, SERVICE, Ledger, lesson
from services.one_service import forget, fresh_store

STREAM = "skills.progress"
LOOK_SECONDS = 0.05


@dataclass
class Speaker:
    """Says numbered lessons about some people, and knows how many it said of each."""

    store: Store
    relay: Relay
    people: Sequence[str]
    said: Counter[str] = field(default_factory=Counter)
    longest_wait: float = 0.0
    """Seconds for which the same entry was the oldest that nobody had acknowledged."""

    async def say(self, rounds: int, pause: float = 0.0) -> None:
        """Say so many lessons about each."""
        for _ in range(rounds):
            acts = []
            for who in self.people:
                self.said[who] += 1
                taught = lesson(who, str(self.said[who]))
                acts.append(Act(f"{who}-{self.said[who]}", NOON, (change(Ledger, who, Ledger.hear, taught),)))
            outcome = await self.store.commit(acts)
            self.relay.ring(outcome.journalled)
            await asyncio.sleep(pause)

    @property
    def everything(self) -> dict[str, list[str]]:
        """What should be heard of each, in this order, once."""
        return {who: [str(n) for n in range(1, count + 1)] for who, count in self.said.items()}

    async def unsent(self) -> int:
        """How many outbox entries were not acknowledged."""
        return await self.store.database.count("outbox", {})

    async def until_sent(self, seconds: float = 90) -> None:
        """Wait until all is acknowledged."""
        async with asyncio.timeout(seconds):
            while await self.unsent():  # noqa: ASYNC110 - the relay works beside us
                await asyncio.sleep(LOOK_SECONDS)

    async def watch(self) -> None:
        """Note, for ever, how long the oldest entry waits."""
        oldest, since = "", monotonic()
        while True:
            found = await self.store.database.find("outbox", {}, sort=[("_id", 1)], limit=1, fields={"_id": 1})
            first = found[0]["_id"] if found else ""
            if first != oldest:
                oldest, since = first, monotonic()
            if oldest:
                self.longest_wait = max(self.longest_wait, monotonic() - since)
            await asyncio.sleep(LOOK_SECONDS)


@asynccontextmanager
async def speaking(
    mongo: str, reach: Connection, people: int, service: Service | None = None
) -> AsyncIterator[Speaker]:
    """A speaker with its relay at work, on a database of its own."""
    name = uuid4().hex[:8]
    store = await fresh_store(mongo, service or replace(SERVICE, name=f"s{name}"))
    relay = Relay(store.database, reach, embedded=False, source=store.service.source, owner="one")
    speaker = Speaker(store, relay, [f"{name}-{n}" for n in range(people)])
    working = [asyncio.create_task(relay.run()), asyncio.create_task(speaker.watch())]
    try:
        yield speaker
    finally:
        for task in working:
            task.cancel()
        await asyncio.wait(working)
        await forget(store)


@asynccontextmanager
async def listening(mongo: str, database: str, service: Service, settings: Settings) -> AsyncIterator[Store]:
    """One instance of a listener, put together as a service is, once it has its share; it leaves as a service does."""
    store = Store(service, Database(mongo, database), Clock(), "test")
    await store.prepare()
    desk = Desk(store, Clock(), lambda _: None)
    listener = Listener(service, desk, settings)
    await wait_for_the_outside(ensure_topics)(service, settings)
    working = asyncio.create_task(desk.run())
    keeping = asyncio.create_task(listener.keep_offsets())
    await listener.broker.start()
    try:
        async with asyncio.timeout(60):
            while not listener.assigned():  # noqa: ASYNC110 - the group gives it its share
                await asyncio.sleep(LOOK_SECONDS)
        yield store
    finally:
        await listener.stop()
        keeping.cancel()
        desk.close()
        await asyncio.wait([working, keeping])
        await store.database.close()


def listener_of(name: str = "") -> Service:
    """A service that counts lessons, in a group of its own."""
    return replace(SERVICE, name=name or f"l{uuid4().hex[:8]}")


def settings_of(kafka: str, service: Service, **more: Any) -> Settings:
    """What a service is told of a real Kafka."""
    return Settings(service=service.name, kafka=kafka, **more)


async def counted(store: Store, speaker: Speaker) -> dict[str, list[str]]:
    """What the listener counted of each, in the order it did."""
    ids = {"_id": {"$in": list(speaker.people)}}
    return {row["_id"]: list(row["state"]["lessons"]) for row in await store.database.find("ledger", ids)}


async def until_counted(store: Store, speaker: Speaker, seconds: float = 90) -> None:
    """Wait until the listener counted as many as were said; more, or others, is for the test to see."""
    wanted = sum(speaker.said.values())
    async with asyncio.timeout(seconds):
        while sum(map(len, (await counted(store, speaker)).values())) < wanted:  # noqa: ASYNC110 - it counts beside us
            await asyncio.sleep(LOOK_SECONDS)


async def on_the_log(reach: Connection, speaker: Speaker) -> int:
    """How many records of this speaker stand on the log, with those that were sent twice."""
    found: defaultdict[str, int] = defaultdict(int)
    consumer = AIOKafkaConsumer(**reach, auto_offset_reset="earliest", enable_auto_commit=False)
    async with consumer:
        await consumer._client.add_topic(STREAM)
        partitions = [TopicPartition(STREAM, n) for n in consumer.partitions_for_topic(STREAM)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(one) < ends[one] for one in partitions]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    found[dict(record.headers)["ce_source"].decode() + "|" + (record.key or b"").decode()] += 1
    return sum(found[f"{speaker.store.service.source}|{who}"] for who in speaker.people)


@asynccontextmanager
async def meanwhile(work: Any) -> AsyncIterator[None]:
    """Do something beside us; at the end, wait until it is done."""
    task = asyncio.create_task(work)
    try:
        yield
        await task
    finally:
        task.cancel()


def plain(kafka: str) -> Connection:
    """How a Kafka that asks nobody is reached."""
    return connection(Settings(service="test", kafka=kafka))
