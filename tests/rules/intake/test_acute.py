"""Acute care elsewhere, long leaves, reopened discharges, and the way back into treatment."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from common.change import Invalid, Outcome, Refused
from common.contracts import intake as said
from common.contracts.moves import DischargeVoided, LeaveLongOverdue
from common.contracts.scheduling import ReleasePlace
from common.contracts.words import (
    Disposition,
    EpisodeId,
    LevelOfCare,
    ReferralId,
    StaffId,
    TransitionId,
    TransitionKind,
)
from intake.domain import acute, correction, leave, lifecycle, moves, signing
from intake.domain.episode import Episode, Status
from intake.domain.transition import Phase, Step
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
    proposed,
    ready,
    reminded,
    twice,
)

A, B = StaffId("a"), StaffId("b")
E, R = TransitionId("t-emergency"), TransitionId("t-return")
RES, PHP, IOP = LevelOfCare.RESIDENTIAL, LevelOfCare.PHP, LevelOfCare.IOP
ACUTE, ALUMNI, BOOSTER = LevelOfCare.EXTERNAL_ACUTE, LevelOfCare.ALUMNI, LevelOfCare.OUTPATIENT_BOOSTER
DAY = timedelta(days=1)


def sent(episode: Episode) -> Episode:
    """In acute care elsewhere since an hour before noon."""
    about = (E, "suicide-attempt", NOON - HOUR, A, CLINICIAN, PROCESS, NOON)
    return apply(episode, acute.send_to_acute(episode, *about))


def returning(episode: Episode, to_level: LevelOfCare) -> list[Outcome]:
    """What a clinician's proposal to come back at this level says."""
    about = (R, to_level, "evaluated", A, CLINICIAN, RULES, NOON + HOUR)
    return signing.propose_by_person(episode, *about)


def test_an_emergency_is_true_at_once_when_it_happened_and_keeps_the_place() -> None:
    """IN-E12, IN-E13: one signature, nothing asked for first; the level changes as of when it was true."""
    episode = at_level(PHP)
    done = acute.send_to_acute(episode, E, "suicide-attempt", NOON - HOUR, A, CLINICIAN, PROCESS, NOON)
    changed, after = only(done, said.LevelOfCareChanged), apply(episode, done)
    assert (changed.from_level, changed.to_level, changed.kind) == (PHP, ACUTE, TransitionKind.EMERGENCY)
    assert (changed.at, changed.known_at) == (NOON - HOUR, NOON)
    assert facts(done)[-1] == "TransitionCompleted"
    assert (after.level, after.kept_place, after.transition) == (ACUTE, PHP, None)
    assert reminded(done)[acute.KEPT_PLACE] == NOON + 7 * DAY
    assert acute.send_to_acute(after, R, "again", NOON, A, CLINICIAN, PROCESS, NOON) == []


def test_an_emergency_gives_back_what_was_being_prepared_and_ends_a_leave() -> None:
    """IN-E12: danger comes first; the open transition is compensated, an unsigned one goes stale."""
    after = sent(ready())
    assert after.transition is not None
    assert (after.transition.phase, after.transition.id, after.level) == (Phase.COMPENSATING, T, ACUTE)
    assert sent(proposed(PHP, IOP)).transition is None
    away = apply(at_level(PHP), leave.start_leave(at_level(PHP), NOON + DAY, A, RULES, NOON - 2 * HOUR))
    assert sent(away).status is Status.OPEN
    assert leave.notice_overdue(sent(away), NOON + 2 * DAY) == []


def test_an_emergency_is_refused_where_it_makes_no_sense() -> None:
    """IN-E12: nobody in care, an alumnus, an instant before the level began."""
    for episode, code in ((Episode(id="p"), "not-in-care"), (at_level(ALUMNI), "no-such-move")):
        with pytest.raises(Refused, match=code):
            acute.send_to_acute(episode, E, "r", NOON, A, CLINICIAN, PROCESS, NOON)
    with pytest.raises(Invalid, match="before-last-change"):
        acute.send_to_acute(at_level(PHP), E, "r", NOON - 40 * DAY, A, CLINICIAN, PROCESS, NOON)
    with pytest.raises(Refused, match="in-acute-care"):
        leave.start_leave(sent(at_level(PHP)), NOON + DAY, A, RULES, NOON)


def test_one_returns_to_the_place_that_was_kept_at_once() -> None:
    """IN-E13: no place is asked for, none is released; the history has no gap."""
    back = returning(sent(at_level(PHP)), PHP)
    after = apply(sent(at_level(PHP)), back)
    assert (after.level, after.transition, after.kept_place) == (PHP, None, None)
    assert [name for name in asked(back) if name != "SendNotice"] == ["CheckAuthorisation", "ResumeStay"]
    assert only(back, said.TransitionProposed).kind is TransitionKind.RETURN
    stays = after.history.stays()
    assert [stay.level for stay in stays] == [PHP, ACUTE, PHP]
    assert all(one.until == two.from_at for one, two in pairwise(stays))


def test_a_return_to_a_higher_level_asks_for_its_place_and_frees_the_kept_one() -> None:
    """IN-E13: the kept place is given back once the new one is confirmed."""
    episode = apply(sent(at_level(PHP)), returning(sent(at_level(PHP)), RES))
    episode = apply(episode, moves.step_done(episode, R, Step.PLACE, "g", RULES, NOON + HOUR))
    changed = moves.change_level(episode, R, PROCESS, NOON + HOUR)
    assert only(changed, ReleasePlace).level is PHP
    assert apply(episode, changed).level is RES


def test_a_return_to_a_lower_level_is_signed_like_the_step_down_it_is() -> None:
    """IN-E12, IN-S3: from residential care to the day program by way of a hospital still needs two."""
    lower = only(returning(sent(at_level(RES)), PHP), said.TransitionProposed)
    same = only(returning(sent(at_level(RES)), RES), said.TransitionProposed)
    assert (lower.signatures_needed, same.signatures_needed) == (2, 1)
    with pytest.raises(Invalid, match="no-such-move"):
        returning(sent(at_level(PHP)), BOOSTER)


def test_a_kept_place_is_given_up_after_a_while_but_not_under_a_return() -> None:
    """IN-E13: once; a repeated or late timer changes nothing."""
    away = sent(at_level(RES))
    given_up = acute.stop_keeping(away, E, NOON + 7 * DAY)
    assert (facts(given_up), only(given_up, ReleasePlace).level) == (["KeptPlaceGivenUp"], RES)
    assert twice(lambda e: acute.stop_keeping(e, E, NOON), away) == []
    waiting = apply(away, returning(away, PHP))
    assert facts(acute.stop_keeping(waiting, E, NOON)) == []
    assert acute.stop_keeping(at_level(PHP), E, NOON) == []
    ended = lifecycle.close(away, Disposition.COMPLETED, "stays-there", A, PROCESS, NOON + DAY)
    assert facts(ended) == ["KeptPlaceGivenUp", "EpisodeClosed"]


def test_hours_overdue_somebody_decides_and_software_does_not() -> None:
    """IN-E10: an hour after the return was due it is told, after four a person decides."""
    due = NOON + DAY
    started = leave.start_leave(at_level(PHP), due, A, RULES, NOON)
    away = apply(at_level(PHP), started)
    assert reminded(started) == {"leave-overdue": due + HOUR, "leave-long-overdue": due + 4 * HOUR}
    told = leave.call_for_decision(away, due + 4 * HOUR)
    assert only(told, LeaveLongOverdue).return_due_at == due
    assert apply(away, told).status is Status.ON_LEAVE
    assert leave.call_for_decision(at_level(PHP), due) == []


def closed_in_error() -> Episode:
    """Discharged at noon, by mistake."""
    episode = at_level(PHP)
    return apply(episode, lifecycle.close(episode, Disposition.COMPLETED, "goals-met", A, PROCESS, NOON))


def test_a_discharge_entered_in_error_never_was() -> None:
    """IN-E14: the level goes on since it began; the place is asked for again; follow-up stops; once."""
    reopened = correction.reopen(closed_in_error(), R, "wrong-person", A, CLINICIAN, RULES, NOON + HOUR)
    after = apply(closed_in_error(), reopened)
    voided = only(reopened, DischargeVoided)
    assert (voided.level, voided.ended_at, voided.voided_by) == (PHP, NOON, A)
    assert (after.status, after.level, after.closed_at) == (Status.OPEN, PHP, None)
    assert after.level_since == at_level(PHP).level_since
    assert asked(reopened) == ["HoldPlace"]
    assert [stay.level for stay in after.history.stays()] == [PHP]
    assert after.history.at(NOON + HOUR / 2, known_at=NOON + HOUR / 2) is LevelOfCare.CLOSED
    assert correction.reopen(after, TransitionId("x"), "again", A, CLINICIAN, RULES, NOON + HOUR) == []
    assert lifecycle.follow_up(after, "contact-72h", NOON + 3 * DAY) == []


def test_a_reopening_regains_its_place_and_changes_no_level() -> None:
    """IN-E14: confirmed, it is over; full, it waits with a reason while the level is active."""
    reopened = correction.reopen(closed_in_error(), R, "error", A, CLINICIAN, RULES, NOON + HOUR)
    episode = apply(closed_in_error(), reopened)
    full = apply(episode, moves.hold(episode, R, PROCESS, NOON + HOUR))
    assert "held-too-long" not in reminded(moves.hold(episode, R, PROCESS, NOON + HOUR))
    with pytest.raises(Refused, match="cannot-cancel"):
        moves.cancel(full, R, "r", PROCESS, NOON + HOUR)
    for waiting in (episode, full):
        assert waiting.level is PHP
        held = apply(waiting, moves.step_done(waiting, R, Step.PLACE, "g", RULES, NOON + HOUR))
        over = moves.change_level(held, R, PROCESS, NOON + HOUR)
        assert facts(over) == ["TransitionStepDone", "TransitionCompleted"]
        assert (apply(held, over).level, apply(held, over).transition) == (PHP, None)


def test_only_a_discharge_is_reopened() -> None:
    """IN-E14: somebody in care, a stranger, and somebody whose old transition is still being given back."""
    for episode in (at_level(PHP), Episode(id="p")):
        with pytest.raises(Refused, match="not-discharged"):
            correction.reopen(episode, R, "r", A, CLINICIAN, RULES, NOON)
    stopping = apply(ready(), lifecycle.close(ready(), Disposition.COMPLETED, "r", A, PROCESS, NOON))
    with pytest.raises(Refused, match="transition-open"):
        correction.reopen(stopping, R, "r", A, CLINICIAN, RULES, NOON)


def opening(episode: Episode, id: str = "e-2") -> list[Outcome]:
    """What a new referral's acceptance says."""
    about = (EpisodeId(id), ReferralId("r-2"), B, (), (), NOON + HOUR, A)
    return lifecycle.open_episode(episode, *about)


def test_a_new_episode_is_linked_to_the_one_before() -> None:
    """IN-E11: outside the readmission window, and from alumni, treatment begins with a new episode."""
    outside = opening(closed_in_error())
    assert only(outside, said.EpisodeOpened).previous_episode_id == "e-1"
    alumnus = opening(at_level(ALUMNI))
    assert facts(alumnus) == ["EpisodeClosed", "EpisodeOpened"]
    ended = only(alumnus, said.EpisodeClosed)
    assert (ended.from_level, ended.decided_by, ended.reason) == (ALUMNI, A, "new-episode")
    after = apply(at_level(ALUMNI), alumnus)
    assert (after.status, after.level, after.episode_id) == (Status.OPEN, None, "e-2")
    stopping = apply(ready(), lifecycle.close(ready(), Disposition.COMPLETED, "r", A, PROCESS, NOON))
    with pytest.raises(Refused, match="transition-open"):
        opening(stopping)


def test_completion_is_followed_up_like_every_ending() -> None:
    """IN-E6: who goes on to alumni is contacted too."""
    about = (T, ALUMNI, "goals-met", A, CLINICIAN, RULES, NOON)
    episode = apply(at_level(BOOSTER), signing.propose_by_person(at_level(BOOSTER), *about))
    for step in (Step.PLACE, Step.FAMILY, Step.SKILLS):
        episode = apply(episode, moves.step_done(episode, T, step, "", RULES, NOON))
    midnight = moves.next_midnight(NOON, RULES.zone)
    episode = apply(episode, moves.take_effect(episode, T, RULES, midnight))
    done = moves.change_level(episode, T, PROCESS, midnight)
    assert reminded(done)["follow-up-contact-72h"] == midnight + 72 * HOUR
    assert facts(lifecycle.follow_up(apply(episode, done), "contact-72h", midnight + 72 * HOUR)) == ["FollowUpDue"]


def test_a_discharge_may_be_entered_late_and_some_need_outreach_first() -> None:
    """IN-E2, IN-E15: when it was true is told; nobody lost is given up without having been looked for."""
    late = lifecycle.close(at_level(PHP), Disposition.AGAINST_ADVICE, "left", A, PROCESS, NOON, NOON - 2 * DAY)
    fact = only(late, said.EpisodeClosed)
    assert (fact.at, fact.known_at) == (NOON - 2 * DAY, NOON)
    assert reminded(late)["follow-up-visit-7d"] == NOON + 5 * DAY
    administrative = (Disposition.ADMINISTRATIVE, "lost-contact", A, PROCESS, NOON, NOON)
    with pytest.raises(Invalid, match="outreach-missing"):
        lifecycle.close(at_level(PHP), *administrative)
    tried = (date(2026, 5, 30), date(2026, 5, 31))
    assert only(lifecycle.close(at_level(PHP), *administrative, tried), said.EpisodeClosed).outreach_on == tried
    with pytest.raises(Invalid, match="in-the-future"):
        lifecycle.close(at_level(PHP), *administrative, (date(2026, 7, 1),))
    with pytest.raises(Invalid, match="before-last-change"):
        lifecycle.close(at_level(PHP), Disposition.COMPLETED, "r", A, PROCESS, NOON, NOON - 40 * DAY)


def test_from_the_booster_one_goes_up_to_any_level_and_to_residential_care_with_two() -> None:
    """IN-T1, IN-S3: the table of facts 2.5."""
    needed = {
        level: only(
            signing.propose_by_person(at_level(BOOSTER), T, level, "worse", A, CLINICIAN, RULES, NOON),
            said.TransitionProposed,
        ).signatures_needed
        for level in (IOP, PHP, RES)
    }
    assert needed == {IOP: 1, PHP: 1, RES: 2}
