"""FastStream's batch handler: load together, decide, unordered bulk write, publish without waiting, acknowledge."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ReplaceOne

from benchmarks import work
from benchmarks.hops.told import BATCH, HEARTBEAT_MS, KAFKA, MONGO, SESSION_MS, until_stopped
from common.contracts.intake import ReleaseGranted
from family.domain.network import SupportNetwork

broker = KafkaBroker(KAFKA, logger=None)
networks = AsyncIOMotorClient[dict[str, Any]](MONGO, tz_aware=True)[work.DATABASE][work.STATES]


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
async def count(grants: list[ReleaseGranted], message: KafkaMessage) -> None:
    """The whole batch at once; the framework acknowledges after."""
    now = datetime.now(UTC)
    keys = sorted({grant.participant_id for grant in grants})
    found = await networks.find({"_id": {"$in": keys}}).to_list(None)
    states = {doc["_id"]: SupportNetwork.model_validate(doc["state"]) for doc in found}
    versions = {doc["_id"]: doc["version"] + 1 for doc in found}
    said = []
    for data, record in zip(grants, message.raw_message, strict=True):
        id = work.id_in(record.headers)
        states[data.participant_id], facts = work.decide(states[data.participant_id], data)
        said += [(fact, id) for fact in facts]
    writes = [ReplaceOne({"_id": id}, work.stored(state, versions[id])) for id, state in states.items()]
    await networks.bulk_write(writes, ordered=False)
    sent = []
    for fact, id in said:
        key, _, headers = work.derived(fact, id, now)
        told = {name: value.decode() for name, value in headers}
        sent.append(await broker.publish(fact, work.SAID, key=key, headers=told, no_confirm=True))
    await asyncio.gather(*sent)


async def serve() -> None:
    """Run until told to stop."""
    async with broker:
        await broker.start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    until_stopped(serve())
