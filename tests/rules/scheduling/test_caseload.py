"""Caseload limits."""

from datetime import UTC, datetime

from common.contracts.words import StaffId
from scheduling.domain.caseload import USUAL, Caseload

NOON, BOSS = datetime(2026, 3, 2, 12, tzinfo=UTC), StaffId("s1")


def test_a_limit_is_said_once_and_another_replaces_it() -> None:
    """SC-W1: the usual one need not be said; none at all may be."""
    fresh = Caseload(id="s-th")
    (fact,) = fresh.limit(None, BOSS, NOON)

    assert fresh.limit(USUAL, BOSS, NOON) == fresh.after(fact).limit(None, BOSS, NOON) == []
    assert fresh.after(fact).at_most is None
    assert len(fresh.after(fact).limit(3, BOSS, NOON)) == 1
