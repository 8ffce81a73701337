"""The raw limit: the same domain work in batches and lanes, with no guarantee at all."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from pymongo import AsyncMongoClient, ReplaceOne

from benchmarks import work
from benchmarks.hops.told import BATCH, HEARTBEAT_MS, KAFKA, MONGO, OPTION, SESSION_MS, until_stopped
from benchmarks.place import publish_lane
from family.domain.network import SupportNetwork

LANES = int(OPTION or 3)
BACKLOG = 4 * BATCH
"""Records that wait in one lane before fetching pauses."""
Records = Sequence["ConsumerRecord[bytes, bytes]"]


class Hop:
    """Load with one `$in`, decide in memory, replace in bulk, publish batch by batch, commit offsets after."""

    def __init__(self, networks: Any, producer: AIOKafkaProducer, consumer: AIOKafkaConsumer) -> None:
        self._networks, self._producer, self._consumer = networks, producer, consumer

    async def take(self, records: Records) -> None:
        """One batch of one lane."""
        now = datetime.now(UTC)
        keys = list({record.key.decode() for record in records if record.key})
        found = await self._networks.find({"_id": {"$in": keys}}).to_list(None)
        states = {doc["_id"]: SupportNetwork.model_validate(doc["state"]) for doc in found}
        versions = {doc["_id"]: doc["version"] + 1 for doc in found}
        said: dict[int, list[work.Record]] = defaultdict(list)
        for record in records:
            data, id = work.read(record.value or b""), work.id_in(record.headers)
            states[data.participant_id], facts = work.decide(states[data.participant_id], data)
            said[record.partition] += [work.derived(fact, id, now) for fact in facts]
        writes = [ReplaceOne({"_id": id}, work.stored(state, versions[id])) for id, state in states.items()]
        await asyncio.gather(self._networks.bulk_write(writes, ordered=False), *map(self._publish, said.items()))
        await self._consumer.commit(_after(records))

    async def _publish(self, lane: tuple[int, list[work.Record]]) -> None:
        """What a partition says goes to the partition of the same number: same keys, same count."""
        await publish_lane(self._producer, work.SAID, *lane)


def _after(records: Records) -> dict[TopicPartition, int]:
    return {TopicPartition(record.topic, record.partition): record.offset + 1 for record in records}


class Lane:
    """Records of some partitions, worked off in order, as many at once as wait."""

    def __init__(self) -> None:
        self.waiting: deque[ConsumerRecord[bytes, bytes]] = deque()
        self.ring = asyncio.Event()

    async def work(self, hop: Hop) -> None:
        """Batch after batch, for ever."""
        while True:
            await self.ring.wait()
            self.ring.clear()
            while self.waiting:
                await hop.take([self.waiting.popleft() for _ in range(min(BATCH, len(self.waiting)))])


async def serve() -> None:
    """Fetch many, deal them to lanes by partition, let lanes overlap each other's waits."""
    consumer = AIOKafkaConsumer(
        work.HEARD,
        bootstrap_servers=KAFKA,
        group_id=work.GROUP,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=20,
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=HEARTBEAT_MS,
    )
    networks = AsyncMongoClient[dict[str, Any]](MONGO, tz_aware=True)[work.DATABASE][work.STATES]
    producer = AIOKafkaProducer(bootstrap_servers=KAFKA, acks="all", max_batch_size=2**20)
    async with producer, consumer, asyncio.TaskGroup() as group:
        lanes = [Lane() for _ in range(LANES)]
        for lane in lanes:
            group.create_task(lane.work(Hop(networks, producer, consumer)))
        while True:
            for partition, records in (await consumer.getmany(timeout_ms=50, max_records=BATCH * LANES)).items():
                lane = lanes[partition.partition % LANES]
                lane.waiting.extend(records)
                lane.ring.set()
            while any(len(lane.waiting) > BACKLOG for lane in lanes):  # noqa: ASYNC110 - a lane never waits for this
                await asyncio.sleep(0.002)


if __name__ == "__main__":
    until_stopped(serve())
