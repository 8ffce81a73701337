"""From answers to scores: published examples, what is missing, and what cannot be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.change import Invalid
from common.contracts.words import RiskLevel
from rules.skills.records import FORMS
from skills.domain.forms import Form
from skills.domain.scoring import endorsed, score_of

PHQ9, GAD7 = FORMS["PHQ9"], FORMS["GAD7"]
FHIR_EXAMPLE = (2, 2, 2, 2, 1, 1, 2, 0, 0)
"""US Behavioral Health Profiles, QuestionnaireResponse phq-9-example-1, whose total is 12."""


@pytest.mark.parametrize(
    ("code", "answers", "score", "band"),
    [
        ("PHQ9", FHIR_EXAMPLE, 12, "moderate"),
        ("PHQ9", (3,) * 9, 27, "severe"),
        ("PHQ2", (2, 1), 3, "screen-positive"),
        ("GAD7", (1, 1, 1, 1, 1, 0, 0), 5, "mild"),
        ("GAD7", (3, 3, 3, 2, 2, 1, 1), 15, "severe"),
        ("WSAS", (4, 5, 4, 4, 4), 21, "moderately-severe"),
        ("BSL23", (3,) * 14 + (2,) * 9, 2.609, "high"),
        ("BSL23", (2,) * 15 + (1,) * 8, 1.652, "moderate"),
        ("BSL23", (3,) * 6 + (2,) * 17, 2.261, "high"),
        ("EDEQS", (2,) * 7 + (1,) + (0,) * 4, 15, "screen-positive"),
        ("UCLA3", (2, 2, 2), 6, "lonely"),
        ("PROMIS_SI8A", (1,) * 8, 8, ""),
        ("PROMIS_SI8A", (5,) * 8, 40, ""),
        ("DERS16", (5,) * 16, 80, ""),
        ("CORE10", (0, 4, 4, 0, 0, 0, 0, 0, 0, 0), 0, "below-cut"),
        ("CORE10", (1, 3, 3, 1, 2, 0, 2, 1, 1, 1), 11, "clinical"),
        ("WAISR", (5,) * 12, 60, ""),
        ("SRS", (9, 9, 9, 8.9), 35.9, "discuss"),
        ("ORS", (6.5, 6.5, 6, 6), 25, "above-cut"),
    ],
)
def test_a_form_is_scored_as_its_publisher_says(code: str, answers: tuple[float, ...], score: float, band: str) -> None:
    """SK-M6: FHIR's own PHQ-9, and the policy's worked examples: BSL-23 60/23, 38/23 and 52/23."""
    scored = score_of(FORMS[code], answers)

    assert (scored.score, scored.band) == (score, band)
    assert not scored.prorated


@pytest.mark.parametrize(
    ("code", "answers", "score"),
    [
        ("PHQ9", (2, 2, 2, 2, 2, 2, 2, None, None), 18),
        ("PHQ9", (1, 1, 1, 1, 1, 1, 2, 0, None), 9),
        ("GAD7", (1, 2, 1, 2, 1, 2, None), 10.5),
        ("PHQ9", (2, 2, 2, 2, 2, 2, None, None, None), None),
        ("GAD7", (1, 2, 1, 2, 1, None, None), None),
        ("WSAS", (None, 5, 4, 4, 4), None),
        ("BSL23", (None,) + (2,) * 22, None),
        ("PCL5", (None,) + (2,) * 19, None),
        ("PHQ9", (None,) * 9, None),
    ],
)
def test_a_score_is_prorated_only_as_far_as_the_publisher_allows(
    code: str, answers: tuple[float | None, ...], score: float | None
) -> None:
    """SK-M7: two items of the PHQ-9, one of the GAD-7, none of the others; beyond that no score, never 0."""
    scored = score_of(FORMS[code], answers)

    assert scored.score == score
    assert scored.prorated is (score is not None)
    assert scored.missing == tuple(item for item, answer in enumerate(answers, 1) if answer is None)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=9, max_size=9))
def test_a_missing_answer_never_makes_a_score_of_nothing(answers: list[int | None]) -> None:
    """SK-M7: within range where there is a score; none where more than two are missing."""
    score = score_of(PHQ9, answers).score

    assert (score is None) is (answers.count(None) > 2)
    assert score is None or sum(a or 0 for a in answers) <= score <= 27


def test_work_that_does_not_apply_is_said_and_not_guessed() -> None:
    """SK-M8: 0-32 for who has no work; left out without a word it is missing."""
    scored = score_of(FORMS["WSAS"], (None, 8, 8, 8, 8), not_applicable=(1,))

    assert (scored.score, scored.missing, scored.prorated) == (32, (), False)
    for answers, out in (((1, 8, 8, 8, 8), (1,)), ((1, None, 8, 8, 8), (2,))):
        with pytest.raises(Invalid) as refused:
            score_of(FORMS["WSAS"], answers, not_applicable=out)
        assert refused.value.code == "item-applies"


def test_the_eating_disorder_examination_is_the_mean_of_its_subscales() -> None:
    """SK-M6: restraint 3, eating 2, shape 4, weight 5 are 3.5; counts of days weigh nothing."""
    of_item = dict.fromkeys((1, 2, 3, 4, 5), 3) | dict.fromkeys((7, 9, 19, 20, 21), 2)
    of_item |= dict.fromkeys((6, 8, 10, 11, 23, 26, 27, 28), 4) | dict.fromkeys((12, 22, 24, 25), 5)
    of_item |= dict.fromkeys(range(13, 19), 28)
    scored = score_of(FORMS["EDEQ"], tuple(of_item[item] for item in range(1, 29)))

    assert scored.subscales == {"restraint": 3, "eating": 2, "shape": 4, "weight": 4.8}
    assert (scored.score, scored.band) == (3.45, "clinical")


def test_the_alliance_has_three_subscales() -> None:
    """SK-M6: task 1, 2, 10, 12; goal 4, 6, 8, 11; bond 3, 5, 7, 9."""
    scored = score_of(FORMS["WAISR"], (5, 5, 1, 3, 1, 3, 1, 3, 1, 5, 3, 5))

    assert scored.subscales == {"task": 20, "goal": 12, "bond": 4}


@pytest.mark.parametrize(
    ("changed", "met"),
    [
        ({}, True),
        ({6: 1, 7: 1}, False),
        ({6: None, 7: 1}, None),
        ({1: None}, None),
        ({2: None}, True),
        ({15: 0}, False),
    ],
)
def test_a_provisional_diagnosis_needs_each_cluster(changed: dict[int, int | None], met: bool | None) -> None:
    """SK-M9: one B, one C, two D, two E at 2 or more; where a missing answer could decide it is not known."""
    of_item: dict[int, int | None] = {**dict.fromkeys(range(1, 21), 0)}
    of_item |= {1: 2, 6: 2, 8: 2, 9: 2, 15: 2, 16: 2, **changed}
    answers = tuple(of_item[item] for item in range(1, 21))

    assert score_of(FORMS["PCL5"], answers).met is met


@pytest.mark.parametrize(
    ("code", "answers", "refusal"),
    [
        ("PHQ9", (1,) * 8, "answers-wrong-count"),
        ("PHQ9", (4, *(1,) * 8), "answer-out-of-range"),
        ("PHQ9", (-1, *(1,) * 8), "answer-out-of-range"),
        ("PHQ9", (1.5, *(1,) * 8), "answer-out-of-range"),
        ("PHQ9", (float("nan"), *(1,) * 8), "answer-out-of-range"),
        ("UCLA3", (0, 1, 1), "answer-out-of-range"),
        ("SRS", (9.95, 9, 9, 9), "answer-out-of-range"),
        ("DERS18", (1,) * 18, "totals-only"),
    ],
)
def test_answers_that_cannot_be_are_refused(code: str, answers: tuple[float, ...], refusal: str) -> None:
    """SK-M6"""
    with pytest.raises(Invalid) as refused:
        score_of(FORMS[code], answers)

    assert refused.value.code == refusal


def test_danger_is_read_off_the_item_whatever_the_rest_of_the_form_says() -> None:
    """SK-R3, SK-R10: the highest threshold reached counts, also where no score can be made."""
    assert [r.level for r in endorsed(PHQ9, (None,) * 8 + (1,))] == [RiskLevel.LOW]
    assert [r.level for r in endorsed(PHQ9, (None,) * 8 + (3,))] == [RiskLevel.MODERATE]
    assert endorsed(PHQ9, (3,) * 8 + (None,)) == endorsed(PHQ9, (3,) * 8 + (0,)) == []
    assert [r.rule for r in endorsed(FORMS["CORE10"], (0,) * 5 + (1,) + (0,) * 4)] == ["SK-R10"]


@pytest.mark.parametrize("form", FORMS.instruments.values(), ids=FORMS.instruments.keys())
def test_every_form_reaches_from_its_lowest_to_its_highest_score(form: Form) -> None:
    """SK-M6: reversed items turn with the rest, so the extremes are those of the form."""
    if form.totals_only:
        return
    best = [form.answers[1 if item in form.reverse else 0] for item in range(1, form.items + 1)]
    worst = [form.answers[0 if item in form.reverse else 1] for item in range(1, form.items + 1)]

    assert (score_of(form, best).score, score_of(form, worst).score) == (form.lowest, form.highest)


def test_where_nothing_applies_there_is_no_score() -> None:
    """SK-M7: of a form of the program's own, every item of which may not apply."""
    form = PHQ9.model_copy(update={"may_not_apply": tuple(range(1, 10)), "risk_items": ()})
    assert score_of(form, (None,) * 9, range(1, 10)).score is None


@pytest.mark.parametrize("wrong", [{"subscales": {"a": ()}}, {"subscales": {"a": (1, 2)}, "unscored": (2,)}])
def test_a_subscale_has_items_that_are_scored(wrong: dict[str, object]) -> None:
    """SK-M6: said when the file is read, not when somebody answers."""
    with pytest.raises(ValueError, match=r"subscales\.a: expected items that are scored"):
        Form.model_validate({**GAD7.model_dump(), **wrong})
