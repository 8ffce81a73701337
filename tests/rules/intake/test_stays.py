"""Stays follow a level: checked as it takes effect, paused while a place is kept, moved when corrected."""

from datetime import timedelta

import pytest

from common.change import Ask, Outcome
from common.contracts import coverage as said
from common.contracts.words import LevelOfCare, StaffId, TransitionId
from intake.domain import acute, authorisations, correction, moves, signing
from intake.domain.coverage import Coverage
from rules.intake.episode_cases import CLINICIAN, HOUR, MIDNIGHT, NOON, PROCESS, RULES, T, at_level, confirming, ready
from rules.intake.episode_cases import apply as apply_to_episode
from rules.intake.test_coverage import BY, PHP, RESIDENTIAL, TODAY, apply, authorised, noon, record, staying

DAY = timedelta(days=1)
IOP = LevelOfCare.IOP
A = StaffId("a")


def commands(outcomes: list[Outcome]) -> list[said.StayCommand]:
    """What intake asks itself."""
    return [one.command for one in outcomes if isinstance(one, Ask) and isinstance(one.command, said.StayCommand)]


def checked(coverage: Coverage, transition: str = "t", level: LevelOfCare = PHP) -> list[Outcome]:
    """A transition to a level takes effect today."""
    return authorisations.check(coverage, level, TransitionId(transition), RULES, NOON)


def answers(outcomes: list[Outcome]) -> list[tuple[str, str | None]]:
    """How it stands, and which."""
    return [(one.answer, one.authorisation_id) for one in outcomes if isinstance(one, said.AuthorisationChecked)]


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        ({}, "in-force"),
        ({"units": 0}, "used-up"),
        ({"from_on": TODAY - 9 * DAY, "through_on": TODAY - DAY}, "lapsed"),
        ({"from_on": TODAY + DAY}, "to-come"),
    ],
)
def test_how_the_authorisation_stands_is_recorded_as_the_level_takes_effect(
    told: dict[str, object], answer: str
) -> None:
    """IN-A7: recorded once for a transition; a step down waits for no payer."""
    coverage = authorised(**told)
    outcomes = checked(coverage)

    assert answers(outcomes) == [(answer, "a")]
    assert checked(apply(coverage, outcomes)) == []
    assert answers(checked(apply(coverage, outcomes), "t-2")) == [(answer, "a")]


def test_nothing_on_file_and_a_better_one_of_two_are_named() -> None:
    """IN-A7: withdrawn ones are known too; at levels that nobody authorises nothing is said."""
    both = apply(authorised(units=0), record(authorised(units=0), "b"))
    gone = apply(
        authorised(),
        authorisations.withdraw(authorised(), next(iter(authorised().authorisations)), "r", BY, RULES, NOON),
    )

    assert answers(checked(staying())) == [("none-on-file", None)]
    assert answers(checked(both)) == [("in-force", "b")]
    assert answers(checked(gone)) == [("withdrawn", "a")]
    assert checked(authorised(), level=LevelOfCare.ALUMNI) == []


def test_a_transition_asks_at_its_instant_and_goes_on() -> None:
    """IN-A7: beside the destination's confirmation, and in nobody's way."""
    due = moves.take_effect(ready(), T, RULES, MIDNIGHT)

    assert [(type(one).__name__, one.level) for one in commands(due)] == [("CheckAuthorisation", IOP)]
    assert moves.take_effect(confirming(), T, RULES, MIDNIGHT) == []


def test_a_kept_place_uses_no_units_and_counts_again_after_the_return() -> None:
    """IN-A8: elsewhere since yesterday, back the day after tomorrow; asked for with the act, said twice once."""
    sent = acute.send_to_acute(at_level(RESIDENTIAL), TransitionId("e"), "r", NOON - DAY, A, CLINICIAN, PROCESS, NOON)
    (pause,) = commands(sent)
    assert isinstance(pause, said.PauseStay)
    assert (pause.level, pause.from_at) == (RESIDENTIAL, NOON - DAY)
    away = apply_to_episode(at_level(RESIDENTIAL), sent)
    about = (TransitionId("r"), RESIDENTIAL, "evaluated", A, CLINICIAN, RULES, NOON + 2 * DAY)
    (resume, _) = commands(signing.propose_by_person(away, *about))[::-1]
    assert isinstance(resume, said.ResumeStay)
    assert resume.from_at == NOON + 2 * DAY

    there = apply(
        Coverage(id="p"), authorisations.begin_stay(Coverage(id="p"), RESIDENTIAL, NOON - 5 * DAY, RULES, NOON)
    )
    paused = authorisations.end_stay(there, RESIDENTIAL, pause.from_at, RULES, NOON)
    assert authorisations.end_stay(apply(there, paused), RESIDENTIAL, pause.from_at, RULES, NOON) == []
    back = apply(
        apply(there, paused), authorisations.begin_stay(apply(there, paused), RESIDENTIAL, resume.from_at, RULES, NOON)
    )
    nights = back.units_of(RESIDENTIAL, TODAY + 3 * DAY)
    assert nights == [TODAY + n * DAY for n in (-5, -4, -3, -2, 2)]


def test_without_a_kept_place_there_is_nothing_to_pause() -> None:
    """IN-A8: a level without places of ours, and a return to another place than the one kept."""
    sent = acute.send_to_acute(at_level(PHP), TransitionId("e"), "r", NOON, A, CLINICIAN, PROCESS, NOON)
    elsewhere = signing.propose_by_person(
        apply_to_episode(at_level(PHP), sent), TransitionId("r"), RESIDENTIAL, "r", A, CLINICIAN, RULES, NOON
    )

    assert commands(elsewhere) == []
    assert (
        commands(acute.send_to_acute(apply_to_episode(at_level(PHP), sent), T, "r", NOON, A, CLINICIAN, PROCESS, NOON))
        == []
    )


def test_a_corrected_change_moves_the_stay_it_began_and_the_one_it_ended() -> None:
    """IN-A9: said by the correction; nights and sessions are judged anew; the same again is nothing."""
    episode = apply_to_episode(confirming(), moves.change_level(confirming(), T, PROCESS, MIDNIGHT))
    episode = apply_to_episode(episode, moves.complete(episode, T, MIDNIGHT))
    fixed = correction.correct(episode, T, MIDNIGHT + DAY, "a-day-later", A, RULES, MIDNIGHT + 2 * DAY)
    (move,) = commands(fixed)
    assert isinstance(move, said.MoveStay)
    assert (move.from_level, move.level, move.was_at, move.from_at) == (PHP, IOP, MIDNIGHT, MIDNIGHT + DAY)

    two = apply(staying(), authorisations.end_stay(staying(), PHP, MIDNIGHT, RULES, MIDNIGHT))
    two = apply(two, authorisations.begin_stay(two, IOP, MIDNIGHT, RULES, MIDNIGHT))
    about = ((move.from_level, move.level), move.was_at, move.from_at, RULES, noon(TODAY + 3 * DAY))
    moved = apply(two, authorisations.move_stay(two, *about))
    assert [(s.level, s.from_on, s.until_on) for s in moved.stays] == [
        (PHP, TODAY, TODAY + 2 * DAY),
        (IOP, TODAY + 2 * DAY, None),
    ]
    assert authorisations.move_stay(moved, *about) == []
    assert authorisations.move_stay(Coverage(id="p"), *about) == []
    same_day = ((PHP, IOP), MIDNIGHT, MIDNIGHT + HOUR, RULES, NOON)
    assert authorisations.move_stay(two, *same_day) == []
