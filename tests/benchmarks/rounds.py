"""Ways of one section, side by side and round by round."""

from collections.abc import Awaitable, Callable, Sequence
from statistics import median

from benchmarks.measuring import Failed, Run, Way
from benchmarks.rows import Bench, Row

Once = Callable[[Way], Awaitable[Run]]
"""One run of one way; raises Failed."""


async def compare(bench: Bench, section: str, ways: Sequence[Way], once: Once, prefix: str = "") -> None:
    """Every way once a round, and a row for each; the first of all ways is what the others are compared with."""
    base, wanted = prefix + ways[0].id, [way for way in ways if bench.wants(prefix + way.id)]
    runs: dict[str, list[Run]] = {way.id: [] for way in wanted}
    faults: dict[str, str] = {}
    for number in range(bench.rounds):
        for way in [way for way in wanted if way.id not in faults]:
            try:
                run = await once(way)
            except Failed as fault:
                faults[way.id] = str(fault)
                continue
            runs[way.id].append(run)
            bench.say(f"{prefix}{way.id} round {number + 1}: {run.rate:,.0f}/s, cpu ms per 1,000: {_cpu(run)}")
    for way in wanted:
        row = Row(section, prefix + way.id, way.title, "events/s", [run.rate for run in runs[way.id]], base)
        bench.rows.append(_told(row, runs[way.id], faults.get(way.id, "") or way.promise))


def _cpu(run: Run) -> str:
    return ", ".join(f"{name} {value:.0f}" for name, value in run.cpu.items())


def _told(row: Row, runs: Sequence[Run], note: str) -> Row:
    row.note = note
    for name in ("own", "mongod", "broker") if runs else ():
        row.more[f"cpu {name}"] = median(run.cpu[name] for run in runs)
    if runs:
        row.more["MiB"] = max(run.mib for run in runs)
        row.more["twice"] = sum(run.duplicates for run in runs)
    return row
