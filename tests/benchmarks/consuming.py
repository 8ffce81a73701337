"""From the broker to "I have had it": what it costs to take a message, before it means anything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from benchmarks import work
from benchmarks.measuring import Look, Run, Servers, Way, running, timed
from benchmarks.place import fresh_database, publish
from benchmarks.rounds import compare
from benchmarks.rows import Bench
from benchmarks.ways import AT_LEAST, ONCE
from throughline.embedded.brokers import PARTITIONS

SECTION = "consume: SafetyPlanReviewed, which family does not act on, until its position is committed"
OURS = "consume-ours"
WAYS = (
    Way("consume-raw", "raw limit: getmany, attributes, validate_json, offsets", "consume_raw", AT_LEAST),
    Way(OURS, "ours: family's whole process, inbox positions", "ours", ONCE),
    Way("consume-faststream-batch", "FastStream batch handler, decode only", "consume_faststream", AT_LEAST),
)
LOOK_SECONDS = 0.02
MORE = 5
"""Times the events of other sections, so that the fastest way still takes a second."""


async def measure(bench: Bench, servers: Servers) -> None:
    """All ways that are wanted, interleaved."""
    if not any(bench.wants(way.id) for way in WAYS):
        return
    reviews = work.reviews(MORE * bench.size, bench.participants)

    async def once(way: Way) -> Run:
        async with servers.broker() as kafka, fresh_database(servers.mongo) as database:
            await publish(kafka, work.HEARD, reviews)
            async with (
                _looking(way, kafka, database, PARTITIONS[servers.kind]) as look,
                running(way, kafka, servers) as own,
            ):
                return await timed(way, own, servers, look, len(reviews))

    await compare(bench, SECTION, WAYS, once)


@asynccontextmanager
async def _looking(way: Way, kafka: str, database: Any, count: int) -> AsyncIterator[Look]:
    """How far it is: by the inbox positions where there are some, else by the group's committed offsets."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    partitions = [TopicPartition(work.HEARD, number) for number in range(count)]
    coordinator = await admin.find_coordinator(work.GROUP)

    async def by_positions() -> int:
        await asyncio.sleep(LOOK_SECONDS)
        pipeline = [{"$match": {"topic": work.HEARD}}, {"$group": {"_id": None, "n": {"$sum": "$last"}}}]
        found = await (await database["positions"].aggregate(pipeline)).to_list(None)
        return int(found[0]["n"]) if found else 0

    async def by_offsets() -> int:
        await asyncio.sleep(LOOK_SECONDS)
        told = await admin.list_consumer_group_offsets(work.GROUP, coordinator, partitions)
        return sum(max(committed.offset, 0) for committed in told.values())

    try:
        yield by_positions if way.id == OURS else by_offsets
    finally:
        await admin.close()
