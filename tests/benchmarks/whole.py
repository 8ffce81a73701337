"""The whole house: all services, a cohort driven through it by people's acts over HTTP, as the demonstration does."""

import asyncio
import json
import sys
from collections import defaultdict
from typing import Any

import psutil

from benchmarks.measuring import ROOT, Failed, Servers
from benchmarks.rows import Bench, Row
from common.contracts import SERVICES

SECTION = "the whole house, as `throughline demo` drives it (mongod, broker, six services, the driver)"
LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 600.0

Used = dict[int, tuple[str, float]]
"""Pid -> group and CPU seconds, as last seen."""


async def measure(bench: Bench, servers: Servers) -> None:
    """Once, whatever the rounds: it takes about a minute, and drives itself."""
    if not bench.wants("house"):
        return
    row = Row(SECTION, "house", "transitions completed per second of run", "transitions/s")
    bench.rows.append(row)
    try:
        summary, used = await _demo(servers)
    except Failed as fault:
        row.note = str(fault)
        return
    seconds = summary["seconds"]["run"]
    row.numbers.append(summary["transitions"]["completed"] / seconds)
    row.note = "" if summary["ok"] else "a case or an invariant did not hold"
    row.more = {"completed": summary["transitions"]["completed"], "run s": seconds}
    row.more["published/s"] = summary["messages"]["published"] / seconds
    for group, cpu in sorted(used.items()):
        row.more[f"cpu s {group}"] = cpu


async def _demo(servers: Servers) -> tuple[dict[str, Any], dict[str, float]]:
    """Its summary, and CPU seconds by group of processes, from start to end. Raises Failed."""
    folder = servers.folder
    told = folder / "summary.json"
    told.unlink(missing_ok=True)
    argv = [sys.executable, "-c", "from throughline.cli import main; main()"]
    argv += ["demo", "--broker", servers.kind, "--summary", str(told)]
    with (folder / "house.log").open("ab") as log:
        child = await asyncio.create_subprocess_exec(*argv, cwd=ROOT, stdout=log, stderr=log)
    used: Used = {}
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while child.returncode is None:
                _look(child.pid, used)
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise Failed(f"house: not done after {PATIENCE_SECONDS:.0f} s") from None
    finally:
        if child.returncode is None:
            child.terminate()
            await child.wait()
    if not told.exists():
        raise Failed(f"house: ended with {child.returncode} and without a summary; see house.log")
    cpu: dict[str, float] = defaultdict(float)
    for group, seconds in used.values():
        cpu[group] += seconds
    return json.loads(told.read_text()), cpu


def _look(driver: int, used: Used) -> None:
    try:
        everybody = [psutil.Process(driver), *psutil.Process(driver).children(recursive=True)]
    except psutil.Error:
        return
    for process in everybody:
        try:
            times = process.cpu_times()
            used[process.pid] = (_group(process, driver), float(times.user + times.system))
        except psutil.Error:
            continue


def _group(process: psutil.Process, driver: int) -> str:
    if process.pid == driver:
        return "driver"
    argv = process.cmdline()
    if argv and argv[-1] in SERVICES:
        return "services"
    return "mongod" if "mongod" in process.name() else "broker"
