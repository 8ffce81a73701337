"""FastStream as its documentation shows it: one message in, update, publish, acknowledge."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from motor.motor_asyncio import AsyncIOMotorClient

from benchmarks import work
from benchmarks.hops.told import HEARTBEAT_MS, KAFKA, MONGO, SESSION_MS, until_stopped
from common.contracts.intake import ReleaseGranted
from family.domain.network import SupportNetwork

broker = KafkaBroker(KAFKA, logger=None)
networks = AsyncIOMotorClient[dict[str, Any]](MONGO, tz_aware=True)[work.DATABASE][work.STATES]


@broker.subscriber(
    work.HEARD,
    group_id=work.GROUP,
    auto_offset_reset="earliest",
    ack_policy=AckPolicy.NACK_ON_ERROR,
    fetch_max_wait_ms=20,
    session_timeout_ms=SESSION_MS,
    heartbeat_interval_ms=HEARTBEAT_MS,
)
async def count(data: ReleaseGranted, message: KafkaMessage) -> None:
    """Load, decide, update, publish; the framework acknowledges."""
    now = datetime.now(UTC)
    id = str(message.headers["ce_id"])
    found = await networks.find_one({"_id": data.participant_id})
    assert found is not None
    state, facts = work.decide(SupportNetwork.model_validate(found["state"]), data)
    await networks.replace_one({"_id": state.id}, work.stored(state, found["version"] + 1))
    for fact in facts:
        key, _, headers = work.derived(fact, id, now)
        await broker.publish(fact, work.SAID, key=key, headers={name: value.decode() for name, value in headers})


async def serve() -> None:
    """Run until told to stop."""
    async with broker:
        await broker.start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    until_stopped(serve())
