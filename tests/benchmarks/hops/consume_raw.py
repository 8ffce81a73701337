"""The raw limit of consuming: fetch many, read attributes and data, commit the offsets; no database."""

from aiokafka import AIOKafkaConsumer

from benchmarks import work
from benchmarks.hops.told import BATCH, HEARTBEAT_MS, KAFKA, SESSION_MS, until_stopped
from common.contracts.episodes import SafetyPlanReviewed
from common.envelope import attributes_in


async def serve() -> None:
    """Batch after batch."""
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
    async with consumer:
        while True:
            fetched = await consumer.getmany(timeout_ms=50, max_records=BATCH)
            for records in fetched.values():
                for record in records:
                    attributes_in(record.headers)
                    SafetyPlanReviewed.model_validate_json(record.value or b"")
            if fetched:
                await consumer.commit()


if __name__ == "__main__":
    until_stopped(serve())
