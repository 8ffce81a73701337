"""What a publisher is told, and the note it leaves: how fast it was by its own clock, and what everybody spent."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from benchmarks import work
from benchmarks.hops.given import NOTES

EVENTS, PARTICIPANTS = int(os.environ.get("BENCH_EVENTS", "1000")), int(os.environ.get("BENCH_PARTICIPANTS", "100"))
SERVERS: dict[str, int] = json.loads(os.environ.get("BENCH_SERVERS", "{}"))
"""Pids by name."""


def records() -> list[work.Record]:
    """What is to be published."""
    return work.grants(EVENTS, PARTICIPANTS)


@contextmanager
def timing() -> Iterator[None]:
    """Time what is done inside, and note it."""
    parts = {"own": psutil.Process(), **{name: psutil.Process(pid) for name, pid in SERVERS.items()}}
    before, began = {name: _cpu(part) for name, part in parts.items()}, time.perf_counter()
    yield
    took = time.perf_counter() - began
    cpu = {name: 1e6 * (_cpu(part) - before[name]) / EVENTS for name, part in parts.items()}
    unseen = NOTES.with_suffix(".new")
    unseen.write_text(json.dumps({"rate": EVENTS / took, "cpu": cpu}))
    unseen.replace(NOTES)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
