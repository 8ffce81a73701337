"""A leave that is agreed ahead: when it begins, what replaces it, what it outlives."""

from datetime import timedelta

import pytest

from common.change import Forget, Invalid, Outcome, Refused, Remind
from common.contracts.intake import LeaveStarted
from common.contracts.leaves import LeavePlanned, PlannedLeaveCalledOff
from common.contracts.words import Disposition, LeaveDestination, LevelOfCare, StaffId, SupporterId
from intake.domain import elopement, leave, lifecycle
from intake.domain.episode import Episode, Status
from intake.domain.leave import Agreed
from intake.domain.leave_ahead import STARTS, begin, call_off, plan_leave
from rules.intake.episode_cases import NOON, PROCESS, RULES, apply, at_level, facts, only

A, B = StaffId("a"), StaffId("b")
RES, PHP = LevelOfCare.RESIDENTIAL, LevelOfCare.PHP
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FRIDAY, SUNDAY = NOON + 4 * DAY, NOON + 6 * DAY
HOME = Agreed(destination=LeaveDestination.HOME, supporter_id=SupporterId("su-1"), medication_plan=True)


def planned(level: LevelOfCare = RES) -> tuple[Episode, list[Outcome]]:
    """Somebody in care with a pass from Friday to Sunday, agreed on Monday."""
    episode = at_level(level)
    outcomes = plan_leave(episode, FRIDAY, SUNDAY, A, RULES, NOON, HOME)
    return apply(episode, outcomes), outcomes


def test_until_its_instant_nobody_is_away_and_then_it_begins_as_agreed() -> None:
    """IN-E18: once; the timer again finds nothing, and LeaveStarted tells when it was true."""
    ahead, outcomes = planned()
    begun = begin(ahead, FRIDAY, RULES, FRIDAY + HOUR)
    fact = only(begun, LeaveStarted)
    away = apply(ahead, begun)

    assert facts(outcomes) == ["LeavePlanned"]
    assert [(o.name, o.due_at) for o in outcomes if isinstance(o, Remind)] == [(STARTS, FRIDAY)]
    assert (ahead.status, away.status) == (Status.OPEN, Status.ON_LEAVE)
    assert isinstance(fact, LeaveStarted) and (fact.at, fact.return_due_at, fact.agreed_by) == (FRIDAY, SUNDAY, A)
    assert (fact.destination, fact.supporter_id) == (LeaveDestination.HOME, "su-1")
    assert "suicide-screen" in fact.lacking
    assert away.away.ahead is None and begin(away, FRIDAY, RULES, FRIDAY + HOUR) == []
    assert {o.name for o in begun if isinstance(o, Remind)} == {leave.OVERDUE, leave.LONG_OVERDUE}


def test_said_again_it_is_nothing_and_anew_it_replaces() -> None:
    """IN-E18: repeated; a timer of what was replaced begins nothing."""
    ahead, _ = planned()
    other = plan_leave(ahead, FRIDAY + DAY, SUNDAY, B, RULES, NOON, HOME)
    replaced = apply(ahead, other)

    assert plan_leave(ahead, FRIDAY, SUNDAY, A, RULES, NOON + HOUR, HOME) == []
    assert facts(other) == ["LeavePlanned"]
    assert begin(replaced, FRIDAY, RULES, FRIDAY) == []
    assert facts(begin(replaced, FRIDAY + DAY, RULES, FRIDAY + DAY)) == ["LeaveStarted"]


def test_called_off_it_does_not_begin_and_called_off_again_it_is_nothing() -> None:
    """IN-E18: late, the timer of a plan that is no more finds nothing."""
    ahead, _ = planned()
    off = call_off(ahead, "plans-changed", B, NOON + DAY)
    free = apply(ahead, off)

    assert facts(off) == ["PlannedLeaveCalledOff"] and Forget(STARTS) in off
    assert call_off(free, "plans-changed", B, NOON + DAY) == call_off(at_level(PHP), "r", B, NOON) == []
    assert begin(free, FRIDAY, RULES, FRIDAY) == []


@pytest.mark.parametrize(
    ("starts_at", "return_due_at", "code"),
    [
        (NOON, SUNDAY, "in-the-past"),
        (NOON - HOUR, SUNDAY, "in-the-past"),
        (FRIDAY, FRIDAY, "return-before-start"),
        (NOON + 91 * DAY, NOON + 92 * DAY, "too-far-ahead"),
    ],
)
def test_a_plan_that_nobody_can_mean_is_refused(starts_at: object, return_due_at: object, code: str) -> None:
    """IN-E18: bad input, nothing changed."""
    with pytest.raises(Invalid, match=code):
        plan_leave(at_level(PHP), starts_at, return_due_at, A, RULES, NOON)  # type: ignore[arg-type]


def test_nobody_plans_for_who_is_not_in_care() -> None:
    """IN-E18: as a leave that begins now."""
    with pytest.raises(Refused, match="not-in-care"):
        plan_leave(Episode(id="p-1"), FRIDAY, SUNDAY, A, RULES, NOON)


def test_where_it_cannot_begin_it_is_called_off_with_the_reason() -> None:
    """IN-E18: on leave already, or gone without one; nobody is named, for nobody decided."""
    ahead, _ = planned()
    on_leave = apply(ahead, leave.start_leave(ahead, SUNDAY, A, RULES, FRIDAY - HOUR))
    gone = apply(ahead, elopement.note_elopement(ahead, FRIDAY - HOUR, A, FRIDAY))

    for episode, reason in ((on_leave, "on-leave"), (gone, "away-without-leave")):
        off = only(begin(episode, FRIDAY, RULES, FRIDAY), PlannedLeaveCalledOff)
        assert isinstance(off, PlannedLeaveCalledOff)
        assert (off.reason, off.called_off_by) == (reason, None)


def test_a_short_leave_before_it_leaves_the_plan_as_it_is() -> None:
    """IN-E18: out of the house on Tuesday, back the same day, and away on Friday as agreed."""
    ahead, _ = planned()
    out = apply(ahead, leave.start_leave(ahead, NOON + DAY, A, RULES, NOON + HOUR))
    back = apply(out, leave.return_from_leave(out, RULES, NOON + 5 * HOUR))

    assert back.status is Status.OPEN and back.away.ahead == ahead.away.ahead
    assert facts(begin(back, FRIDAY, RULES, FRIDAY)) == ["LeaveStarted"]


def test_the_end_of_the_episode_ends_the_plan() -> None:
    """IN-E18: a timer that fires after the discharge says nothing."""
    ahead, _ = planned(PHP)
    ended = apply(ahead, lifecycle.close(ahead, Disposition.AGAINST_ADVICE, "r", A, PROCESS, NOON + DAY))

    assert ended.status is Status.CLOSED and ended.away.ahead is None
    assert begin(ended, FRIDAY, RULES, FRIDAY) == []


def test_a_state_of_before_leaves_were_planned_is_read() -> None:
    """IN-E18: an older state has no such field; a plan travels whole."""
    old = at_level(PHP).model_dump(mode="json")
    del old["away"]["ahead"]
    again = Episode.model_validate(planned()[0].model_dump(mode="json"))

    assert Episode.model_validate(old).away.ahead is None
    assert again.away.ahead is not None and again.away.ahead.starts_at == FRIDAY
    assert only(planned()[1], LeavePlanned).at == NOON
