"""The raw limit of publishing: full batches from memory, every partition at once, the next built meanwhile."""

import asyncio
from collections import defaultdict

from aiokafka import AIOKafkaProducer

from benchmarks import work
from benchmarks.hops.by_itself import records, timing
from benchmarks.hops.told import KAFKA, until_stopped
from benchmarks.place import publish_lane


async def serve() -> None:
    """Publish, note, wait."""
    async with AIOKafkaProducer(bootstrap_servers=KAFKA, acks="all", max_batch_size=2**20) as producer:
        everywhere, there = sorted(await producer.partitions_for(work.HEARD)), records()
        with timing():
            lanes: dict[int, list[work.Record]] = defaultdict(list)
            for record in there:
                lanes[producer._partitioner(record[0], everywhere, everywhere)].append(record)
            await asyncio.gather(*(publish_lane(producer, work.HEARD, *lane) for lane in lanes.items()))
        await asyncio.Event().wait()


if __name__ == "__main__":
    until_stopped(serve())
