"""Kafka in: one subscriber over all topics of a service, in batches; offsets are committed after the transactions."""

import asyncio
import dataclasses
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from time import time
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from common.desk import Desk
from common.envelope import Unaddressed, attributes_in, open_envelope
from common.kafka import security
from common.lag import waiting_in
from common.limit import ParkingTooMuch
from common.logs import log
from common.metrics import HEARD, QUARANTINED, STOPPED
from common.mongo import ReplaceOne
from common.offsets import Hands, InHand
from common.service import Service
from common.settings import Settings
from common.tails import ask_for_lost_tails, tails_in
from common.units import Delivery

Records = tuple["ConsumerRecord[bytes, bytes]", ...]

BATCH_RECORDS = 1500
RECORDS_IN_HAND = 4000
"""Between Kafka and the database: what comes meanwhile is opened and waits at the desk, where it is taken together."""
COMMIT_SECONDS = 0.1
"""Between two commits of offsets; what is read again after a crash, the inbox knows."""
COMMIT_PATIENCE = 5.0
"""A rebalance and a stop wait for a last commit, and aiokafka tries for as long as the broker is away. ASSUMED."""
PARTITION_BYTES = 4 * 1024 * 1024
"""Of one partition in one fetch."""
POLL_MS = 10
"""FastStream waits so long for something to come, and then as long again without looking."""
EMBEDDED_FETCH_MS, FETCH_MS = 50, 250
"""How long a fetch may wait at the broker. Kafka answers at once when something comes; the embedded broker does not."""
ASK_BROKER_MS = 5000
"""How often it is asked who leads which partition; also how we know that it is there."""
GRACEFUL_SECONDS = 15.0
AGAIN_SECONDS = 1.0
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
    """Feeds a desk from Kafka and keeps a rebalance waiting until what is in hand is committed."""

    def __init__(self, service: Service, desk: Desk, settings: Settings) -> None:
        self._desk = desk
        self.stopped = ""
        """How many of the last messages would be parked, once that is too many to go on."""
        self.lag = desk.lag
        self._hands = Hands()
        self._working: set[asyncio.Task[None]] = set()
        self._put_down = asyncio.Event()
        self._closing = False
        self.broker = KafkaBroker(
            settings.kafka.split(","),
            security=security(settings),
            allow_auto_create_topics=False,
            metadata_max_age_ms=ASK_BROKER_MS,
            graceful_timeout=GRACEFUL_SECONDS,
            log_level=10,
            logger=None,
        )
        session = EMBEDDED_SESSION_MS if settings.embedded_broker else SESSION_MS
        self._subscriber = self.broker.subscriber(
            *service.topics_heard,
            batch=True,
            group_id=service.name,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            max_records=BATCH_RECORDS,
            batch_timeout_ms=POLL_MS,
            fetch_max_wait_ms=EMBEDDED_FETCH_MS if settings.embedded_broker else FETCH_MS,
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
        """Begin with a batch; it is done in its own time, so that the next may come."""
        while self._hands.size >= RECORDS_IN_HAND:
            self._put_down.clear()
            await self._put_down.wait()
        if self._closing:
            return
        records = message.raw_message
        for topic, count in Counter(record.topic for record in records).items():
            HEARD.labels(topic).inc(count)
        working = asyncio.create_task(self._work(records, self._hands.take(records), tuple(self._working)))
        self._working.add(working)
        working.add_done_callback(self._working.discard)

    async def _work(self, records: Records, batch: InHand, earlier: Sequence["asyncio.Task[None]"]) -> None:
        too_much = False
        while True:
            try:
                await self._once(records, earlier)
            except ParkingTooMuch as limit:
                too_much = True
                self.stopped = str(limit)
                STOPPED.set(1)
                log().critical("listening stopped: too many messages would be parked", parked=self.stopped)
                await asyncio.sleep(STOPPED_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever it is, what was read must not be lost
                log().error("cannot be taken in, trying again", error=type(error).__name__)
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                break
        self._hands.put_down(batch)
        self.lag.done(batch.times)
        self._put_down.set()
        if too_much:
            self.stopped = ""
            STOPPED.set(0)

    async def _once(self, records: Records, earlier: Sequence["asyncio.Task[None]"]) -> None:
        deliveries, strays, ends = [], [], dict[str, int]()
        for record in records:
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
        await self._desk.take(deliveries)
        if ends:
            await asyncio.gather(*earlier, return_exceptions=True)  # they may hold what these ends are about
            await ask_for_lost_tails(self._desk, ends)

    async def _quarantine(self, strays: Sequence[dict[str, Any]]) -> None:
        writes = [ReplaceOne({"_id": stray["_id"]}, stray, upsert=True) for stray in strays]
        await self._desk.store.database.write("quarantine", writes)
        QUARANTINED.inc(len(strays))
        for stray in strays:
            log().error("record quarantined", record=stray["_id"], reason=stray["reason"])

    async def keep_offsets(self) -> None:
        """Commit, for ever, how far we are."""
        while True:
            await asyncio.sleep(COMMIT_SECONDS)
            await self._commit()

    async def _commit(self) -> None:
        if (consumer := self._consumer) is None:
            return
        try:
            async with asyncio.timeout(COMMIT_PATIENCE):
                if offsets := self._hands.due(consumer.assignment()):
                    await consumer.commit(offsets)
                    self._hands.note_committed(offsets)
        except (
            KafkaError,
            IllegalStateError,
            TimeoutError,
        ) as error:  # a rebalance, or an outage: later is early enough
            log().warning("offsets not committed", error=type(error).__name__)

    async def _finish(self) -> None:
        """Wait for what is in hand, and say how far we are."""
        if self._working:
            await asyncio.wait(self._working, timeout=GRACEFUL_SECONDS)
        await self._commit()

    async def stop(self) -> None:
        """Take nothing more, finish what is in hand, leave the group."""
        self._closing = True
        await self._finish()
        await self.broker.stop()

    @property
    def _consumer(self) -> AIOKafkaConsumer | None:
        return getattr(self._subscriber, "consumer", None)

    def assigned(self) -> bool:
        """Whether the group gave this instance partitions to read, and it reads them."""
        return self._consumer is not None and bool(self._consumer.assignment())

    async def look_at_the_ends(self) -> None:
        """Compare our places with the ends of the logs: before the end something waits, beyond it the log is gone.

        Then it was emptied, and what is new stands before our place: begin anew. Kafka says so itself (offset out of
        range); the embedded broker only ever sends nothing.
        """
        if (consumer := self._consumer) is None:
            return
        ends = {partition: consumer.highwater(partition) for partition in consumer.assignment()}
        places: dict[TopicPartition, int] = {}
        for partition, end in ends.items():
            async with asyncio.timeout(1.0):
                place = places[partition] = await consumer.position(partition)
            if end is not None and place > end:
                log().error("the log was emptied; it is read from its beginning", topic=partition.topic, place=place)
                await consumer.seek_to_beginning(partition)
        self.lag.look(waiting_in(places, ends, self._hands.partitions), time())

    def broker_silent(self, now: float) -> float:
        """Seconds since the broker last answered."""
        if (consumer := self._consumer) is None:
            return 0.0
        answered: float = consumer._client.cluster._last_successful_refresh_ms / 1000
        return max(0.0, now - answered)

    def broken(self) -> bool:
        """Whether a consuming task ended although nobody asked it to."""
        tasks: Sequence[asyncio.Task[Any]] = getattr(self._subscriber, "tasks", ())
        return any(task.done() for task in tasks)

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Finish what is in hand before the partitions go to somebody else."""
        if revoked:
            await self._finish()

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
