"""Both truths: when it was true, and when it was known; and moves that take moves back."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from common.change import Invalid, NotFound, Outcome, Refused
from common.contracts import intake as said
from common.contracts.moves import LevelOfCareCorrected
from common.contracts.words import Disposition, LevelOfCare, StaffId, TransitionId, TransitionKind
from intake.domain import acute, correction, lifecycle, moves
from intake.domain.episode import Episode
from intake.domain.history import History, Turn
from intake.domain.program_days import midnight
from intake.domain.transition import Step
from rules.intake.episode_cases import (
    CLINICIAN,
    HOUR,
    MIDNIGHT,
    NOON,
    PROCESS,
    RULES,
    T,
    apply,
    at_level,
    confirming,
    facts,
    only,
    ready,
    reminded,
    twice,
)

A = StaffId("a")
U = TransitionId("t-undo")
PHP, IOP, RES = LevelOfCare.PHP, LevelOfCare.IOP, LevelOfCare.RESIDENTIAL
DAY = timedelta(days=1)
LATER = MIDNIGHT + 5 * DAY + 12 * HOUR
ADMITTED = TransitionId("t-0")


def stepped_down() -> Episode:
    """From PHP to IOP at the midnight after noon, completed."""
    episode = apply(confirming(), moves.change_level(confirming(), T, PROCESS, MIDNIGHT))
    return apply(episode, moves.complete(episode, T, MIDNIGHT))


def corrected(episode: Episode, to: datetime, at: datetime = LATER) -> list[Outcome]:
    """What a correction of the step down says."""
    return correction.correct(episode, T, to, "entered-late", A, RULES, at)


def test_a_late_correction_keeps_both_truths() -> None:
    """IN-T11: the level began two days later than said; what was known before stays answerable."""
    when = MIDNIGHT + 2 * DAY
    told = corrected(stepped_down(), when)
    after = apply(stepped_down(), told)
    fact = only(told, LevelOfCareCorrected)
    assert (fact.at, fact.was_at, fact.known_at, fact.corrected_by) == (when, MIDNIGHT, LATER, A)
    assert (fact.from_level, fact.level, fact.current) == (PHP, IOP, True)
    assert (after.level_since, after.stepped_down_at) == (when, when)
    between = MIDNIGHT + DAY
    assert after.history.at(between) is PHP
    assert after.history.at(between, known_at=LATER - HOUR) is IOP
    assert after.history.stays()[-1].from_at == when
    assert after.history.stays(known_at=LATER - HOUR)[-1].from_at == MIDNIGHT


def test_a_correction_said_twice_happens_once() -> None:
    """IN-T11: repeated; and back again is another correction, not a repetition."""
    when = MIDNIGHT + 2 * DAY
    assert twice(lambda e: correction.correct(e, T, when, "r", A, RULES, LATER), stepped_down()) == []
    after = apply(stepped_down(), corrected(stepped_down(), when))
    again = correction.correct(after, T, MIDNIGHT, "r", A, RULES, LATER + HOUR)
    assert only(again, LevelOfCareCorrected).was_at == when
    assert apply(after, again).level_since == MIDNIGHT


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (MIDNIGHT + 6 * DAY, "in-the-future"),
        (MIDNIGHT - 40 * DAY, "outside-its-neighbours"),
        (MIDNIGHT + HOUR, "not-at-midnight"),
        (MIDNIGHT - 400 * DAY, "too-long-ago"),
    ],
)
def test_an_impossible_correction_changes_nothing(to: datetime, code: str) -> None:
    """IN-T11: not ahead, not past its neighbours, not in the middle of a date."""
    with pytest.raises(Invalid, match=code):
        corrected(stepped_down(), to)


def test_a_correction_never_overtakes_what_is_about_to_take_effect() -> None:
    """IN-T11: the open transition is at its effective instant; its level would begin before the corrected one."""
    late = MIDNIGHT + HOUR
    with pytest.raises(Refused, match="transition-open"):
        correction.correct(confirming(), ADMITTED, MIDNIGHT + HOUR / 2, "r", A, RULES, late)
    with pytest.raises(NotFound, match="no-such-level-change"):
        correction.correct(ready(), T, MIDNIGHT, "r", A, RULES, late)


def test_the_instant_of_an_ending_is_corrected_with_its_follow_up() -> None:
    """IN-T11, IN-E6: contacts count from when it was true; those whose time is over are not set again."""
    episode = apply(at_level(PHP), lifecycle.close(at_level(PHP), Disposition.COMPLETED, "r", A, PROCESS, NOON))
    told = correction.correct(episode, None, NOON - 5 * DAY, "left-earlier", A, RULES, NOON + HOUR)
    assert apply(episode, told).closed_at == NOON - 5 * DAY
    assert set(reminded(told)) == {"follow-up-visit-7d", "follow-up-contact-30d", "follow-up-contact-90d"}
    with pytest.raises(NotFound):
        correction.correct(at_level(PHP), None, NOON, "r", A, RULES, NOON + HOUR)


def undone(episode: Episode, at: datetime = LATER) -> list[Outcome]:
    """What taking the step down back says."""
    return correction.undo(episode, T, U, A, CLINICIAN, RULES, at)


def test_a_completed_change_is_taken_back_by_a_move_that_names_it() -> None:
    """IN-T12: at once, one signature on the way up; nothing is deleted, the history has both."""
    back = undone(stepped_down())
    proposal = only(back, said.TransitionProposed)
    assert (proposal.to_level, proposal.undoes, proposal.reason) == (PHP, T, "undo")
    assert only(back, said.TransitionApproved).effective_at == LATER
    episode = apply(stepped_down(), back)
    for step in (Step.PLACE, Step.FAMILY, Step.SKILLS):
        episode = apply(episode, moves.step_done(episode, U, step, "", RULES, LATER))
    changed = moves.change_level(episode, U, PROCESS, LATER)
    assert only(changed, said.LevelOfCareChanged).undoes == T
    after = apply(episode, changed)
    assert [stay.level for stay in after.history.stays()] == [PHP, IOP, PHP]
    assert (after.stepped_down_at, after.stepped_up_at) == (None, None)
    over = apply(after, moves.complete(after, U, LATER))
    assert correction.undo(over, T, TransitionId("x"), A, CLINICIAN, RULES, LATER) == []


def test_taking_back_said_twice_is_one_move() -> None:
    """IN-T12: repeated while it is under way."""
    assert twice(lambda e: correction.undo(e, T, U, A, CLINICIAN, RULES, LATER), stepped_down()) == []


def test_a_step_up_taken_back_does_not_wait_for_midnight() -> None:
    """IN-T12: an error of five minutes should not fill a date."""
    episode = at_level(IOP)
    up = Turn(key="t-up", episode_id=episode.episode_id, level=PHP, kind="STEP_UP", at=NOON, known_at=NOON)
    episode = episode.model_copy(update={"level": PHP, "level_since": NOON, "history": episode.history.knowing(up)})
    back = correction.undo(episode, TransitionId("t-up"), U, A, CLINICIAN, RULES, NOON + HOUR)
    assert only(back, said.TransitionProposed).kind is TransitionKind.STEP_DOWN
    assert only(back, said.TransitionApproved).effective_at == NOON + HOUR


def test_only_the_last_move_into_a_level_is_taken_back() -> None:
    """IN-T12: not an admission, not one after which the level changed again, not one nobody knows."""
    with pytest.raises(Refused, match="cannot-undo"):
        correction.undo(at_level(PHP), ADMITTED, U, A, CLINICIAN, RULES, LATER)
    with pytest.raises(Refused, match="not-the-last-move"):
        correction.undo(stepped_down(), ADMITTED, U, A, CLINICIAN, RULES, LATER)
    with pytest.raises(NotFound, match="no-such-level-change"):
        correction.undo(stepped_down(), U, TransitionId("x"), A, CLINICIAN, RULES, LATER)
    ended = apply(stepped_down(), lifecycle.close(stepped_down(), Disposition.COMPLETED, "r", A, PROCESS, LATER))
    ending = TransitionId(ended.history.turns[-1].key)
    with pytest.raises(Refused, match="cannot-undo"):
        correction.undo(ended, ending, U, A, CLINICIAN, RULES, LATER)
    with pytest.raises(Refused, match="cannot-cancel"):
        moves.cancel(stepped_down(), T, "r", PROCESS, LATER)


def test_an_emergency_entered_in_error_is_taken_back_to_the_kept_place() -> None:
    """IN-T12, IN-E13: no place was given back, so none is asked for."""
    sent = acute.send_to_acute(at_level(PHP), T, "wrong-person", NOON, A, CLINICIAN, PROCESS, NOON + HOUR)
    episode = apply(at_level(PHP), sent)
    back = correction.undo(episode, T, U, A, CLINICIAN, RULES, NOON + 2 * HOUR)
    assert facts(back)[-1] == "TransitionCompleted"
    assert apply(episode, back).level is PHP


ZONE = ZoneInfo("America/New_York")
LEVELS = tuple(LevelOfCare)
HOURS = some.integers(min_value=0, max_value=24 * 30)
TURNS = some.lists(some.tuples(HOURS, some.sampled_from(LEVELS), some.integers(0, 5), some.booleans()), max_size=12)


@given(turns=TURNS, known=HOURS)
@settings(max_examples=200, deadline=None)
def test_whatever_was_said_no_instant_and_no_date_has_two_levels(
    turns: list[tuple[int, LevelOfCare, int, bool]], known: int
) -> None:
    """IN-E9: by construction; corrected, voided, in any order, as known at any instant, across a clock change."""
    history, start = History(), datetime(2026, 10, 20, tzinfo=UTC)
    for number, (hours, level, key, void) in enumerate(turns):
        about = {"key": str(key), "episode_id": None, "level": level, "kind": "STEP_DOWN", "void": void}
        at, known_at = start + timedelta(hours=hours), start + timedelta(hours=number)
        history = history.knowing(Turn.model_validate({**about, "at": at, "known_at": known_at}))
    known_at = start + timedelta(hours=known)
    stays = history.stays(known_at)
    assert all(one.until == two.from_at for one, two in pairwise(stays))
    assert all(stay.until is None for stay in stays[-1:])
    assert all(turn.known_at <= known_at for turn in history.known(known_at))
    for day in range(1, 31):
        on = history.on(date(2026, 10, 20) + timedelta(days=day), ZONE, known_at)
        begin = midnight(date(2026, 10, 20) + timedelta(days=day), ZONE)
        assert on is not None or history.at(begin, known_at) is None


def test_the_date_of_a_move_belongs_to_one_level() -> None:
    """IN-E9: a step down takes whole dates, a step up the date it falls on, an emergency only what is left."""
    history = stepped_down().history
    assert history.on(date(2026, 6, 1), ZONE) is PHP
    assert history.on(date(2026, 6, 2), ZONE) is IOP
    up = Turn(key="up", episode_id=None, level=RES, kind="STEP_UP", at=LATER, known_at=LATER)
    out = up.model_copy(update={"key": "out", "level": LevelOfCare.EXTERNAL_ACUTE, "at": LATER + HOUR})
    assert history.knowing(up).on(LATER.astimezone(ZONE).date(), ZONE) is RES
    assert history.knowing(up).knowing(out).on(LATER.astimezone(ZONE).date(), ZONE) is RES
    assert history.knowing(out).on(LATER.astimezone(ZONE).date() + DAY, ZONE) is LevelOfCare.EXTERNAL_ACUTE
