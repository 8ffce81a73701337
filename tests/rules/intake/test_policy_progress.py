"""Progress rules S1-S7: met, not met, unknown; one change from the worked example each time."""

import pytest

from common.contracts.words import Condition, Instrument, LevelOfCare
from intake.domain.evidence import Evidence
from rules.intake.policy_cases import (
    POLICY,
    STEPPING_DOWN,
    alternative_plan,
    appointment,
    at,
    card,
    home_climate,
    lesson,
    met,
    noting,
    result,
    rule,
    score,
    session,
    step_down,
    without,
)

A = STEPPING_DOWN
PHQ9, BSL23, GAD7, WSAS, UCLA3 = (Instrument(i) for i in ("PHQ9", "BSL23", "GAD7", "WSAS", "UCLA3"))


def only(instrument: Instrument, *points: float) -> Evidence:
    """The worked example with other scores of one instrument, the last on 22 March, weekly before."""
    others = tuple(s for s in A.scores if s.instrument is not instrument)
    days = range(22 - 7 * (len(points) - 1), 23, 7)
    scores = (score(instrument, value, at(3, day)) for day, value in zip(days, points, strict=True))
    return noting(A.model_copy(update={"scores": others}), *scores)


def cards_that_helped(days: int) -> Evidence:
    """Ten cards; on so many of them some skill helped."""
    return noting(without(A, "diary"), *(card(3, 14 + n, helped=n < days) for n in range(10)))


def hours(attended: int) -> Evidence:
    """Ten planned hours in the window, so many attended."""
    return noting(without(A, "attendance"), session(at(3, 20), 600, 60 * attended))


CASES = {
    "S1 at its ceiling": ("S1", only(PHQ9, 15, 14), "MET"),
    "S1 above it, reliably improved": ("S1", only(PHQ9, 21, 15), "MET"),
    "S1 above it, improved by 5": ("S1", only(PHQ9, 20, 15), "NOT_MET"),
    "S1 BSL-23 at its edge is not below": ("S1", only(BSL23, 2.0, 1.87), "NOT_MET"),
    "S1 BSL-23 below its edge": ("S1", only(BSL23, 2.0, 43 / 23), "MET"),
    "S1 BSL-23 improved by exactly 0.80": ("S1", only(BSL23, 2.9, 2.1), "MET"),
    "S1 one of two measures missing": ("S1", only(PHQ9), "UNKNOWN"),
    "S1 the other one too high as well": ("S1", only(BSL23, 3.0, 3.0), "NOT_MET"),
    "S2 any scheduled measure worse": ("S2", only(GAD7, 9, 13), "NOT_MET"),
    "S2 a rise that is not reliable": ("S2", only(GAD7, 9, 12), "MET"),
    "S2 a scheduled measure missing": ("S2", only(GAD7), "UNKNOWN"),
    "S2 a scheduled measure taken once": ("S2", only(GAD7, 9), "UNKNOWN"),
    "S2 one worse, one missing": ("S2", noting(only(WSAS), score(GAD7, 20, at(3, 23))), "NOT_MET"),
    "S2 nothing to compare": ("S2", without(A, "scores"), "UNKNOWN"),
    "S3 eight of ten hours": ("S3", hours(8), "MET"),
    "S3 seven of ten hours": ("S3", hours(7), "NOT_MET"),
    "S3 nothing planned": ("S3", without(A, "attendance"), "UNKNOWN"),
    "S4 four of ten days": ("S4", cards_that_helped(4), "MET"),
    "S4 three of ten days": ("S4", cards_that_helped(3), "NOT_MET"),
    "S4 no card": ("S4", without(A, "diary"), "UNKNOWN"),
    "S5 eight of nine lessons": ("S5", noting(A, lesson(POLICY.required_lessons[7], at(3, 22))), "MET"),
    "S5 one lesson twice": ("S5", noting(A, lesson(POLICY.required_lessons[0], at(3, 22))), "NOT_MET"),
    "S5 a lesson nobody asks for": ("S5", noting(A, lesson("FAST", at(3, 22))), "NOT_MET"),
    "S5 none": ("S5", without(A, "lessons"), "UNKNOWN"),
    "S6 improved by 8": ("S6", only(WSAS, 38, 30), "MET"),
    "S6 low enough": ("S6", only(WSAS, 25), "MET"),
    "S6 neither": ("S6", only(WSAS, 33, 26), "NOT_MET"),
    "S6 missing": ("S6", only(WSAS), "UNKNOWN"),
    "S7 lonelier by 2": ("S7", only(UCLA3, 5, 7), "NOT_MET"),
    "S7 lonelier by 1": ("S7", only(UCLA3, 5, 6), "MET"),
    "S7 loneliness asked once": ("S7", only(UCLA3, 5), "UNKNOWN"),
    "S7 home climate fell": ("S7", noting(A, home_climate(4, at(3, 22))), "NOT_MET"),
    "S7 home climate fell, other plan": (
        "S7",
        noting(A, home_climate(4, at(3, 22)), alternative_plan(at(3, 22))),
        "MET",
    ),
    "S7 home climate by two people": (
        "S7",
        noting(without(A, "home_climate"), home_climate(8, at(3, 3), "s1"), home_climate(4, at(3, 9), "s2")),
        "UNKNOWN",
    ),
}


@pytest.mark.parametrize(("name", "evidence", "expected"), CASES.values(), ids=CASES)
def test_a_progress_rule_is_met_not_met_or_unknown(name: str, evidence: Evidence, expected: str) -> None:
    """S1-S7, principle P1."""
    assert result(step_down(evidence), name) == expected


def test_every_unknown_says_what_to_collect() -> None:
    """P1: an UNKNOWN without a name could not become a task."""
    unknowns = [rule(step_down(e), n) for n, e, expected in CASES.values() if expected == "UNKNOWN"]

    assert all(outcome.missing for outcome in unknowns)


def test_four_of_seven_are_one_too_few_for_php_to_iop() -> None:
    """Principle P2: k is 5 of 7 here; UNKNOWN is not MET."""
    five = without(A, "home_climate")
    four = without(five, "attendance")

    assert step_down(five).answer == "step-down-met"
    assert step_down(four).answer == "stay"


def test_four_of_seven_are_enough_for_residential_to_php() -> None:
    """Principle P2: k is 4 of 7 there."""
    booked = noting(A, appointment(LevelOfCare.PHP, at(3, 24), when=at(3, 23, 10)))
    five = step_down(without(booked, "home_climate", "attendance"), level=LevelOfCare.RESIDENTIAL)
    four = step_down(without(booked, "home_climate", "attendance", "lessons"), level=LevelOfCare.RESIDENTIAL)
    three = step_down(
        noting(without(booked, "home_climate", "attendance", "lessons"), score(WSAS, 31, at(3, 23))),
        level=LevelOfCare.RESIDENTIAL,
    )

    assert (five.answer, four.answer, three.answer) == ("step-down-met", "step-down-met", "stay")


@pytest.mark.parametrize(
    "evidence", [only(GAD7, 9, 13), only(GAD7, 9, 11, 13), only(GAD7, 13, 9, 13), only(UCLA3, 5, 7)]
)
def test_one_measure_deteriorated_blocks_however_many_rules_are_met(evidence: Evidence) -> None:
    """Facts 9.4: none in "deteriorated", against the time before or against baseline."""
    evaluation = step_down(noting(evidence, lesson(POLICY.required_lessons[7], at(3, 22))))

    assert len([name for name in met(evaluation) if name.startswith("S")]) >= 5
    assert evaluation.answer == "stay"


@pytest.mark.parametrize("evidence", [only(GAD7), only(GAD7, 9), only(UCLA3, 5), only(WSAS)])
def test_a_measure_that_cannot_be_compared_blocks_as_one_that_got_worse(evidence: Evidence) -> None:
    """IN-P3: facts 9.4 with principle P1; not knowing that nothing deteriorated is no improvement."""
    evaluation = step_down(noting(evidence, lesson(POLICY.required_lessons[7], at(3, 22))))

    assert len([name for name in met(evaluation) if name.startswith("S")]) >= 5
    assert (evaluation.answer, len(evaluation.not_comparable)) == ("stay", 1)


def test_out_of_iop_three_whole_modules_do_instead_of_the_full_cycle() -> None:
    """S5: at least 80 % of the cycle, or three modules."""
    modules = list(POLICY.curriculum.values())
    none = without(A, "lessons")
    two = noting(none, *(lesson(code, at(3, 5)) for module in modules[:2] for code in module))
    three = noting(none, *(lesson(code, at(3, 5)) for module in modules[:3] for code in module))

    assert result(step_down(two, level=LevelOfCare.IOP), "S5") == "NOT_MET"
    assert result(step_down(three, level=LevelOfCare.IOP), "S5") == "MET"


@pytest.mark.parametrize(
    ("condition", "instrument", "points"),
    [
        (Condition.ANXIETY, Instrument.GAD7, 9),
        (Condition.TRAUMA, Instrument.PCL5, 45),
        (Condition.EATING_DISORDER, Instrument.EDEQS, 21),
    ],
)
def test_each_condition_is_judged_by_its_own_measure(
    condition: Condition, instrument: Instrument, points: float
) -> None:
    """S1: primary measure by condition, with its ceiling."""
    at_ceiling, above = only(instrument, points, points), only(instrument, points + 1, points + 1)

    assert result(step_down(at_ceiling, conditions=(condition,)), "S1") == "MET"
    assert result(step_down(above, conditions=(condition,)), "S1") == "NOT_MET"


def test_the_baseline_is_the_first_valid_administration() -> None:
    """S1: improved since the episode's baseline, wherever it was taken."""
    referred = noting(only(PHQ9, 16, 16), score(PHQ9, 23, at(2, 10)))

    assert result(step_down(only(PHQ9, 16, 16)), "S1") == "NOT_MET"
    assert result(step_down(referred), "S1") == "MET"
