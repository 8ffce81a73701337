"""The house's relay, working off an outbox that the house's journal wrote."""

import asyncio
from collections.abc import Sequence

from benchmarks import work
from benchmarks.hops.by_itself import EVENTS, records, timing
from benchmarks.hops.told import EMBEDDED, KAFKA, MONGO, until_stopped
from common.desk import BATCH
from common.fold import Cause, Outgoing
from common.journal import Journal
from common.memory import Memory, Recall
from common.metrics import SENT
from common.mongo import Database, Document, Session
from common.relay import Relay
from common.store import INDEXES

SOURCE = "/throughline/intake"
LOOK_SECONDS = 0.005


def outgoing(record: work.Record) -> Outgoing:
    """A record as intake has it before it is journalled."""
    _, value, headers = record
    data, id = work.read(value), work.id_in(headers)
    return Outgoing(id, work.HEARD, data.subject(), data, value, Cause(id, id, id, data.at))


async def journalled(database: Database, outgoing: Sequence[Outgoing]) -> list[Document]:
    """Journal them, a full transaction at a time; returns the outbox they left, and takes it away again."""
    await database.prepare(INDEXES)
    journal = Journal(database, SOURCE, "main")
    for first in range(0, len(outgoing), BATCH):
        some = outgoing[first : first + BATCH]

        async def write(session: Session, some: Sequence[Outgoing] = some) -> None:
            await journal.write(session, Recall(Memory()), some, some[0].cause.time)

        await database.transaction(write)
    outbox = await database.find("outbox", {}, sort=[("_id", 1)])
    await database.delete("outbox", {})
    return outbox


def sent() -> float:
    """Messages acknowledged and taken off the outbox, as the relay counts them."""
    samples = [sample for metric in SENT.collect() for sample in metric.samples]
    return sum(sample.value for sample in samples if sample.name.endswith("_total"))


async def serve() -> None:
    """Let the relay get ready, then give the outbox back: nothing of ours is in its memory, it reads the journal."""
    database = Database(MONGO, work.DATABASE)
    outbox = await journalled(database, [outgoing(record) for record in records()])
    relay = Relay(database, {"bootstrap_servers": KAFKA}, embedded=EMBEDDED, source=SOURCE, owner="publish-ours")
    running = asyncio.create_task(relay.run())
    while not relay.keeping_up:  # noqa: ASYNC110 - it looks at the outbox by itself
        await asyncio.sleep(LOOK_SECONDS)
    with timing():
        await database.insert("outbox", outbox)
        relay.ring({})
        while sent() < EVENTS:  # noqa: ASYNC110 - the relay counts for everybody
            await asyncio.sleep(LOOK_SECONDS)
    await running


if __name__ == "__main__":
    until_stopped(serve())
