"""Opening, leave, ending, return: the acts of named people, each once."""

from datetime import timedelta

import pytest

from common.change import Invalid, Refused
from common.contracts import intake as said
from common.contracts.words import Disposition, EpisodeId, Instrument, LevelOfCare, ReferralId, StaffId, TransitionKind
from intake.domain import leave, lifecycle, therapist
from intake.domain.episode import Episode, Status
from rules.intake.episode_cases import (
    CLINICIAN,
    HOUR,
    NOON,
    PROCESS,
    RULES,
    T,
    apply,
    asked,
    at_level,
    facts,
    only,
    opened,
    reminded,
    twice,
)

A = StaffId("a")
PHP = LevelOfCare.PHP


def closed() -> Episode:
    """Left against advice at noon."""
    episode = at_level(PHP)
    return apply(episode, lifecycle.close(episode, Disposition.AGAINST_ADVICE, "left", A, PROCESS, NOON))


def test_an_episode_opens_once_with_a_therapist_and_not_beside_another() -> None:
    """IN-E1"""
    episode = opened()
    same = (EpisodeId("e-1"), ReferralId("r-1"), A, (), (), NOON)
    assert episode.primary_therapist == "th-1"
    assert lifecycle.open_episode(episode, *same) == []
    with pytest.raises(Refused, match="episode-open"):
        lifecycle.open_episode(episode, EpisodeId("e-2"), ReferralId("r-2"), A, (), (), NOON)


def test_only_a_score_young_enough_becomes_the_baseline() -> None:
    """IN-E8: ninety days old still counts, a microsecond older does not, decades certainly not."""
    ninety = NOON - timedelta(days=90)
    today, edge, over, long_ago = (
        said.BaselineScore(instrument=Instrument.PHQ9, score=12, administered_at=when)
        for when in (NOON, ninety, ninety - timedelta(microseconds=1), NOON.replace(year=1994))
    )
    assert lifecycle.young_enough((long_ago, today, over, edge), PROCESS, NOON) == (today, edge)
    assert lifecycle.young_enough((long_ago,), PROCESS, NOON) == ()


def test_the_age_of_a_score_is_counted_in_real_hours_when_clocks_change() -> None:
    """IN-E8: in spring an hour of the program's clock is missing; the score is no older for it."""
    opening = NOON.astimezone(RULES.zone)
    edge = said.BaselineScore(
        instrument=Instrument.PHQ9, score=12, administered_at=(NOON - timedelta(days=90)).astimezone(RULES.zone)
    )
    assert lifecycle.young_enough((edge,), PROCESS, opening) == (edge,)


def test_admission_asks_for_a_place_and_sets_the_daily_review() -> None:
    """IN-E1, IN-V3: the admission is a transition like any other, signed by who decides it."""
    admitted = lifecycle.admit(opened(), T, PHP, A, CLINICIAN, RULES, NOON)
    assert facts(admitted) == ["TransitionProposed", "TransitionSigned", "TransitionApproved"]
    assert asked(admitted) == ["HoldPlace"]
    assert reminded(admitted)["review"] == NOON + 23 * HOUR
    with pytest.raises(Invalid, match="no-such-move"):
        lifecycle.admit(opened(), T, LevelOfCare.ALUMNI, A, CLINICIAN, RULES, NOON)
    with pytest.raises(Refused, match="episode-open"):
        lifecycle.admit(at_level(PHP), T, PHP, A, CLINICIAN, RULES, NOON)


def test_leave_keeps_the_level_and_ends_once() -> None:
    """IN-E3"""
    back_at = NOON + timedelta(days=2)
    episode = apply(at_level(PHP), leave.start_leave(at_level(PHP), back_at, A, RULES, NOON))
    assert (episode.status, episode.level) == (Status.ON_LEAVE, PHP)
    assert facts(leave.return_from_leave(episode, RULES, back_at)) == ["LeaveReturned"]
    assert twice(lambda e: leave.return_from_leave(e, RULES, back_at), episode) == []
    with pytest.raises(Refused, match="on-leave"):
        leave.start_leave(episode, back_at, A, RULES, NOON)
    with pytest.raises(Invalid, match="return-in-the-past"):
        leave.start_leave(at_level(PHP), NOON, A, RULES, NOON)


def test_an_overdue_leave_is_told_and_decides_nothing() -> None:
    """IN-E4"""
    back_at = NOON + timedelta(days=2)
    started = leave.start_leave(at_level(PHP), back_at, A, RULES, NOON)
    episode = apply(at_level(PHP), started)
    overdue = leave.notice_overdue(episode, back_at + HOUR)
    assert reminded(started)["leave-overdue"] == back_at + HOUR
    assert facts(overdue) == ["LeaveOverdue"]
    assert asked(overdue) == ["SendNotice"]
    assert apply(episode, overdue).status is Status.ON_LEAVE
    assert leave.notice_overdue(at_level(PHP), back_at) == []


def test_a_discharge_names_level_person_and_reason_and_happens_once() -> None:
    """IN-E2"""
    done = lifecycle.close(at_level(PHP), Disposition.COMPLETED, "goals-met", A, PROCESS, NOON)
    fact = only(done, said.EpisodeClosed)
    assert (fact.from_level, fact.decided_by, fact.reason) == (PHP, A, "goals-met")
    assert lifecycle.close(closed(), Disposition.COMPLETED, "again", A, PROCESS, NOON) == []
    with pytest.raises(Refused, match="not-in-care"):
        lifecycle.close(opened(), Disposition.COMPLETED, "r", A, PROCESS, NOON)
    with pytest.raises(Invalid, match="reason-missing"):
        lifecycle.close(at_level(PHP), Disposition.COMPLETED, "", A, PROCESS, NOON)


def test_who_left_against_advice_is_followed_up_like_everybody() -> None:
    """IN-E6"""
    due = lifecycle.follow_up(closed(), "contact-72h", NOON + 72 * HOUR)
    assert facts(due) == ["FollowUpDue"]
    assert asked(due) == ["SendNotice"]
    assert lifecycle.follow_up(at_level(PHP), "contact-72h", NOON) == []


def test_readmission_is_for_the_discharged_and_within_the_window() -> None:
    """IN-E5"""
    inside, outside = NOON + timedelta(days=30), NOON + timedelta(days=30, hours=1)
    back = lifecycle.readmit(closed(), T, PHP, A, CLINICIAN, RULES, inside)
    proposal = only(back, said.TransitionProposed)
    assert (proposal.kind, proposal.episode_id) == (TransitionKind.READMISSION, EpisodeId("e-1"))
    with pytest.raises(Refused, match="readmission-window-over"):
        lifecycle.readmit(closed(), T, PHP, A, CLINICIAN, RULES, outside)
    with pytest.raises(Refused, match="not-discharged"):
        lifecycle.readmit(at_level(PHP), T, PHP, A, CLINICIAN, RULES, NOON)


def test_the_primary_therapist_changes_with_a_reason_and_once() -> None:
    """IN-E7"""
    episode = at_level(PHP)
    moved = therapist.change_at_once(episode, A, "leave-of-absence", NOON)
    assert apply(episode, moved).primary_therapist == A
    assert twice(lambda e: therapist.change_at_once(e, A, "r", NOON), episode) == []
    with pytest.raises(Invalid, match="reason-missing"):
        therapist.change_at_once(episode, A, "", NOON)
