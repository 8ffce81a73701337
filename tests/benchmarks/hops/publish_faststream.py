"""FastStream as its documentation shows it: await every publish."""

import asyncio

from faststream.kafka import KafkaBroker

from benchmarks import work
from benchmarks.hops.by_itself import records, timing
from benchmarks.hops.told import KAFKA, until_stopped

broker = KafkaBroker(KAFKA, logger=None, acks="all")


async def serve() -> None:
    """Publish, note, wait."""
    async with broker:
        await broker.start()
        told = [(key, value, {name: text.decode() for name, text in headers}) for key, value, headers in records()]
        with timing():
            for key, value, headers in told:
                await broker.publish(value, work.HEARD, key=key, headers=headers)
        await asyncio.Event().wait()


if __name__ == "__main__":
    until_stopped(serve())
