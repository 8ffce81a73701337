"""A bare consumer: fetch what is there, insert it, commit the offsets."""

from typing import Any

from aiokafka import AIOKafkaConsumer
from pymongo import AsyncMongoClient

from benchmarks import work
from benchmarks.hops.told import HEARTBEAT_MS, KAFKA, MONGO, SESSION_MS, until_stopped


async def serve() -> None:
    """Batch after batch, as they come."""
    consumer = AIOKafkaConsumer(
        work.HEARD,
        bootstrap_servers=KAFKA,
        group_id="bare",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=20,
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=HEARTBEAT_MS,
    )
    journal = AsyncMongoClient[dict[str, Any]](MONGO)[work.DATABASE]["journal"]
    async with consumer:
        while True:
            fetched = (await consumer.getmany(timeout_ms=20)).values()
            rows = [{"subject": (r.key or b"").decode(), "value": r.value} for records in fetched for r in records]
            if rows:
                await journal.insert_many(rows)
                await consumer.commit()


if __name__ == "__main__":
    until_stopped(serve())
