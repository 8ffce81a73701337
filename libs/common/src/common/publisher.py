"""Sends rows to Kafka: one batch a partition in flight, in order, and what the broker acknowledged, remembered."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaProducer

from common.journal import Row

SEND_SECONDS = 10.0
"""How long a batch may wait for its acknowledgement; then whether it arrived is not known, and it is sent again."""
BATCH_BYTES = 900_000
"""Of one batch. Brokers take 1 MiB. Source: Kafka, message.max.bytes."""

Lane = tuple[str, int]
"""A topic and a partition of it."""


class Overtaking(Exception):
    """An earlier batch for this partition was not acknowledged; nothing may go before it."""


@dataclass
class Turn:
    """Whose turn it is at one partition."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    failed: bool = False


@dataclass
class Publisher:
    """One producer; after a failure it is thrown away, and a new one begins."""

    producer: AIOKafkaProducer
    acknowledged: dict[Lane, int] = field(default_factory=dict)
    """The highest offset the broker gave to a batch of ours."""
    forgot: bool = False
    """The broker gave an offset again: it lost what it had acknowledged."""
    _turns: defaultdict[Lane, Turn] = field(default_factory=lambda: defaultdict(Turn))

    async def lanes(self, rows: Iterable[Row]) -> dict[Lane, list[Row]]:
        """The rows by where they go; a partition is chosen by the subject."""
        lanes: defaultdict[Lane, list[Row]] = defaultdict(list)
        partitions: dict[str, list[int]] = {}
        for row in rows:
            topic = row["topic"]
            if topic not in partitions:
                partitions[topic] = sorted(await self.producer.partitions_for(topic))
            lanes[topic, self.partition(row["subject"], partitions[topic])].append(row)
        return lanes

    def partition(self, subject: str, partitions: Sequence[int]) -> int:
        """Where a subject's messages go, as every Kafka client puts it (murmur2)."""
        chosen: int = self.producer._partitioner(subject.encode(), partitions, partitions)
        return chosen

    async def send(self, lane: Lane, rows: Sequence[Row]) -> None:
        """Send rows in order and wait for the acknowledgement; raises KafkaError, TimeoutError or Overtaking."""
        turn = self._turns[lane]
        async with turn.lock:
            if turn.failed:
                raise Overtaking
            turn.failed = True
            waiting = list(rows)
            while waiting:
                waiting = waiting[await self._send_some(lane, waiting) :]
            turn.failed = False

    async def _send_some(self, lane: Lane, rows: Sequence[Row]) -> int:
        """Send as many as fit into one batch; returns how many."""
        batch = self.producer.create_batch()
        taken = 0
        for row in rows:
            headers = [(name, value.encode()) for name, value in row["attributes"].items()]
            key, value = row["subject"].encode(), row["data"].encode()
            if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                break
            taken += 1
        batch.close()
        topic, partition = lane
        acknowledgement = await self.producer.send_batch(batch, topic, partition=partition)
        sent = await asyncio.wait_for(acknowledgement, SEND_SECONDS)
        if sent.offset >= 0:
            self.forgot |= sent.offset <= self.acknowledged.get(lane, -1)
            self.acknowledged[lane] = sent.offset
        return taken
