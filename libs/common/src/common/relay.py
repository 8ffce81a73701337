"""Journal to Kafka, in order per subject: what the outbox names is sent, acknowledged, and taken off it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from common.journal import Journalled, Row, shard_of
from common.logs import log
from common.metrics import SENT, UNSENT
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
FRESH = 100
"""Outbox entries of our own commits whose rows are kept until they are sent; others are read back from the journal."""


@dataclass
class Relay:
    """Publishes what the outbox names in the shards this instance holds.

    Entries are used once and taken off after the acknowledgement. So whoever publishes one twice, because it
    crashed or was paused, repeats messages and loses none, and each listener's inbox drops what it has.
    """

    database: Database
    kafka: str
    embedded: bool
    source: str
    owner: str
    """Who this instance is; one that is started again under the same name goes on with its shards at once."""
    keeping_up: bool = False
    _doorbell: asyncio.Event = field(default_factory=asyncio.Event)
    _fresh: dict[str, Sequence[Row]] = field(default_factory=dict)
    _in_flight: dict[str, int] = field(default_factory=dict)
    """Outbox entries under way, and their shards."""

    def __post_init__(self) -> None:
        self.shards = Shards(self.database, self.owner, self._in_flight)

    def ring(self, journalled: Journalled) -> None:
        """Something was committed: publish it now, without reading it back."""
        for id, rows in journalled.items():
            if len(self._fresh) < FRESH and shard_of(rows[0]["subject"]) in self.shards.mine:
                self._fresh[id] = rows
        self._doorbell.set()

    async def run(self) -> None:
        """Publish for ever; an outage of broker or database is waited for."""
        while True:
            try:
                await self._run()
            except* (KafkaError, DatabaseError, TimeoutError, Overtaking) as outage:
                log().warning("relay waits", error=type(outage.exceptions[0]).__name__)
            self.keeping_up = False
            self._in_flight.clear()
            self._fresh.clear()
            await asyncio.sleep(1.0)

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as work, self._producer() as producer:
            await self.shards.prepare()
            await self.shards.renew()
            publisher = Publisher(producer)
            work.create_task(self._keep_shards())
            work.create_task(tell_tails(self.database, self.shards, self.source, publisher))
            await self._publish_from(publisher, work)

    def _producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            bootstrap_servers=self.kafka,
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
            self._doorbell.clear()
            entries = await self._entries()
            if entries:
                lanes = await publisher.lanes(await self._rows(entries))
                await room.acquire()
                sending = work.create_task(self._round(publisher, lanes, list(entries)))
                sending.add_done_callback(lambda _: room.release())
                continue
            try:
                await asyncio.wait_for(self._doorbell.wait(), POLL_ALONE if self.shards.alone else POLL_SHARED)
            except TimeoutError:
                continue

    async def _entries(self) -> dict[str, list[str]]:
        """What is to be published next: journal ids by outbox id."""
        query = {"shard": {"$in": sorted(self.shards.mine)}, "_id": {"$nin": list(self._in_flight)}}
        found = await self.database.find("outbox", query, sort=[("_id", 1)], limit=ENTRIES)
        self.keeping_up = len(found) < ENTRIES
        UNSENT.set(sum(len(entry["rows"]) for entry in found))
        taken = 0
        entries: dict[str, list[str]] = {}
        for entry in found:
            if taken < ROWS and entry["shard"] in self.shards.mine:
                entries[entry["_id"]] = entry["rows"]
                self._in_flight[entry["_id"]] = entry["shard"]
                taken += len(entry["rows"])
        return entries

    async def _rows(self, entries: Mapping[str, Sequence[str]]) -> list[Row]:
        """The rows of these entries, subject by subject in order."""
        rows = [row for id in entries for row in self._fresh.pop(id, ())]
        here = {row["_id"] for row in rows}
        missing = [id for ids in entries.values() for id in ids if id not in here]
        if missing:
            rows += await self.database.find("journal", {"_id": {"$in": missing}})
        return sorted(rows, key=lambda row: (row["topic"], row["subject"], row["sequence"]))

    async def _round(self, publisher: Publisher, lanes: Mapping[Lane, Sequence[Row]], entries: Sequence[str]) -> None:
        await asyncio.gather(
            *(self._send(publisher, topic, partition, rows) for (topic, partition), rows in lanes.items())
        )
        await self._mark(entries)
        for (topic, _), rows in lanes.items():
            SENT.labels(topic).inc(len(rows))

    async def _send(self, publisher: Publisher, topic: str, partition: int, rows: Sequence[Row]) -> None:
        await publisher.send((topic, partition), rows)

    async def _mark(self, entries: Iterable[str]) -> None:
        """Take published entries off the outbox; what asks for them again is a new entry."""
        done = list(entries)
        await self.database.delete("outbox", {"_id": {"$in": done}})
        for entry in done:
            self._in_flight.pop(entry, None)
