"""From a commit in one service to its effect committed in the next, at a steady pace."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.measuring import Servers, Way, running
from benchmarks.place import fresh_database
from benchmarks.rows import Bench, Row
from throughline.embedded.brokers import Broker

SECTION = "latency at 500 a second, commit in one service to effect committed in the next"
NAMES: dict[Broker, str] = {"embedded": "the embedded broker", "kafka": "Apache Kafka"}
RATE, SECONDS = 500, 10
WARM_SECONDS = 2
JOIN_SECONDS = 8.0
LATE_SECONDS = 5.0
WAYS = {
    "bare": (Way("take-bare", "", "take_bare"), Way("give-bare", "", "give_bare")),
    "ours": (Way("take-ours", "", "ours"), Way("give-ours", "", "give_ours")),
    "ours-pymongo": (
        Way("take-ours", "", "ours", option="pymongo"),
        Way("give-ours", "", "give_ours", option="pymongo"),
    ),
}


async def measure(bench: Bench, servers: Servers, kafka: str) -> None:
    """Bare and ours, round by round; `kafka` names a broker of one's own, else one is started."""
    wanted = [name for name in WAYS if bench.wants(f"latency-{name}")]
    where = kafka or NAMES[servers.kind]
    rows: dict[tuple[str, int], Row] = {}
    for name in wanted:
        for percent in (50, 99):
            title = f"{name} on {where}, p{percent}"
            row = Row(SECTION, f"latency-{name}-p{percent}", title, "ms", base=f"latency-bare-p{percent}")
            rows[name, percent] = row
            bench.rows.append(row)
    for _ in range(bench.rounds):
        for name in wanted:
            waits, missing = await _once(name, servers, kafka)
            for percent in (50, 99) if waits else ():
                rows[name, percent].numbers.append(quantiles(waits, n=100)[percent - 1])
            rows[name, 99].more["missing"] = rows[name, 99].more.get("missing", 0) + missing
            told = [f"{row.numbers[-1]:.1f}" for (n, _), row in rows.items() if n == name and row.numbers]
            bench.say(f"latency-{name}: p50, p99 {', '.join(told)} ms")


async def _once(name: str, servers: Servers, kafka: str) -> tuple[list[float], int]:
    """Milliseconds per message, without the first seconds, and how many never came."""
    take, give = WAYS[name]
    notes = servers.folder / "given.json"
    notes.unlink(missing_ok=True)
    told = {"BENCH_NOTES": str(notes), "BENCH_RATE": str(RATE), "BENCH_SECONDS": str(WARM_SECONDS + SECONDS)}
    if kafka:
        told["BENCH_EMBEDDED"] = "no"
    async with AsyncExitStack() as stack:
        where = kafka or await stack.enter_async_context(servers.broker())
        database = await stack.enter_async_context(fresh_database(servers.mongo))
        await stack.enter_async_context(fresh_database(servers.mongo, "intake"))
        await stack.enter_async_context(running(take, where, servers, **told))
        await asyncio.sleep(JOIN_SECONDS)
        seen = await stack.enter_async_context(_watching(database))
        await stack.enter_async_context(running(give, where, servers, **told))
        given = await _notes(notes)
        await asyncio.sleep(LATE_SECONDS)
    begun = min(given.values()) + WARM_SECONDS
    counted = {who: at for who, at in given.items() if at >= begun}
    return [1000 * (seen[who] - at) for who, at in counted.items() if who in seen], sum(w not in seen for w in counted)


async def _notes(path: Path) -> dict[str, float]:
    deadline = time.monotonic() + JOIN_SECONDS + 4 * SECONDS
    while not path.exists() and time.monotonic() < deadline:  # noqa: ASYNC110 - another process writes it
        await asyncio.sleep(0.2)
    await asyncio.sleep(0.2)
    given: dict[str, float] = json.loads(path.read_text())
    return given


@asynccontextmanager
async def _watching(database: Any) -> AsyncIterator[dict[str, float]]:
    """When each subject's row was committed, as a change stream tells it."""
    seen: dict[str, float] = {}
    pipeline = [{"$match": {"operationType": "insert"}}, {"$project": {"fullDocument.subject": 1}}]

    async def watch(stream: Any) -> None:
        async for change in stream:
            seen.setdefault(change["fullDocument"]["subject"], time.monotonic())

    async with await database["journal"].watch(pipeline) as stream:
        task = asyncio.create_task(watch(stream))
        try:
            yield seen
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
