"""A second instance of a service, each on a core of its own; on two cores they share those with the servers."""

import os

from benchmarks import work
from benchmarks.measuring import Failed, Servers, Way, run_hop
from benchmarks.rows import Bench, Row

SECTION = "instances of one service, each pinned to a core"


async def measure(bench: Bench, servers: Servers) -> None:
    """One instance against two, round by round."""
    cores = sorted(os.sched_getaffinity(0))
    if not bench.wants("instances") or len(cores) < 2:
        return
    ways = [Way(f"instances-{n}", f"ours, {n} instance(s)", "ours", cores=cores[-n:]) for n in (1, 2)]
    rows = {way.id: Row(SECTION, way.id, way.title, "events/s", base="instances-1") for way in ways}
    bench.rows += rows.values()
    grants = work.grants(bench.size, bench.participants)
    for _ in range(bench.rounds):
        for way in ways:
            try:
                run = await run_hop(way, servers, grants, bench.participants)
            except Failed as fault:
                rows[way.id].note = str(fault)
                continue
            rows[way.id].numbers.append(run.rate)
            rows[way.id].more["twice"] = rows[way.id].more.get("twice", 0) + run.duplicates
            bench.say(f"{way.id}: {run.rate:,.0f}/s")
