"""One by one: send, wait for the acknowledgement, send the next."""

import asyncio

from aiokafka import AIOKafkaProducer

from benchmarks import work
from benchmarks.hops.by_itself import records, timing
from benchmarks.hops.told import KAFKA, until_stopped


async def serve() -> None:
    """Publish, note, wait."""
    async with AIOKafkaProducer(bootstrap_servers=KAFKA, acks="all") as producer:
        await producer.partitions_for(work.HEARD)
        there = records()
        with timing():
            for key, value, headers in there:
                await producer.send_and_wait(work.HEARD, value, key, headers=headers)
        await asyncio.Event().wait()


if __name__ == "__main__":
    until_stopped(serve())
