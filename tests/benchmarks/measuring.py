"""One run of one way to do the hop: a process of its own, and a watch on what it has done."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks import work
from benchmarks.place import counted, fresh_database, publish, seed, watching
from throughline.embedded import brokers
from throughline.embedded.brokers import Broker

ROOT = Path(__file__).parents[2]
SOURCES = ("tests", "libs/common/src", "libs/throughline/src", "services/family/src", "services/intake/src")
PATIENCE_SECONDS = 120.0
GRACE_SECONDS = 20.0
JOIN_SECONDS = 12.0


class Failed(Exception):
    """A way that did not do its work; the message is for the table."""


@dataclass(frozen=True)
class Way:
    """One way to do the hop. `share` of the events, for ways that are slow; `cores` pins instances, one each."""

    id: str
    title: str
    module: str
    promise: str = ""
    option: str = ""
    share: float = 1.0
    python: str = sys.executable
    cores: Sequence[int] = ()


@dataclass
class Run:
    """What one run gave: events per second, and CPU milliseconds per 1,000 events by process."""

    rate: float
    cpu: dict[str, float] = field(default_factory=dict)
    duplicates: int = 0
    mib: float = 0.0


@dataclass(frozen=True)
class Servers:
    """Where the long-lived database is, which broker each run gets, and where logs go."""

    mongo: str
    mongo_pid: int
    folder: Path
    kind: Broker = "embedded"

    def broker(self) -> AbstractAsyncContextManager[str]:
        """A fresh one; yields `host:port`."""
        return brokers.broker(self.kind, self.folder)


Processes = Sequence[psutil.Process]
Look = Callable[[], Awaitable[int]]
"""How many effects there are by now; it may take a moment, so that whoever asks on and on leaves room."""


async def run_hop(way: Way, servers: Servers, records: Sequence[work.Record], participants: int) -> Run:
    """One run on a fresh broker and a fresh database, from the first effect to the last. Raises Failed."""
    async with servers.broker() as kafka, fresh_database(servers.mongo) as database:
        await seed(database, participants)
        return await drain(way, servers, kafka, database, records)


async def drain(way: Way, servers: Servers, kafka: str, database: Any, records: Sequence[work.Record]) -> Run:
    """Publish the input, let the way work it off, time it from the first effect to the last. Raises Failed."""
    there = await counted(database)
    if not way.cores:
        await publish(kafka, work.HEARD, records)
    async with watching(kafka, work.SAID) as watch, running(way, kafka, servers) as own:
        if way.cores:  # all instances hold their partitions before there is work
            await asyncio.sleep(JOIN_SECONDS)
            await publish(kafka, work.HEARD, records)
        run = await timed(way, own, servers, lambda: watch.look(work.SAID_TYPE), len(records))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (states := await counted(database) - there) < len(records) and time.monotonic() < deadline:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.05)
    if len(watch.ids) != len(records) or states != len(records):
        raise Failed(f"{way.id}: {len(records)} events, but {len(watch.ids)} said and {states} in states")
    run.duplicates = watch.repeated
    return run


async def timed(way: Way, own: Processes, servers: Servers, look: Look, events: int) -> Run:
    """Time it from the first effect to the last. Raises Failed."""
    parts: dict[str, Processes] = {
        "own": own,
        "mongod": [psutil.Process(servers.mongo_pid)],
        "broker": [broker_of(servers)],
    }
    first = await _until(way, own, look, 1)
    began, before = time.perf_counter(), {name: cpu_of(part) for name, part in parts.items()}
    done = await _until(way, own, look, events) - first
    took, after = time.perf_counter() - began, {name: cpu_of(part) for name, part in parts.items()}
    if done <= 0:
        raise Failed(f"{way.id}: all effects at one instant; more events, please")
    cpu = {name: 1e6 * (after[name] - before[name]) / done for name in after}
    return Run(done / took, cpu, mib=max(process.memory_info().rss for process in own) / 2**20)


async def _until(way: Way, own: Processes, look: Look, length: int) -> int:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (now := await look()) < length:
        check_alive(way, own)
        if time.monotonic() > deadline:
            raise Failed(f"{way.id}: {now} of {length} effects after {PATIENCE_SECONDS:.0f} s")
    return now


def check_alive(way: Way, own: Processes) -> None:
    """Raise Failed unless all its processes live."""
    if not all(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in own):
        raise Failed(f"{way.id}: its process ended; see its log")


def cpu_of(part: Processes) -> float:
    """Seconds of CPU that processes and their children have used."""
    everybody = [one for process in part for one in (process, *process.children(recursive=True))]
    return sum(float(times.user + times.system) for times in (one.cpu_times() for one in everybody))


def broker_of(servers: Servers) -> psutil.Process:
    """The broker of this run."""
    return psutil.Process(int((servers.folder / "broker.pid").read_text().split()[0]))


@asynccontextmanager
async def running(way: Way, kafka: str, servers: Servers, **told: str) -> AsyncIterator[Processes]:
    """The way's own processes, one a core named or one at all, stopped at the end."""
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(ROOT / source) for source in SOURCES),
        "BENCH_KAFKA": kafka,
        "BENCH_MONGO": servers.mongo,
        "BENCH_OPTION": way.option,
        "BENCH_EMBEDDED": "yes" if servers.kind == "embedded" else "no",
        **told,
    }
    async with AsyncExitStack() as stack:
        pids = [await stack.enter_async_context(_child(way, servers, env)) for _ in way.cores or (0,)]
        own = [psutil.Process(pid) for pid in pids]
        for process, core in zip(own, way.cores, strict=False):
            process.cpu_affinity([core])
        yield own


@asynccontextmanager
async def _child(way: Way, servers: Servers, env: Mapping[str, str]) -> AsyncIterator[int]:
    with (servers.folder / f"{way.id}.log").open("ab") as log:
        argv = [way.python, "-m", f"benchmarks.hops.{way.module}"]
        try:
            child = await asyncio.create_subprocess_exec(*argv, env=env, stdout=log, stderr=log)
        except OSError as missing:
            raise Failed(f"{way.id}: cannot be started ({missing.strerror}: {way.python})") from None
    try:
        yield child.pid
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(child.wait(), GRACE_SECONDS)
        except TimeoutError:
            child.kill()
            await child.wait()
