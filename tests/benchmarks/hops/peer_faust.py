"""faust-streaming: an agent that takes events many at a time."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import faust
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ReplaceOne

from benchmarks import work
from benchmarks.hops.told import BATCH, KAFKA, MONGO
from family.domain.network import SupportNetwork

app: Any = faust.App(
    work.GROUP,
    broker=f"kafka://{KAFKA}",
    store="memory://",
    web_enabled=False,
    topic_disable_leader=True,
    topic_partitions=4,
    consumer_auto_offset_reset="earliest",
    stream_buffer_maxsize=4 * BATCH,
    broker_session_timeout=6.0,
    broker_heartbeat_interval=1.0,
)
heard = app.topic(work.HEARD, key_type=bytes, value_type=bytes, value_serializer="raw")
said = app.topic(work.SAID, key_type=bytes, value_type=bytes, value_serializer="raw")


async def note(stream: Any) -> None:
    """Load together, decide, write in bulk, publish without waiting one by one."""
    networks = AsyncIOMotorClient[dict[str, Any]](MONGO, tz_aware=True)[work.DATABASE][work.STATES]
    async for events in stream.take_events(BATCH, within=0.1):
        now = datetime.now(UTC)
        grants = [(_id(event.headers), work.read(event.value)) for event in events]
        keys = sorted({data.participant_id for _, data in grants})
        found = await networks.find({"_id": {"$in": keys}}).to_list(None)
        states = {doc["_id"]: SupportNetwork.model_validate(doc["state"]) for doc in found}
        versions = {doc["_id"]: doc["version"] + 1 for doc in found}
        out: list[work.Record] = []
        for id, data in grants:
            states[data.participant_id], facts = work.decide(states[data.participant_id], data)
            out += [work.derived(fact, id, now) for fact in facts]
        writes = [ReplaceOne({"_id": id}, work.stored(state, versions[id])) for id, state in states.items()]
        await networks.bulk_write(writes, ordered=False)
        sent = [await said.send(key=key, value=value, headers=headers) for key, value, headers in out]
        await asyncio.gather(*sent)


def _id(headers: Any) -> str:
    return work.id_in(list(headers.items()) if hasattr(headers, "items") else list(headers))


app.agent(heard)(note)

if __name__ == "__main__":
    faust.Worker(app, loglevel="WARNING").execute_from_commandline()
