"""`python -m benchmarks`: measure, print one table, and write the numbers with `--json FILE`."""

import argparse
import asyncio
import json
import os
from pathlib import Path

from rich.console import Console

from benchmarks import codec, consuming, hop, instances, latency, memory, placement, publishing, stored, whole
from benchmarks.machine import described
from benchmarks.measuring import ROOT, Servers
from benchmarks.rows import Bench, show
from throughline.embedded.brokers import PARTITIONS
from throughline.embedded.servers import mongod

CACHE_GB = 2
"""As a program's own mongod has at least; the embedded one keeps a quarter, which a million people outgrow. ASSUMED."""


def arguments() -> argparse.Namespace:
    """What `make bench` passes on."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", default="", help="comma-separated ids or beginnings of ids; all, if not said")
    parser.add_argument("--size", type=int, default=20_000, help="events per run")
    parser.add_argument("--participants", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--broker", choices=tuple(PARTITIONS), default="embedded", help="which one each run gets")
    parser.add_argument("--kafka", default="", help="host:port of a broker of your own, for the latency rows")
    parser.add_argument("--json", type=Path, help="write the numbers here")
    parser.add_argument("--folder", type=Path, default=ROOT / ".run" / "bench" / str(os.getpid()), help="logs")
    return parser.parse_args()


async def main() -> None:
    """One mongod for all; every run has a broker and a database of its own."""
    told, console = arguments(), Console()
    told.folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(console, tuple(filter(None, told.rows.split(","))), told.size, told.participants, told.rounds)
    async with mongod(told.folder, CACHE_GB) as uri:
        pid = int((told.folder / "mongod.pid").read_text().split()[0])
        servers = Servers(uri, pid, told.folder, told.broker)
        for section in (hop, instances, publishing, consuming, stored, memory, whole):
            await section.measure(bench, servers)
        await latency.measure(bench, servers, told.kafka)
    await codec.measure(bench)
    await placement.measure(bench)
    show(bench, described())
    if told.json:
        told.json.write_text(json.dumps({"machine": described(), "rows": bench.as_json()}, indent=1))


if __name__ == "__main__":
    asyncio.run(main())
