"""Who may open what? Each service's user its own database, and nobody another's."""

from collections.abc import Sequence
from dataclasses import dataclass

from throughline.doctor.findings import Finding, note, well, wrong

SET_UP = "run: throughline mongo setup"


@dataclass(frozen=True)
class Tried:
    """What a user was able to do: the databases it could read or write, or why it could not come in."""

    user: str
    opened: frozenset[str] = frozenset()
    problem: str = ""


def judge_access(tried: Tried, services: Sequence[str]) -> list[Finding]:
    """A service's user opens its own database and no other; anybody else (an admin) is not judged."""
    where = f"user {tried.user}"
    if tried.problem:
        return [wrong(where, f"cannot come in ({tried.problem})", f"correct its password file, or {SET_UP}")]
    if tried.user not in services:
        return []
    found = []
    if tried.user not in tried.opened:
        found.append(wrong(where, "may not open its own database", SET_UP))
    for other in sorted(tried.opened - {tried.user}):
        found.append(wrong(where, f"may open the database of {other}", f"take the role away; {SET_UP}"))
    return found or [well(where, "may open its own database and no other")]


def judge_nobody(opened: frozenset[str]) -> Finding:
    """Whether somebody without a name is let in."""
    if opened:
        said = "nobody is asked who they are: whoever reaches mongod may open every database"
        return note("database", said, "outside one's own machine, start mongod with --auth --keyFile")
    return well("database", "nobody comes in without a name")
