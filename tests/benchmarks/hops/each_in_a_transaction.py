"""Our promises the plain way: one transaction per message (inbox, state, outbox), and a relay beside it."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession
from pymongo.errors import DuplicateKeyError

from benchmarks import work
from benchmarks.hops.told import BATCH, HEARTBEAT_MS, KAFKA, MONGO, SESSION_MS, until_stopped
from common.contracts.intake import ReleaseGranted
from family.domain.network import SupportNetwork

broker = KafkaBroker(KAFKA, logger=None)
client = AsyncIOMotorClient[dict[str, Any]](MONGO, tz_aware=True)
database = client[work.DATABASE]


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
    """Inbox, state and outbox in one transaction of this message's own."""
    id = str(message.headers["ce_id"])

    async def happen(session: AsyncIOMotorClientSession) -> None:
        now = datetime.now(UTC)
        await database["inbox"].insert_one({"_id": id, "at": now}, session=session)
        found = await database[work.STATES].find_one({"_id": data.participant_id}, session=session)
        assert found is not None
        state, facts = work.decide(SupportNetwork.model_validate(found["state"]), data)
        document = work.stored(state, found["version"] + 1)
        await database[work.STATES].replace_one({"_id": state.id}, document, session=session)
        for fact in facts:
            key, value, headers = work.derived(fact, id, now)
            row = {"_id": dict(headers)["ce_id"].decode(), "key": key, "value": value, "headers": dict(headers)}
            await database["outbox"].insert_one(row, session=session)

    async with await client.start_session() as session:
        try:
            await session.with_transaction(happen)
        except DuplicateKeyError:
            return


async def relay() -> None:
    """Publish what the outbox holds, then take it away."""
    while True:
        rows = await database["outbox"].find({}, limit=BATCH).to_list(None)
        for row in rows:
            headers = {name: value.decode() for name, value in row["headers"].items()}
            await broker.publish(row["value"], work.SAID, key=row["key"], headers=headers)
        await database["outbox"].delete_many({"_id": {"$in": [row["_id"] for row in rows]}})
        if not rows:
            await asyncio.sleep(0.05)


async def serve() -> None:
    """The handler and the relay, until told to stop."""
    for name in ("inbox", "outbox"):
        await database.create_collection(name)
    async with broker:
        await broker.start()
        await relay()


if __name__ == "__main__":
    until_stopped(serve())
