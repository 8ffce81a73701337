"""What a day brings."""

from datetime import date, timedelta
from random import Random

import pytest

from common.contracts.words import Instrument, LevelOfCare
from rules.cohort.people_of import person
from throughline.cohort.api import Post
from throughline.cohort.evidence import LESSONS, morning, next_workday, score, together

MONDAY = date(2026, 11, 23)


def what(acts: list[Post]) -> list[str]:
    """The last part of each path."""
    return [act.path.rsplit("/", 1)[-1] for act in acts]


@pytest.mark.parametrize(("days", "ahead"), [(0, 1), (4, 3), (5, 2), (6, 1)])
def test_the_next_workday_skips_the_weekend(days: int, ahead: int) -> None:
    """Policy 1.0, gate G10 counts business days."""
    today = MONDAY + timedelta(days=days)

    assert next_workday(today) == today + timedelta(days=ahead)


def test_nobody_on_leave_discharged_or_among_the_alumni_has_a_day() -> None:
    """Evidence is only posted for people who are there."""
    gone = [person(status="on-leave"), person(status="closed"), person(LevelOfCare.ALUMNI), person(status="none")]

    assert [morning(one, MONDAY, Random(1)) for one in gone] == [[]] * 4


def test_an_ordinary_day_is_a_diary_card_and_the_first_one_also_measures_and_a_screen() -> None:
    """Measures and a screen come weekly; everybody's seldom ones on the first morning."""
    first = what(morning(person(), MONDAY, Random(1)))

    assert what(morning(person(mornings=2, all_mornings=2), MONDAY, Random(1))) == ["diary-cards"]
    assert first == ["measures"] * 4 + ["diary-cards", "suicide-screens"]


def test_the_day_a_team_prepares_brings_everything_a_step_down_asks_for() -> None:
    """Policy 1.0, gates G2, G8, G10, G11, G12."""
    ready = person(mornings=7, all_mornings=7)
    acts = morning(ready, MONDAY, Random(1))

    expected = {"safety-plan-reviews", "alternative-support-plan", "first-appointments", "suicide-screens", "measures"}
    assert expected <= set(what(acts))
    assert next(act for act in acts if act.path.endswith("first-appointments")).body["level"] == "PHP"


def test_the_days_after_only_the_appointment_and_the_screen_are_renewed() -> None:
    """What was prepared once stands; the appointment must lie ahead each day (G10), the screen be recent (G3)."""
    ready = person(mornings=8, all_mornings=8, notes={"prepared": "RESIDENTIAL"})

    assert what(morning(ready, MONDAY, Random(1))) == ["diary-cards", "suicide-screens", "first-appointments"]


def test_nothing_is_prepared_once_a_transition_is_under_way() -> None:
    """After approval the gates are not asked any more."""
    held = person(mornings=9, all_mornings=9, transition={"phase": "held"})

    assert what(morning(held, MONDAY, Random(1))) == ["diary-cards"]


def test_scores_begin_where_the_referral_ended_and_fall_to_where_the_policy_sees_no_rise() -> None:
    """Scores start from the baseline of the referral; the end is never a reliable rise above the first (6 points)."""
    first, last = 1.0, 23.0
    begins = score(person(phq9=(first, last)), Instrument.PHQ9, Random(3))
    ends = score(person(phq9=(first, last), all_mornings=7), Instrument.PHQ9, Random(3))

    assert last <= begins <= last + 1
    assert ends < first + 6


def test_who_gets_worse_rises_reliably_and_never_above_the_instrument() -> None:
    """The case step-up: PHQ-9 rises by 6 or more (policy 1.0, reliable change)."""
    better = person(LevelOfCare.IOP, phq9=(12.0, 12.0), all_mornings=20)
    worse = person(LevelOfCare.IOP, phq9=(12.0, 12.0), all_mornings=20, stage="worse")
    rise = score(worse, Instrument.PHQ9, Random(1)) - score(better, Instrument.PHQ9, Random(1))

    assert rise >= 6
    assert score(person(phq9=(27.0, 27.0), stage="worse"), Instrument.PHQ9, Random(1)) == 27


def test_a_level_meets_once_a_day_with_everybody_who_is_there() -> None:
    """One roster and one lesson a level, on its own weekdays."""
    people = [person(), person(status="on-leave"), person(LevelOfCare.IOP)]

    monday, tuesday = (together(people, MONDAY + timedelta(days=n), n, Random(1)) for n in (0, 1))
    assert [act.body["level"] for act in monday if "attended" in act.body] == ["RESIDENTIAL", "IOP"]
    assert [act.body["level"] for act in tuesday if "attended" in act.body] == ["RESIDENTIAL"]
    assert all(len(act.body["attended"]) == 1 for act in monday if "attended" in act.body)


def test_the_lessons_of_the_demonstration_are_all_different() -> None:
    """A lesson counts once."""
    assert len(set(LESSONS)) == len(LESSONS)
