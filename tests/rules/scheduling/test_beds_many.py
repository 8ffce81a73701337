"""A hundred thousand commands about the same few beds, in an order nobody chose."""

import random

from common.change import Refused
from rules.scheduling.bed_acts import Sleepers, any_act
from rules.scheduling.bed_house import after, bed, house


def test_a_hundred_thousand_commands_leave_nobody_in_anybody_elses_bed() -> None:
    """SC-B1: holds, arrivals, departures, longer stays and moves, each true a little before or after the others."""
    dice, sleepers = random.Random(7), Sleepers()
    board = house(*(bed(f"b{n}") for n in range(6)))
    for n in range(100_000):
        _, decide, said = any_act(n, 6, dice)
        try:
            facts = decide(board, *said)
        except Refused:
            continue
        board = after(board, facts)
        sleepers.hear(facts)

    assert sum(map(len, sleepers.spans.values())) > 3_000
    assert sleepers.overlaps() == []
