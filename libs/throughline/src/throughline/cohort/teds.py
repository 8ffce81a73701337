"""How stays end, and after how long: the proportions of the seeded plan."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from common.contracts.words import Disposition, LevelOfCare


@dataclass(frozen=True, slots=True)
class Stays:
    """Shares of how a stay ends (they add up to 1) and its length in days, as median and lognormal sigma."""

    goes_on: float
    against_advice: float
    administrative: float
    median_days: float
    sigma: float


STAYS: Mapping[LevelOfCare, Stays] = {
    LevelOfCare.RESIDENTIAL: Stays(0.758, 0.141, 0.101, 24, 0.53),
    LevelOfCare.PHP: Stays(0.556, 0.232, 0.212, 20, 0.6),
    LevelOfCare.IOP: Stays(0.556, 0.232, 0.212, 50, 0.95),
}
"""`goes_on` is completed plus transferred, `administrative` is terminated plus other.

Source: SAMHSA TEDS 2004, public domain, tables 2.5, 4.11 and 5.11 (short-term residential, intensive
outpatient). It is substance-use treatment and has no code for partial hospitalization: PHP is ASSUMED, its
shares copied from IOP.
"""

COMPRESSED = 0.45
"""ASSUMED: stays are this much shorter than in TEDS, so that they fit in the two months of a demonstration."""

SHORTEST_DAYS, LONGEST_DAYS = 7, 24
"""ASSUMED: the policy needs a week of evidence at a level; nobody waits longer than the run."""


def length_of(level: LevelOfCare, chance: Random) -> int:
    """Days of one stay."""
    stays = STAYS[level]
    days = COMPRESSED * math.exp(chance.gauss(math.log(stays.median_days), stays.sigma))
    return round(min(LONGEST_DAYS, max(SHORTEST_DAYS, days)))


def ending_of(level: LevelOfCare, chance: Random) -> Disposition | None:
    """How one stay ends; None where it goes on to the next level."""
    stays, drawn = STAYS[level], chance.random()
    if drawn < stays.goes_on:
        return None
    return Disposition.AGAINST_ADVICE if drawn < stays.goes_on + stays.against_advice else Disposition.ADMINISTRATIVE
