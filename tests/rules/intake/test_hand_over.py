"""The one primary therapist, handed over with a session both share; the team around; what is treated."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.change import Forget, Invalid, NotFound, Outcome, Refused
from common.contracts import care
from common.contracts.care import TeamRole
from common.contracts.intake import PrimaryTherapistChanged
from common.contracts.message import Contract
from common.contracts.words import Condition, Disposition, HandOverId, LevelOfCare, SessionId, StaffId
from intake.domain import conditions, lifecycle, therapist
from intake.domain.care_team import CareTeam
from intake.domain.episode import Episode
from rules.intake.episode_cases import CARE, NOON, PROCESS, apply, asked, at_level, facts, only, opened, reminded, twice

H = HandOverId("h-1")
OLD, NEW, THIRD = StaffId("th-1"), StaffId("th-2"), StaffId("th-3")
SESSION = SessionId("s-1")
DAY = timedelta(days=1)


def planned() -> Episode:
    """In care, with a hand-over planned."""
    episode = at_level(LevelOfCare.PHP)
    return apply(episode, plan(episode))


def plan(episode: Episode, to_staff: StaffId = NEW, id: str = "h-1") -> list[Outcome]:
    """Plan a hand-over."""
    return therapist.plan(episode, HandOverId(id), to_staff, "leave", StaffId("c-1"), CARE, NOON)


def held() -> Episode:
    """After the overlap session."""
    return apply(planned(), therapist.hold_overlap(planned(), H, NOON, OLD, NOON))


def test_a_hand_over_names_who_gives_over_to_whom_and_changes_nothing_yet() -> None:
    """IN-H1"""
    outcomes = plan(at_level(LevelOfCare.PHP))
    fact = only(outcomes, care.HandOverPlanned)
    assert (fact.from_staff, fact.to_staff, planned().primary_therapist) == (OLD, NEW, OLD)
    assert asked(outcomes) == ["SendNotice"]
    assert reminded(outcomes) == {therapist.STILL_OPEN: NOON + 14 * DAY}


def test_at_most_one_hand_over_is_open_and_the_same_one_is_planned_once() -> None:
    """IN-H1"""
    assert plan(planned()) == []
    assert plan(planned(), id="h-2") == []
    with pytest.raises(Refused, match="hand-over-open"):
        plan(planned(), THIRD, "h-2")
    with pytest.raises(Invalid, match="same-therapist"):
        plan(at_level(LevelOfCare.PHP), OLD)
    with pytest.raises(Refused, match="not-in-care"):
        plan(Episode(id="p"))


def test_it_is_complete_only_after_the_overlap_session_and_once() -> None:
    """IN-H2, IN-E7"""
    with pytest.raises(Refused, match="overlap-missing"):
        therapist.complete(planned(), H, NOON)
    done = therapist.complete(held(), H, NOON)
    changed = only(done, PrimaryTherapistChanged)
    assert (changed.from_staff, changed.to_staff, changed.hand_over_id) == (OLD, NEW, H)
    assert Forget(therapist.STILL_OPEN) in done
    assert twice(lambda e: therapist.complete(e, H, NOON), held()) == []
    with pytest.raises(NotFound, match="no-such-hand-over"):
        therapist.complete(held(), HandOverId("h-9"), NOON)


def test_attendance_of_the_booked_session_is_the_overlap_however_often_it_comes() -> None:
    """IN-H2: repeated, of another session, not attended, before it was booked."""
    booked = apply(planned(), therapist.book_overlap(planned(), H, NOON, SESSION, NOON))
    assert therapist.book_overlap(booked, H, NOON, SESSION, NOON) == []
    seen = therapist.see_attendance(booked, SESSION, True, NOON, NOON)
    assert only(seen, care.OverlapSessionHeld).recorded_by is None
    assert therapist.see_attendance(apply(booked, seen), SESSION, True, NOON, NOON) == []
    assert therapist.see_attendance(booked, SESSION, False, NOON, NOON) == []
    assert therapist.see_attendance(booked, SessionId("other"), True, NOON, NOON) == []
    assert therapist.see_attendance(planned(), SESSION, True, NOON, NOON) == []
    assert therapist.book_overlap(apply(booked, seen), H, NOON + DAY, None, NOON) == []


def test_a_change_at_once_overtakes_an_open_hand_over_and_says_there_was_no_overlap() -> None:
    """IN-H3"""
    now = therapist.change_at_once(planned(), THIRD, "illness", NOON)
    assert facts(now) == ["HandOverCalledOff", "PrimaryTherapistChanged"]
    assert only(now, PrimaryTherapistChanged).hand_over_id is None
    after = apply(planned(), now)
    assert after.primary_therapist == THIRD
    for late in (therapist.hold_overlap, therapist.book_overlap):
        with pytest.raises(Refused, match="hand-over-over"):
            late(after, H, NOON, None, NOON)


def test_a_hand_over_is_called_off_once_and_a_complete_one_not_at_all() -> None:
    """IN-H3"""
    assert twice(lambda e: therapist.call_off(e, H, "stays", NOON), planned()) == []
    assert apply(planned(), therapist.call_off(planned(), H, "stays", NOON)).primary_therapist == OLD
    complete = apply(held(), therapist.complete(held(), H, NOON))
    with pytest.raises(Refused, match="hand-over-complete"):
        therapist.call_off(complete, H, "stays", NOON)
    assert facts(plan(complete, THIRD, "h-2")) == ["HandOverPlanned"]


def test_a_hand_over_open_for_long_is_told_to_both_and_one_that_is_over_is_not() -> None:
    """IN-H4: also a timer that fires late, or for another hand-over."""
    told = therapist.look_again(planned(), H, NOON + 14 * DAY)
    assert [o.command.recipient_id for o in told if hasattr(o, "command")] == [OLD, NEW]  # type: ignore[union-attr]
    complete = apply(held(), therapist.complete(held(), H, NOON))
    assert therapist.look_again(complete, H, NOON) == []
    assert therapist.look_again(planned(), "h-0", NOON) == []


def test_a_discharge_ends_an_open_hand_over() -> None:
    """IN-H1: a late completion finds none."""
    closed = apply(held(), lifecycle.close(held(), Disposition.COMPLETED, "goals", OLD, PROCESS, NOON))
    assert closed.hand_over is None
    with pytest.raises(NotFound, match="no-such-hand-over"):
        therapist.complete(closed, H, NOON)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(st.sampled_from("pbhacox"), st.integers(1, 3), st.integers(1, 3)), max_size=25))
def test_whatever_is_done_in_any_order_there_is_one_primary_therapist_at_every_instant(
    steps: list[tuple[str, int, int]],
) -> None:
    """IN-E7, IN-H1: each change begins with who was the therapist, and after a hand-over nothing else is so."""
    episode = opened()
    for what, n, m in steps:
        before = episode.primary_therapist
        outcomes = _tried(episode, what, HandOverId(f"h-{n}"), StaffId(f"th-{m}"))
        for fact in (o for o in outcomes if isinstance(o, Contract)):
            if isinstance(fact, PrimaryTherapistChanged):
                assert fact.from_staff == episode.primary_therapist != fact.to_staff
                assert fact.hand_over_id is None or (episode.hand_over and episode.hand_over.held_at)
            else:
                assert episode.after(fact).primary_therapist == episode.primary_therapist
            episode = episode.after(fact)
        assert episode.primary_therapist
        assert episode.primary_therapist == before or what in "cx"


def _tried(episode: Episode, what: str, id: HandOverId, staff: StaffId) -> list[Outcome]:
    ways: dict[str, Any] = {
        "p": lambda: plan(episode, staff, id),
        "b": lambda: therapist.book_overlap(episode, id, NOON, SESSION, NOON),
        "h": lambda: therapist.hold_overlap(episode, id, NOON, staff, NOON),
        "a": lambda: therapist.see_attendance(episode, SESSION, True, NOON, NOON),
        "c": lambda: therapist.complete(episode, id, NOON),
        "o": lambda: therapist.call_off(episode, id, "stays", NOON),
        "x": lambda: therapist.change_at_once(episode, staff, "illness", NOON),
    }
    try:
        found: list[Outcome] = ways[what]()
    except Refused:
        return []
    return found


def test_the_team_has_roles_and_who_stands_in_does_so_until_a_day() -> None:
    """IN-H5: joined twice, once; left twice, once; the last day counts."""
    team, today = CareTeam(id="p"), date(2026, 6, 1)
    (joined,) = team.join(NEW, TeamRole.COVER, date(2026, 6, 3), OLD, today, NOON)
    after = team.after(joined)  # type: ignore[arg-type]
    assert after.join(NEW, TeamRole.COVER, date(2026, 6, 3), OLD, today, NOON) == []
    assert [m.staff_id for m in after.on(date(2026, 6, 3))] == [NEW]
    assert after.on(date(2026, 6, 4)) == []
    (left,) = after.leave(NEW, TeamRole.COVER, OLD, NOON)
    assert after.after(left).leave(NEW, TeamRole.COVER, OLD, NOON) == []  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="until-missing"):
        team.join(NEW, TeamRole.COVER, None, OLD, today, NOON)
    with pytest.raises(Invalid, match="until-in-the-past"):
        team.join(NEW, TeamRole.NURSE, date(2026, 5, 31), OLD, today, NOON)


def test_a_condition_is_noted_and_set_aside_once_each() -> None:
    """IN-G6"""
    noted = conditions.note_condition(opened(), Condition.BPD, "F60.3", OLD, NOON)
    treated = apply(opened(), noted)
    assert treated.conditions == (Condition.BPD,)
    assert conditions.note_condition(treated, Condition.BPD, "F60.3", OLD, NOON) == []
    aside = conditions.set_aside(treated, Condition.BPD, "ruled-out", OLD, NOON)
    assert apply(treated, aside).conditions == ()
    assert conditions.set_aside(opened(), Condition.BPD, "ruled-out", OLD, NOON) == []
    with pytest.raises(Refused, match="not-in-care"):
        conditions.note_condition(Episode(id="p"), Condition.BPD, "F60.3", OLD, NOON)
