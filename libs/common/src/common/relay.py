"""Journal to Kafka, in order per subject: one batch per partition in flight, marked after the acknowledgement."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from common.logs import log
from common.metrics import SENT, UNSENT
from common.mongo import Database, DatabaseError, Session

ROWS = 500
"""Journal rows read at once."""
POLL_SECONDS = 0.25
"""State polling is the truth; the doorbell only saves waiting for it."""
LEASE = timedelta(seconds=5)
"""How long an instance may publish without renewing; real time."""
SEND_SECONDS = 10.0
LONG_AGO = datetime.min.replace(tzinfo=UTC)

Row = dict[str, Any]


class LeaseLost(Exception):
    """Another instance publishes now; what we sent may be sent again, nothing is marked."""


@dataclass
class Relay:
    """Publishes what the journal holds and nobody has acknowledged. One instance at a time, by lease."""

    database: Database
    kafka: str
    embedded: bool
    owner: str = field(default_factory=lambda: str(uuid4()))
    keeping_up: bool = False
    _doorbell: asyncio.Event = field(default_factory=asyncio.Event)
    _epoch: int = 0
    _renew_at: datetime = LONG_AGO

    def ring(self) -> None:
        """Something was committed: look now."""
        self._doorbell.set()

    async def run(self) -> None:
        """Publish for ever; an outage of broker or database is waited for."""
        while True:
            try:
                async with AIOKafkaProducer(
                    bootstrap_servers=self.kafka,
                    acks="all",
                    enable_idempotence=not self.embedded,
                    request_timeout_ms=int(SEND_SECONDS * 1000),
                ) as producer:
                    await self._publish_from(producer)
            except (KafkaError, DatabaseError, LeaseLost, TimeoutError) as outage:
                self.keeping_up = False
                log().warning("relay waits", error=type(outage).__name__)
                await asyncio.sleep(1.0)

    async def _publish_from(self, producer: AIOKafkaProducer) -> None:
        while True:
            self._doorbell.clear()
            sent = await self.publish_once(producer) if await self._lease() else 0
            self.keeping_up = sent < ROWS
            if not sent:
                try:
                    await asyncio.wait_for(self._doorbell.wait(), POLL_SECONDS)
                except TimeoutError:
                    pass

    async def _lease(self) -> bool:
        now = datetime.now(UTC)
        if now < self._renew_at:
            return True
        taken = await self.database.take_lease(
            "relay",
            {"$or": [{"owner": self.owner}, {"until": {"$lt": now}}]},
            [
                {
                    "$set": {
                        "epoch": {
                            "$cond": [
                                {"$eq": ["$owner", self.owner]},
                                "$epoch",
                                {"$add": [{"$ifNull": ["$epoch", 0]}, 1]},
                            ]
                        },
                        "owner": self.owner,
                        "until": now + LEASE,
                    }
                }
            ],
        )
        if taken is None:
            return False
        self._epoch, self._renew_at = taken["epoch"], now + LEASE / 2
        return True

    async def give_up_lease(self) -> None:
        """Let the next instance start at once."""
        await self.database.update(
            "leases",
            {"_id": "relay", "owner": self.owner},
            {"$set": {"until": LONG_AGO}},
        )

    async def publish_once(self, producer: AIOKafkaProducer) -> int:
        """Publish the next rows and mark them; returns how many."""
        rows = await self.database.find(
            "journal", {"sent": False}, sort=[("topic", 1), ("subject", 1), ("sequence", 1)], limit=ROWS
        )
        UNSENT.set(len(rows))
        if not rows:
            return 0
        lanes: dict[tuple[str, int], list[Row]] = defaultdict(list)
        partitions = {topic: await producer.partitions_for(topic) for topic in {row["topic"] for row in rows}}
        for row in rows:
            lanes[row["topic"], self._partition(producer, row, partitions[row["topic"]])].append(row)
        done = await asyncio.gather(*(self._send(producer, *lane, some) for lane, some in lanes.items()))
        sent = [row for lane in done for row in lane]
        await self.database.transaction(lambda session: self._mark(session, sent))
        for row in sent:
            SENT.labels(row["topic"]).inc()
        return len(sent)

    def _partition(self, producer: AIOKafkaProducer, row: Row, partitions: set[int]) -> int:
        everywhere = sorted(partitions)
        chosen: int = producer._partitioner(row["subject"].encode(), everywhere, everywhere)
        return chosen

    async def _send(self, producer: AIOKafkaProducer, topic: str, partition: int, rows: Sequence[Row]) -> list[Row]:
        """Send one partition's rows in order, batch after batch; returns those acknowledged."""
        acknowledged: list[Row] = []
        waiting = list(rows)
        while waiting:
            batch = producer.create_batch()
            taken = 0
            for row in waiting:
                headers = [(k, v.encode()) for k, v in row["attributes"].items()]
                key = row["subject"].encode()
                if batch.append(key=key, value=row["data"].encode(), timestamp=None, headers=headers) is None:
                    break
                taken += 1
            if not taken:
                raise TooLarge(waiting[0]["_id"])
            batch.close()
            acknowledgement = await producer.send_batch(batch, topic, partition=partition)
            await asyncio.wait_for(acknowledgement, SEND_SECONDS)
            acknowledged += waiting[:taken]
            waiting = waiting[taken:]
        return acknowledged

    async def _mark(self, session: Session, rows: Sequence[Row]) -> None:
        ours = await self.database.update(
            "leases",
            {"_id": "relay", "owner": self.owner, "epoch": self._epoch},
            {"$set": {"marked_at": datetime.now(UTC)}},
            session=session,
        )
        if not ours:
            raise LeaseLost
        await self.database.update(
            "journal",
            {"_id": {"$in": [row["_id"] for row in rows]}},
            {"$set": {"sent": True}},
            session=session,
        )


class TooLarge(Exception):
    """One message alone does not fit into a batch of the producer."""
