"""Transitions, as operators read them."""

import pytest

from common.contracts.intake import (
    TransitionApproved,
    TransitionCompensated,
    TransitionCompensating,
    TransitionEvent,
    TransitionExpired,
    TransitionHeld,
    TransitionReady,
    TransitionRefused,
    TransitionStale,
    TransitionStepDone,
)
from common.contracts.words import LevelOfCare, StaffId
from operations.domain.transitions import TERMINAL, shown_state, stuck_before, waiting_from
from operations.views.rows import transition_row
from rules.operations.hearing import MOVE, later, records, written

PHP = LevelOfCare.PHP

STATES: list[tuple[str, TransitionEvent]] = [
    ("approved", TransitionApproved(at=later(), **MOVE, to_level=PHP, effective_at=later(days=1))),
    ("held", TransitionHeld(at=later(), **MOVE, reason="no-place", to_level=PHP)),
    ("ready", TransitionReady(at=later(), **MOVE, effective_at=later(days=1))),
    ("refused", TransitionRefused(at=later(), **MOVE, refused_by=StaffId("s"), reason="not-yet")),
    ("stale", TransitionStale(at=later(), **MOVE, reason="evidence-changed")),
    ("expired", TransitionExpired(at=later(), **MOVE)),
    ("compensating", TransitionCompensating(at=later(), **MOVE, reason="cancelled", undo=("place",))),
    ("compensated", TransitionCompensated(at=later(), **MOVE, reason="cancelled")),
]


@pytest.mark.parametrize(("state", "said"), STATES, ids=[state for state, _ in STATES])
def test_each_fact_puts_the_transition_into_its_state_since_that_instant(state: str, said: TransitionEvent) -> None:
    """OP-4: a state is known with the instant since when it is true, and its coded reason."""
    kept = written(said, "transitions")

    assert (kept["state"], kept["state_since"]) == (state, later())
    assert kept["reason"] == getattr(said, "reason", "")


@pytest.mark.parametrize(("state", "said"), STATES, ids=[state for state, _ in STATES])
def test_the_same_fact_said_twice_means_the_same(state: str, said: TransitionEvent) -> None:
    """OP-2: a handler's answer depends on the message alone."""
    assert records(said, "transitions") == records(said, "transitions")
    assert (state in TERMINAL) is (state in {"refused", "stale", "expired", "compensated"})


def test_a_ready_transition_waits_from_its_effective_instant_on() -> None:
    """OP-4: before its date, a ready transition only keeps its date."""
    ready = TransitionReady(at=later(), **MOVE, effective_at=later(days=4))

    assert written(ready, "transitions")["waiting_since"] == later(days=4)
    assert waiting_from(later(days=5), later(days=4)) == later(days=5)


def test_stuck_is_what_waits_longer_than_asked_for() -> None:
    """OP-4: the limit is minutes of domain time before now."""
    assert stuck_before(later(days=1), 60) == later(hours=23)


def test_a_transition_that_got_its_place_is_held_no_more() -> None:
    """OP-5: held means that it waits for a place, not that it once did."""
    assert shown_state("held", later(), later(hours=1)) == "approved"


def test_a_place_from_before_does_not_end_a_later_wait() -> None:
    """OP-5: a place that was there before the wait began cannot have ended it."""
    assert shown_state("held", later(hours=2), later(hours=1)) == "held"
    assert shown_state("held", later(hours=2), None) == "held"


def test_a_place_changes_no_other_state() -> None:
    """OP-5: only a held transition waits for a place."""
    assert shown_state("compensating", later(), later(hours=1)) == "compensating"


def test_a_step_given_back_is_in_place_no_more() -> None:
    """OP-5: progress shows what is in place now."""
    done = {"step": "place", "at": later()}
    row = transition_row({"_id": "t", "participant_id": "p", "steps": [done], "undone": [done]})

    assert dict(row.progress)["place"] is False


def test_a_step_is_added_and_moves_no_state() -> None:
    """OP-4: a finished step is progress within a state, not a new one."""
    kept = written(TransitionStepDone(at=later(), **MOVE, step="skills"), "transitions")

    assert "state" not in kept


def test_a_transition_whose_beginning_was_never_heard_can_still_be_shown() -> None:
    """OP-4: a discarded message must not blind operators to what follows."""
    row = transition_row({"_id": "t", "participant_id": "p", "state": "ready", "state_since": later()})

    assert row.open
    assert row.to_level is None
