"""`python -m chaos --seed 7 --seconds 60`, or `--seeds 1-20`: exit 0 only if everything held in every run."""

import argparse
import asyncio
import sys
from pathlib import Path

from chaos.report import Report, save
from chaos.run import Plan, run
from throughline.embedded.brokers import PARTITIONS
from throughline.embedded.preflight import CannotRun


def seeds_of(written: str) -> list[int]:
    """`7`, `1-20` or `3,5,8-10` as numbers; raises ValueError."""
    found: list[int] = []
    for part in written.split(","):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def kinds(written: str) -> tuple[str, ...]:
    """Beginnings of names of faults, separated by commas."""
    return tuple(filter(None, (part.strip() for part in written.split(","))))


def main() -> int:
    """Run every seed, say what was seen, and whether it held."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seeds", "--seed", type=seeds_of, default=[7], help="7, 1-20 or 3,5,8-10")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long things go wrong")
    parser.add_argument("--people", type=int, default=14)
    parser.add_argument("--slow", type=float, default=1.0, help="how many times longer the pauses between faults are")
    parser.add_argument("--only", type=kinds, default=(), help="only faults whose names begin so, separated by commas")
    parser.add_argument("--without", type=kinds, default=(), help="no faults whose names begin so")
    parser.add_argument("--broker", choices=tuple(PARTITIONS), default="embedded")
    parser.add_argument("--mutant", default="", help="a mutation of chaos.mutations, which must be caught")
    parser.add_argument("--root", type=Path, default=Path(".run"))
    parser.add_argument("--json", type=Path)
    said = parser.parse_args()
    reports: list[Report] = []
    for seed in said.seeds:
        aims = {"only": said.only, "without": said.without, "mutant": said.mutant}
        plan = Plan(said.root, seed, said.seconds, said.people, said.slow, broker=said.broker, **aims)
        reports.append(asyncio.run(run(plan)))
        print("\n".join(reports[-1].lines()), flush=True)
    if len(reports) > 1:
        broke = [one.seed for one in reports if not one.holds]
        print(f"{len(reports) - len(broke)} of {len(reports)} seeds hold{f'; broken: {broke}' if broke else ''}")
    if said.json:
        save(reports, said.json)
    return 0 if all(one.holds for one in reports) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotRun as cannot:
        sys.exit(cannot.line)
    except KeyboardInterrupt:
        sys.exit(130)
