"""One hop: consume, validate, change state, publish; every way side by side, round by round."""

from benchmarks import work
from benchmarks.measuring import Run, Servers, Way, run_hop
from benchmarks.rounds import compare
from benchmarks.rows import Bench
from benchmarks.ways import WAYS

SECTION = "one hop: ReleaseGranted in, SupportNetwork changed, ReleaseNoted out"


async def measure(bench: Bench, servers: Servers) -> None:
    """All ways that are wanted, interleaved."""
    if not any(bench.wants(f"hop-{way.id}") for way in WAYS):
        return
    grants = work.grants(bench.size, bench.participants)

    async def once(way: Way) -> Run:
        return await run_hop(way, servers, grants[: int(way.share * bench.size)], bench.participants)

    await compare(bench, SECTION, WAYS, once, "hop-")
