"""A participant's journey as a line with stops, from the most to the least intensive level of care."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from common.contracts.words import LevelOfCare

LINE = (
    LevelOfCare.RESIDENTIAL,
    LevelOfCare.PHP,
    LevelOfCare.IOP,
    LevelOfCare.OUTPATIENT_BOOSTER,
    LevelOfCare.ALUMNI,
)
"""The stops, as the program steps down through them. Source: facts 2.1."""


class Mark(StrEnum):
    """What a stop is to one participant."""

    HERE = "here"
    NEXT = "next"
    BEEN = "been"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Stop:
    """One level of care on the line, and what it is to this participant now."""

    level: LevelOfCare
    mark: Mark


def line(level: str, been: Sequence[str], next_level: str = "") -> tuple[Stop, ...]:
    """The whole line: where they are, where an open transition would lead, where they have been. Rule: OP-8.

    A level off the line (hospital, closed) marks no stop as here.
    """
    return tuple(Stop(stop, _mark(stop, level, been, next_level)) for stop in LINE)


def _mark(stop: LevelOfCare, level: str, been: Sequence[str], next_level: str) -> Mark:
    if stop == level:
        return Mark.HERE
    if stop == next_level:
        return Mark.NEXT
    return Mark.BEEN if stop in been else Mark.AHEAD
