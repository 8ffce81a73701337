"""A bare producer sends releases at a steady pace. Given is when it is handed to the client."""

import asyncio
import time
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer

from benchmarks import work
from benchmarks.hops.given import pace
from benchmarks.hops.told import KAFKA, until_stopped


async def serve() -> None:
    """Send, without waiting for one before the next."""
    async with AIOKafkaProducer(bootstrap_servers=KAFKA, acks="all") as producer:
        times: dict[str, float] = {}
        _, value, headers = work.grant(1, 1)

        async def give(who: str) -> None:
            times[who] = time.monotonic()
            stamped = [*headers, ("ce_recordedtime", datetime.now(UTC).isoformat().encode())]
            await producer.send_and_wait(work.HEARD, value, who.encode(), headers=stamped)

        await pace(give, times)
        await asyncio.Event().wait()


if __name__ == "__main__":
    until_stopped(serve())
