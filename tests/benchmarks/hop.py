"""One hop: consume, validate, change state, publish; every way side by side, round by round."""

from collections.abc import Sequence
from statistics import median

from benchmarks import work
from benchmarks.measuring import Failed, Run, Servers, Way, run_hop
from benchmarks.rows import Bench, Row
from benchmarks.ways import RAW, WAYS

SECTION = "one hop: ReleaseGranted in, SupportNetwork changed, ReleaseNoted out"


async def measure(bench: Bench, servers: Servers) -> None:
    """All ways that are wanted, interleaved."""
    ways = [way for way in WAYS if bench.wants(f"hop-{way.id}")]
    runs: dict[str, list[Run]] = {way.id: [] for way in ways}
    faults: dict[str, str] = {}
    grants = work.grants(bench.size, bench.participants) if ways else []
    for number in range(bench.rounds):
        for way in [way for way in ways if way.id not in faults]:
            try:
                run = await run_hop(way, servers, grants[: int(way.share * bench.size)], bench.participants)
            except Failed as fault:
                faults[way.id] = str(fault)
                continue
            runs[way.id].append(run)
            bench.say(f"hop-{way.id} round {number + 1}: {run.rate:,.0f}/s, cpu ms per 1,000: {_cpu(run)}")
    bench.rows += [_row(way, runs[way.id], faults.get(way.id, "")) for way in ways]


def _cpu(run: Run) -> str:
    return ", ".join(f"{name} {value:.0f}" for name, value in run.cpu.items())


def _row(way: Way, runs: Sequence[Run], fault: str) -> Row:
    row = Row(SECTION, f"hop-{way.id}", way.title, "events/s", [run.rate for run in runs], f"hop-{RAW.id}")
    row.note = fault or way.promise
    for name in ("own", "mongod", "broker") if runs else ():
        row.more[f"cpu {name}"] = median(run.cpu[name] for run in runs)
    if runs:
        row.more["MiB"] = max(run.mib for run in runs)
        row.more["twice"] = sum(run.duplicates for run in runs)
    return row
