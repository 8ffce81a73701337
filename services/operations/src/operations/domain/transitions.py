"""Where a transition stands, as operators read it."""

from datetime import datetime, timedelta

STEPS = ("place", "family", "skills", "confirm")
"""What must be in place before a level of care changes, in the order it is shown."""

TERMINAL = frozenset({"completed", "refused", "stale", "expired", "compensated"})
"""Nothing follows any more."""

STATES = ("proposed", "approved", "held", "ready", "compensating", *sorted(TERMINAL))

STUCK_AFTER_MINUTES = 24 * 60
"""ASSUMED: one day in one state, in domain time, is worth a look."""


def shown_state(state: str, since: datetime, placed_at: datetime | None) -> str:
    """The state to show: a transition that waited for a place waits no more once it has one. Rule: OP-5."""
    if state == "held" and placed_at is not None and placed_at >= since:
        return "approved"
    return state


def waiting_from(said_at: datetime, effective_at: datetime) -> datetime:
    """From when a ready transition waits: before its effective instant it only keeps its date. Rule: OP-4."""
    return max(said_at, effective_at)


def stuck_before(now: datetime, minutes: int) -> datetime:
    """Open transitions that wait since before this instant are stuck; `minutes` of domain time. Rule: OP-4."""
    return now - timedelta(minutes=minutes)
