"""What must be true after a chaos run, beside the invariants of every run: one finding each, in a fixed order."""

from collections.abc import Callable

from chaos import checks_edges, checks_streams, checks_waiting
from chaos.evidence import Evidence
from chaos.seen import Seen, see
from throughline.invariants.shapes import Finding, judge

Check = Callable[[Seen], Finding]

CHECKS: tuple[Check, ...] = (*checks_streams.CHECKS, *checks_waiting.CHECKS, *checks_edges.CHECKS)


async def verify(run: Evidence) -> list[Finding]:
    """Read stores, broker and the outside of a house at rest, and check them.

    Raises PyMongoError or KafkaError where one does not answer.
    """
    return examine(await see(run))


def examine(seen: Seen) -> list[Finding]:
    """Check what was read already."""
    return [_found(check, seen) for check in CHECKS]


def _found(check: Check, seen: Seen) -> Finding:
    """A document that a check cannot read is a breach of that check, not the end of all others."""
    try:
        return check(seen)
    except Exception as error:
        return judge(check.__name__, 0, [f"cannot be checked: {type(error).__name__}: {error}"])
