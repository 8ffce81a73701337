"""Runs every check over one reading of the stores."""

from collections.abc import Callable, Iterable

from throughline.invariants import (
    boards,
    levels,
    notices,
    once,
    overview,
    people,
    plumbing,
    privacy,
    rebuilt,
    releases,
    transitions,
)
from throughline.invariants.reading import read_house
from throughline.invariants.shapes import Finding, House, judge

Check = Callable[[House], Finding]

CHECKS: tuple[Check, ...] = (
    *plumbing.CHECKS,
    *once.CHECKS,
    *rebuilt.CHECKS,
    *people.CHECKS,
    *levels.CHECKS,
    *transitions.CHECKS,
    *boards.CHECKS,
    *releases.CHECKS,
    *notices.CHECKS,
    *privacy.CHECKS,
    *overview.CHECKS,
)


class Broken(Exception):
    """Some invariants do not hold; `findings` are those."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(f"{one.name}: {one.detail}" for one in findings))
        self.findings = findings


async def check(mongo_uri: str) -> list[Finding]:
    """Read the stores of a house at rest and check every invariant; one finding each, in a fixed order.

    Raises PyMongoError where the database does not answer.
    """
    return examine(await read_house(mongo_uri))


def examine(house: House) -> list[Finding]:
    """Check every invariant over documents already read."""
    return [_found(one, house) for one in CHECKS]


def insist(findings: Iterable[Finding]) -> None:
    """Raise Broken unless every invariant holds."""
    wrong = [one for one in findings if not one.ok]
    if wrong:
        raise Broken(wrong)


def _found(one: Check, house: House) -> Finding:
    """A document that a check cannot read is a breach of that check, not the end of all others."""
    try:
        return one(house)
    except Exception as error:  # noqa: BLE001 - whatever the documents made of the check, it did not hold
        return judge(one.__name__, 0, [f"cannot be checked: {type(error).__name__}: {error}"])
