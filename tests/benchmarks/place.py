"""Where a run happens: its broker, its database, the input on the topic, and what has become of it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from pymongo import AsyncMongoClient

from benchmarks import work
from places import places_of

Document = dict[str, Any]
CHUNK = 5000


@asynccontextmanager
async def fresh_database(mongo: str, name: str = work.DATABASE) -> AsyncIterator[Any]:
    """A service's database, empty before and gone after."""
    async with AsyncMongoClient[Document](mongo) as client:
        await client.drop_database(name)
        yield client[name]
        await client.drop_database(name)


async def seed(database: Any, participants: int) -> None:
    """Everybody has a network."""
    for first in range(0, participants, CHUNK):
        some = range(first, min(first + CHUNK, participants))
        await database[work.STATES].insert_many([work.stored(work.network(n), 1) for n in some], ordered=False)


async def publish(kafka: str, topic: str, records: Sequence[work.Record]) -> None:
    """Put the input on its topic, each key in its order."""
    async with AIOKafkaProducer(
        bootstrap_servers=kafka, acks="all", max_request_size=2**21, max_batch_size=2**20
    ) as producer:
        lanes: dict[int, list[work.Record]] = defaultdict(list)
        everywhere = sorted(await producer.partitions_for(topic))
        for record in records:
            lanes[producer._partitioner(record[0], everywhere, everywhere)].append(record)
        for partition, lane in lanes.items():
            await publish_lane(producer, topic, partition, lane)


async def publish_lane(producer: AIOKafkaProducer, topic: str, partition: int, lane: Sequence[work.Record]) -> None:
    """One partition's records in order, batch after batch."""
    batch, done = producer.create_batch(), []
    for key, value, headers in lane:
        while batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
            batch.close()
            done.append(await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
    batch.close()
    done.append(await producer.send_batch(batch, topic, partition=partition))
    for acknowledgement in done:
        await acknowledgement


@asynccontextmanager
async def watching(kafka: str, topic: str) -> AsyncIterator["Watch"]:
    """Somebody who reads a topic from its beginning and counts what comes."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka, group_id=None, auto_offset_reset="earliest", fetch_max_wait_ms=20
    )
    await consumer.start()
    try:
        consumer.assign(await places_of(kafka, [topic]))
        yield Watch(consumer)
    finally:
        with suppress(asyncio.CancelledError):  # aiokafka's own, of a task it cancels before it began
            await consumer.stop()


class Watch:
    """Reads a topic; a topic's length by its offsets is not to be had from the embedded broker."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self.ids: set[bytes] = set()
        self.repeated = 0

    async def look(self, type_name: str) -> int:
        """Read what is there now; returns how many different messages of the type there were so far."""
        mark = ("ce_type", type_name.encode())
        for records in (await self._consumer.getmany(timeout_ms=20)).values():
            ids = [_id(record.headers) for record in records if mark in record.headers]
            before = len(self.ids)
            self.ids.update(ids)
            self.repeated += before + len(ids) - len(self.ids)
        return len(self.ids)


def _id(headers: Sequence[tuple[str, bytes]]) -> bytes:
    return next(value for name, value in headers if name == "ce_id")


async def counted(database: Any) -> int:
    """Releases that stand in networks."""
    cursor = await database[work.STATES].aggregate(
        [{"$group": {"_id": None, "n": {"$sum": {"$size": {"$objectToArray": "$state.releases"}}}}}]
    )
    rows = await cursor.to_list(None)
    return rows[0]["n"] if rows else 0
