"""Who plays what, and what is left to the seed."""

from random import Random

import pytest

from common.contracts.words import Condition, Disposition, LevelOfCare
from rules.cohort.people_of import person, somebody
from throughline.cohort.cases import CASES
from throughline.cohort.people import SEVERE, cast, plans, reason_to_decline
from throughline.cohort.teds import LONGEST_DAYS, SHORTEST_DAYS, STAYS, ending_of, length_of

PLAYED = [case.name for case in CASES.values() if case.plays]
MANY = [somebody(n, Condition.DEPRESSION, phq9=(float(n % 20), 12.0)) for n in range(30)]
OTHERS = [somebody(n) for n in range(30, 44)]


def test_everybody_has_a_plan_and_every_case_is_played_once() -> None:
    """Enough referrals play every case."""
    chosen = plans([*MANY, *OTHERS], seed=7)

    assert len(chosen) == 44
    assert sorted(plan.case for plan in chosen.values() if plan.case) == sorted(PLAYED)


def test_the_same_seed_plans_the_same_and_another_one_does_not() -> None:
    """A run can be repeated."""
    assert plans(MANY, seed=7) == plans(MANY, seed=7)
    assert plans(MANY, seed=7) != plans(MANY, seed=8)


def test_what_is_drawn_for_one_person_does_not_depend_on_who_else_was_referred() -> None:
    """A plan that no case takes over is drawn from the seed and the file alone."""
    many, fewer = plans(MANY, seed=7), plans(MANY[:20], seed=7)
    drawn = [id for id, plan in fewer.items() if not plan.case and not many[id].case]

    assert drawn
    assert [fewer[id] for id in drawn] == [many[id] for id in drawn]


def test_few_referrals_play_the_most_important_cases() -> None:
    """With too few people the last cases are not played."""
    assert [case.name for case in cast(MANY[:2]).values()] == PLAYED[:2]
    assert cast([]) == {}


def test_somebody_without_a_condition_plays_no_case_that_the_policy_must_propose() -> None:
    """The policy proposes nothing where it knows no primary measure (G12)."""
    assert all(not case.by_policy for case in cast(OTHERS).values())


def test_who_is_severely_depressed_is_admitted_to_the_residence() -> None:
    """Nobody with a score in the top band begins in the day program."""
    severe = [somebody(n, Condition.DEPRESSION, phq9=(22.0, float(SEVERE))) for n in range(40)]
    drawn = [plan for plan in plans(severe, seed=7).values() if not plan.case]

    assert {plan.level for plan in drawn} == {LevelOfCare.RESIDENTIAL}


def test_shares_of_endings_add_up_and_are_drawn_so() -> None:
    """SAMHSA TEDS 2004: what goes on, against advice and administrative are all there is."""
    for level, stays in STAYS.items():
        chance = Random(1)
        drawn = [ending_of(level, chance) for _ in range(4000)]

        assert stays.goes_on + stays.against_advice + stays.administrative == pytest.approx(1)
        assert drawn.count(None) / 4000 == pytest.approx(stays.goes_on, abs=0.03)
        assert drawn.count(Disposition.AGAINST_ADVICE) / 4000 == pytest.approx(stays.against_advice, abs=0.03)


def test_no_stay_is_shorter_than_the_policy_needs_or_longer_than_the_run() -> None:
    """Lengths are drawn from a lognormal and cut."""
    chance = Random(1)
    drawn = [length_of(level, chance) for level in STAYS for _ in range(500)]

    assert (min(drawn), max(drawn)) == (SHORTEST_DAYS, LONGEST_DAYS)


def test_who_is_recorded_as_deceased_is_declined_with_that_code() -> None:
    """IN-R3: a person declines, with a coded reason."""
    one = somebody(1)
    object.__setattr__(one, "questions", "IN-R3: recorded-as-deceased, IN-R5: reason-unknown")

    assert reason_to_decline(one) == "recorded-as-deceased"
    assert reason_to_decline(somebody(2)) == ""


def test_a_new_level_starts_the_count_of_mornings_anew_and_the_same_one_does_not() -> None:
    """Preparation is counted from the first morning at a level."""
    someone = person(mornings=9)
    someone.learn({"level": "RESIDENTIAL", "status": "open", "transition": None})
    assert (someone.mornings, someone.preparing) == (9, True)

    someone.learn({"level": "PHP", "status": "open", "transition": None})
    assert (someone.mornings, someone.preparing) == (0, False)
