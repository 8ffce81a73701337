"""Placement of a week's movers: how long it takes to prove, and what it gains over one after the other by hand."""

import asyncio
import time

from benchmarks.rows import Bench, Row
from common.contracts.words import LevelOfCare
from rules.scheduling.movers import LEVELS, week_of
from scheduling.domain.placement.proposal import propose

SECTION = "placement: 20 movers, 60 groups, 200 participants, 8 s of search at most (target 10 s, one core)"
WEEKS = {"placement-mixed": LEVELS, "placement-iop": (LevelOfCare.IOP,)}
TITLES = {"placement-mixed": "to three levels, as in a week", "placement-iop": "all to one level: the hardest"}


async def measure(bench: Bench) -> None:
    """Another week each round, from the question to the answer with every reason; loading the solver is not counted."""
    if not bench.wants("placement"):
        return
    propose(week_of(0, 1, 2, 5), 1.0)
    for id, levels in WEEKS.items():
        row = Row(SECTION, id, TITLES[id], "s")
        bench.rows.append(row)
        gains = []
        for number in range(bench.rounds):
            week, began = week_of(number, 20, 60, 200, levels), time.perf_counter()
            answer = await asyncio.to_thread(propose, week, 8.0)
            row.numbers.append(time.perf_counter() - began)
            gaps = [f"{proof.aim} {proof.reached} of {proof.at_most} at most" for proof in answer.proofs if proof.gap]
            gains.append("proven" if answer.proven else ", ".join(gaps))
            row.more[f"therapists {number + 1}"] = answer.gained_therapists
            row.more[f"peers {number + 1}"] = answer.gained_peers
        row.note = "; ".join(gains)
