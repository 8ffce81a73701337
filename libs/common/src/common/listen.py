"""Kafka in: one subscriber over all topics of a service, in batches; offsets are committed after the transaction."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from common.desk import Desk
from common.envelope import Unaddressed, attributes_in, open_envelope
from common.limit import ParkingTooMuch
from common.logs import log
from common.metrics import QUARANTINED, STOPPED
from common.mongo import DatabaseError, ReplaceOne
from common.service import Service
from common.settings import Settings
from common.tails import ask_for_lost_tails, tails_in
from common.units import Delivery

Records = tuple["ConsumerRecord[bytes, bytes]", ...]

BATCH_RECORDS = 3000
PARTITION_BYTES = 4 * 1024 * 1024
"""Of one partition in one fetch."""
POLL_MS = 20
FETCH_MS = 250
"""How long a fetch may wait at the broker for something to come; it comes back at once when it does."""
GRACEFUL_SECONDS = 15.0
STOPPED_SECONDS = 5.0
"""Before messages that must not be parked are looked at again: meanwhile somebody may have deployed better."""
EMBEDDED_SESSION_MS, SESSION_MS = 3000, 15000
"""The embedded broker lets a group wait half a session at every join, so its sessions are short."""


async def total_parser(records: Records, original: Callable[[Records], Awaitable[KafkaMessage]]) -> KafkaMessage:
    """Parse a batch without looking at headers, which may be anything; FastStream would skip the record."""
    message = await original(tuple(dataclasses.replace(record, headers=()) for record in records))
    message.raw_message = records
    return message


async def raw_decoder(message: KafkaMessage) -> list[bytes]:
    """Leave the values as bytes; they are validated once, inside."""
    return [record.value or b"" for record in message.raw_message]


class Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Feeds a desk from Kafka and keeps a rebalance waiting until the batch in hand is committed."""

    def __init__(self, service: Service, desk: Desk, settings: Settings) -> None:
        self._desk = desk
        self.stopped = ""
        """How many of the last messages would be parked, once that is too many to go on."""
        self._busy = asyncio.Lock()
        self.broker = KafkaBroker(
            settings.kafka,
            metadata_max_age_ms=5000,
            graceful_timeout=GRACEFUL_SECONDS,
            log_level=10,
            logger=None,
        )
        session = EMBEDDED_SESSION_MS if settings.embedded_broker else SESSION_MS
        self._subscriber = self.broker.subscriber(
            *service.topics_heard,
            batch=True,
            group_id=service.name,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            auto_offset_reset="earliest",
            max_records=BATCH_RECORDS,
            batch_timeout_ms=POLL_MS,
            fetch_max_wait_ms=FETCH_MS,
            max_partition_fetch_bytes=PARTITION_BYTES,
            session_timeout_ms=session,
            heartbeat_interval_ms=session // 6,
            rebalance_timeout_ms=60_000,
            listener=self,
            parser=total_parser,
            decoder=raw_decoder,
        )
        self._subscriber(self._hear)

    async def _hear(self, message: KafkaMessage) -> None:
        async with self._busy:
            deliveries, strays, ends = [], [], dict[str, int]()
            for record in message.raw_message:
                try:
                    attributes = attributes_in(record.headers)
                    if (tails := tails_in(record.topic, attributes, record.value)) is not None:
                        ends |= tails
                    else:
                        deliveries.append(Delivery(open_envelope(record.topic, attributes, record.value)))
                except Unaddressed as wrong:
                    strays.append(_stray(record, str(wrong)))
            if strays:
                await self._quarantine(strays)
            await self._take(deliveries)
            if ends:
                await ask_for_lost_tails(self._desk, ends)

    async def _take(self, deliveries: Sequence[Delivery]) -> None:
        try:
            await self._desk.take(deliveries)
        except ParkingTooMuch as limit:
            self.stopped = str(limit)
            STOPPED.set(1)
            log().critical("listening stopped: too many messages would be parked", parked=self.stopped)
            await asyncio.sleep(STOPPED_SECONDS)
            raise
        if self.stopped:
            self.stopped = ""
            STOPPED.set(0)

    async def _quarantine(self, strays: Sequence[dict[str, Any]]) -> None:
        try:
            await self._desk.store.database.write(
                "quarantine", [ReplaceOne({"_id": stray["_id"]}, stray, upsert=True) for stray in strays]
            )
        except DatabaseError:
            await asyncio.sleep(1.0)
            raise
        QUARANTINED.inc(len(strays))
        for stray in strays:
            log().error("record quarantined", record=stray["_id"], reason=stray["reason"])

    def assigned(self) -> bool:
        """Whether the group gave this instance partitions to read, and it reads them."""
        consumer: AIOKafkaConsumer | None = getattr(self._subscriber, "consumer", None)
        return consumer is not None and bool(consumer.assignment())

    async def heed_a_log_that_is_gone(self) -> None:
        """Begin anew where our place is beyond the end of the log: it was emptied, and what is new stands before it.

        Kafka says so itself (offset out of range); the embedded broker only ever sends nothing.
        """
        consumer: AIOKafkaConsumer | None = getattr(self._subscriber, "consumer", None)
        if consumer is None:
            return
        ends = {partition: consumer.highwater(partition) for partition in consumer.assignment()}
        for partition, end in ends.items():
            async with asyncio.timeout(1.0):
                place = await consumer.position(partition)
            if end is not None and place > end:
                log().error("the log was emptied; it is read from its beginning", topic=partition.topic, place=place)
                await consumer.seek_to_beginning(partition)

    def broken(self) -> bool:
        """Whether a consuming task ended although nobody asked it to."""
        tasks: Sequence[asyncio.Task[Any]] = getattr(self._subscriber, "tasks", ())
        return any(task.done() for task in tasks)

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Wait for the batch in hand before the partitions go to somebody else."""
        if revoked:
            async with self._busy:
                await asyncio.sleep(0)

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Nothing to do: the inbox knows where we are."""


def _stray(record: "ConsumerRecord[bytes, bytes]", reason: str) -> dict[str, Any]:
    return {
        "_id": f"{record.topic}|{record.partition}|{record.offset}|{record.timestamp}",
        "reason": reason,
        "key": record.key,
        "headers": [[name, value] for name, value in record.headers],
        "value": record.value,
        "seen_at": datetime.now(UTC),
    }
