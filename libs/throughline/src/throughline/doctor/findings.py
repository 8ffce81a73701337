"""What a look at a deployment says: one line each, and what to do where something is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it stands with one thing."""

    WELL = "well"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One line: where it was seen, what is so, and what to do about it."""

    verdict: Verdict
    where: str
    what: str
    do: str = ""


def well(where: str, what: str) -> Finding:
    """It is as it should be."""
    return Finding(Verdict.WELL, where, what)


def note(where: str, what: str, do: str = "") -> Finding:
    """Worth knowing, and no reason to stop."""
    return Finding(Verdict.NOTE, where, what, do)


def wrong(where: str, what: str, do: str) -> Finding:
    """It is not as it should be, and this mends it."""
    return Finding(Verdict.WRONG, where, what, do)


def something_is_wrong(findings: Iterable[Finding]) -> bool:
    """Whether anything needs mending."""
    return any(finding.verdict is Verdict.WRONG for finding in findings)
