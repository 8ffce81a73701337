"""FastStream's batch handler that only lets the framework decode; it acknowledges after every batch."""

import asyncio

from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from benchmarks import work
from benchmarks.hops.told import BATCH, HEARTBEAT_MS, KAFKA, SESSION_MS, until_stopped
from common.contracts.episodes import SafetyPlanReviewed

broker = KafkaBroker(KAFKA, logger=None)


@broker.subscriber(
    work.HEARD,
    batch=True,
    max_records=BATCH,
    group_id=work.GROUP,
    auto_offset_reset="earliest",
    ack_policy=AckPolicy.NACK_ON_ERROR,
    fetch_max_wait_ms=20,
    session_timeout_ms=SESSION_MS,
    heartbeat_interval_ms=HEARTBEAT_MS,
)
async def take(reviews: list[SafetyPlanReviewed]) -> None:
    """They are decoded by now."""


async def serve() -> None:
    """Run until told to stop."""
    async with broker:
        await broker.start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    until_stopped(serve())
