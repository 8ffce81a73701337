"""Journal to Kafka, in order per subject: what the outbox names is sent, acknowledged, and taken off it."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from time import monotonic

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from common.journal import Journalled, Row, shard_of
from common.kafka import Connection
from common.logs import log
from common.metrics import SENT
from common.mongo import Database, DatabaseError
from common.publisher import BATCH_BYTES, SEND_SECONDS, Lane, Overtaking, Publisher
from common.shards import Shards
from common.tails import tell_tails

ENTRIES, ROWS = 100, 2000
"""Outbox entries looked at together, and messages in them; a transaction writes one entry a shard."""
ROUNDS = 3
"""Looks whose messages are under way at once."""
POLL_ALONE, POLL_SHARED = 0.25, 0.05
"""Seconds between looks. The outbox is the truth; the doorbell only saves waiting, and rings for our own commits."""
RENEW_SECONDS = 2.0
MARK_SECONDS = 0.05
"""Between two times that published entries are taken off the outbox; who dies meanwhile publishes them again."""
STOP_SECONDS = 1.0
"""For a last mark when told to stop. ASSUMED; what is not marked is published again, and dropped by who has it."""
FRESH = 5000
"""Rows of our own commits kept in memory until they are sent; what is more is read back from outbox and journal."""

Entries = Mapping[str, Sequence[Row]]
"""What is to be published, by outbox id."""


@dataclass
class Relay:
    """Publishes what the outbox names in the shards this instance holds.

    Entries are used once and taken off after the acknowledgement. So whoever publishes one twice, because it
    crashed or was paused, repeats messages and loses none, and each listener's inbox drops what it has.
    """

    database: Database
    kafka: Connection
    embedded: bool
    source: str
    owner: str
    """Who this instance is; one that is started again under the same name goes on with its shards at once."""
    keeping_up: bool = False
    _doorbell: asyncio.Event = field(default_factory=asyncio.Event)
    _fresh: dict[str, Sequence[Row]] = field(default_factory=dict)
    _looked_at: float = 0.0
    _nothing_else_in: frozenset[int] | None = None
    """The shards in which, when we last looked, nothing waited but what we know of."""
    _in_flight: dict[str, int] = field(default_factory=dict)
    """Outbox entries under way, and their shards."""
    _published: list[str] = field(default_factory=list)
    """Entries to be taken off the outbox."""
    _some_published: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.shards = Shards(self.database, self.owner, self._in_flight)

    def ring(self, journalled: Journalled) -> None:
        """Something was committed: publish it now, without reading it back."""
        room = FRESH - sum(map(len, self._fresh.values()))
        for id, rows in journalled.items():
            if shard_of(rows[0]["subject"]) not in self.shards.mine or id in self._in_flight:
                continue
            room -= len(rows)
            if room < 0:
                self._nothing_else_in = None
            else:
                self._fresh[id] = rows
        self._doorbell.set()

    async def run(self) -> None:
        """Publish for ever; an outage of broker or database is waited for. Told to stop, note what is published."""
        try:
            await self._run_again_and_again()
        finally:
            with suppress(DatabaseError, TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    await self._mark(self._published)

    async def _run_again_and_again(self) -> None:
        while True:
            try:
                await self._run()
            except* (KafkaError, DatabaseError, TimeoutError, Overtaking) as outage:
                if _told_to_stop():
                    raise asyncio.CancelledError from outage
                log().warning("relay waits", error=type(outage.exceptions[0]).__name__)
            self.keeping_up = False
            self._in_flight.clear()
            self._published.clear()
            self._nothing_else_in = None
            await asyncio.sleep(1.0)

    async def _run(self) -> None:
        async with AsyncExitStack() as stack:
            producer = self._producer()
            stack.push_async_callback(producer.stop)
            await producer.start()
            work = await stack.enter_async_context(asyncio.TaskGroup())
            await self.shards.prepare()
            await self.shards.renew()
            publisher = Publisher(producer)
            work.create_task(self._keep_shards())
            work.create_task(self._keep_marking())
            work.create_task(tell_tails(self.database, self.shards, self.source, publisher))
            await self._publish_from(publisher, work)

    def _producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            **self.kafka,
            acks="all",
            enable_idempotence=not self.embedded,
            request_timeout_ms=int(SEND_SECONDS * 1000),
            max_batch_size=BATCH_BYTES,
        )

    async def _keep_shards(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            await self.shards.renew()

    async def _publish_from(self, publisher: Publisher, work: asyncio.TaskGroup) -> None:
        room = asyncio.Semaphore(ROUNDS)
        while True:
            await room.acquire()
            self._doorbell.clear()
            if entries := await self._next():
                lanes = await publisher.lanes(_in_order(entries))
                sending = work.create_task(self._round(publisher, lanes, list(entries)))
                sending.add_done_callback(lambda _: room.release())
                continue
            room.release()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._doorbell.wait(), self._poll)

    @property
    def _poll(self) -> float:
        return POLL_ALONE if self.shards.alone else POLL_SHARED

    async def _next(self) -> Entries:
        """What is to be published next: what we just committed; what the outbox says, if there may be more."""
        looked_lately = monotonic() < self._looked_at + self._poll
        if looked_lately and self._nothing_else_in == self.shards.mine:
            fresh, self._fresh = self._fresh, {}
            self._in_flight |= {id: shard_of(rows[0]["subject"]) for id, rows in fresh.items()}
            return fresh
        return await self._look()

    async def _look(self) -> Entries:
        mine = self.shards.mine
        query = {"shard": {"$in": sorted(mine)}, "_id": {"$nin": list(self._in_flight)}}
        self._looked_at = monotonic()
        found = await self.database.find("outbox", query, sort=[("_id", 1)], limit=ENTRIES)
        self.keeping_up = len(found) < ENTRIES
        wanted: dict[str, list[str]] = {}
        taken = 0
        for entry in found:
            if taken < ROWS and entry["shard"] in self.shards.mine:
                wanted[entry["_id"]] = entry["rows"]
                self._in_flight[entry["_id"]] = entry["shard"]
                taken += len(entry["rows"])
        self._nothing_else_in = mine if len(wanted) == len(found) < ENTRIES else None
        return await self._rows(wanted)

    async def _rows(self, wanted: Mapping[str, Sequence[str]]) -> Entries:
        """The rows of these entries, as we remember them or as the journal has them."""
        fresh = {entry: self._fresh.pop(entry) for entry in wanted if entry in self._fresh}
        missing = [id for entry, ids in wanted.items() if entry not in fresh for id in ids]
        found = await self.database.find("journal", {"_id": {"$in": missing}}) if missing else []
        rows = {row["_id"]: row for row in found}
        return {entry: fresh.get(entry) or [rows[id] for id in ids] for entry, ids in wanted.items()}

    async def _round(self, publisher: Publisher, lanes: Mapping[Lane, Sequence[Row]], entries: Sequence[str]) -> None:
        await asyncio.gather(
            *(self._send(publisher, topic, partition, rows) for (topic, partition), rows in lanes.items())
        )
        self._published += entries
        self._some_published.set()
        for (topic, _), rows in lanes.items():
            SENT.labels(topic).inc(len(rows))

    async def _send(self, publisher: Publisher, topic: str, partition: int, rows: Sequence[Row]) -> None:
        await publisher.send((topic, partition), rows)

    async def _keep_marking(self) -> None:
        while True:
            await self._some_published.wait()
            self._some_published.clear()
            published, self._published = self._published, []
            await self._mark(published)
            await asyncio.sleep(MARK_SECONDS)

    async def _mark(self, entries: Sequence[str]) -> None:
        """Take published entries off the outbox; what asks for them again is a new entry."""
        await self.database.delete("outbox", {"_id": {"$in": list(entries)}})
        for entry in entries:
            self._in_flight.pop(entry, None)


def _told_to_stop() -> bool:
    """Whether this task is cancelled; a group whose members fail meanwhile says only that they failed."""
    task = asyncio.current_task()
    return bool(task and task.cancelling())


def _in_order(entries: Entries) -> list[Row]:
    """Their rows, subject by subject in order."""
    rows = [row for some in entries.values() for row in some]
    return sorted(rows, key=lambda row: (row["topic"], row["subject"], row["sequence"]))
