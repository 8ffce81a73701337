"""From the store to the broker: messages that are decided already, until the broker has acknowledged them all."""

import asyncio
import json
import time
from pathlib import Path

from benchmarks import work
from benchmarks.measuring import PATIENCE_SECONDS, Failed, Processes, Run, Servers, Way, broker_of, check_alive, running
from benchmarks.place import fresh_database, watching
from benchmarks.rounds import compare
from benchmarks.rows import Bench
from benchmarks.ways import AT_LEAST, NONE

SECTION = "publish: journalled messages to the broker, all acknowledged"
WAYS = (
    Way("publish-raw", "raw limit: aiokafka batches from memory, no database", "publish_raw", NONE, share=2),
    Way("publish-ours", "ours: the relay works off an outbox", "publish_ours", AT_LEAST, share=2),
    Way("publish-each", "aiokafka send_and_wait, one by one", "publish_each", NONE, share=0.1),
    Way("publish-faststream", "FastStream publish, one by one", "publish_faststream", NONE, share=0.1),
)


async def measure(bench: Bench, servers: Servers) -> None:
    """All ways that are wanted, interleaved; each process times itself, for no watcher is as fast as the first."""

    async def once(way: Way) -> Run:
        return await _once(way, servers, int(way.share * bench.size), bench.participants)

    await compare(bench, SECTION, WAYS, once)


async def _once(way: Way, servers: Servers, events: int, participants: int) -> Run:
    """One run on a fresh broker and a fresh database; what was said is read back and counted. Raises Failed."""
    notes = servers.folder / "published.json"
    notes.unlink(missing_ok=True)
    told = {"BENCH_NOTES": str(notes), "BENCH_EVENTS": str(events), "BENCH_PARTICIPANTS": str(participants)}
    async with servers.broker() as kafka, fresh_database(servers.mongo):
        told["BENCH_SERVERS"] = json.dumps({"mongod": servers.mongo_pid, "broker": broker_of(servers).pid})
        async with running(way, kafka, servers, **told) as own:
            run = await _noted(way, own, notes)
            run.mib = max(process.memory_info().rss for process in own) / 2**20
        run.duplicates = await _read_back(way, kafka, events)
    return run


async def _noted(way: Way, own: Processes, notes: Path) -> Run:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not notes.exists():
        check_alive(way, own)
        if time.monotonic() > deadline:
            raise Failed(f"{way.id}: not done after {PATIENCE_SECONDS:.0f} s")
        await asyncio.sleep(0.1)
    return Run(**json.loads(notes.read_text()))


async def _read_back(way: Way, kafka: str, events: int) -> int:
    """How many came twice. Raises Failed where one is missing."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    async with watching(kafka, work.HEARD) as watch:
        while (there := await watch.look(work.HEARD_TYPE)) < events:
            if time.monotonic() > deadline:
                raise Failed(f"{way.id}: {events} events, but {there} on the topic")
        return watch.repeated
