"""What holds for any evidence at all: order, missing data, bad news."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.contracts.words import Instrument, LevelOfCare, RiskLevel
from intake.domain.evaluation import Evaluation
from intake.domain.evidence import Evidence
from intake.domain.evidence_items import EvidenceItem
from intake.domain.explanation import explain
from rules.intake.policy_cases import (
    POLICY,
    STEPPING_DOWN,
    alternative_plan,
    at,
    card,
    clearance,
    flag,
    flag_cleared,
    home_climate,
    lesson,
    met,
    noting,
    score,
    screen,
    self_harm,
    session,
    step_down,
    suicidal_act,
    voided,
)
from rules.intake.test_review import FIRST, RULES, in_php

STAY = tuple(item for _, items in STEPPING_DOWN for item in items)
HARM: tuple[EvidenceItem, ...] = (
    self_harm(at(3, 12)),
    self_harm(at(3, 20)),
    self_harm(at(3, 21), medical=True),
    suicidal_act(at(3, 22)),
    flag(RiskLevel.HIGH, at(3, 20)),
    flag(RiskLevel.MODERATE, at(3, 20), flag_id="f2"),
    screen(RiskLevel.HIGH, at(3, 23, 10)),
    clearance(at(3, 20), required=True, cleared=False),
)
"""News that can only worry."""
OTHER: tuple[EvidenceItem, ...] = (
    *(card(3, day, urge, revision=2) for day, urge in ((11, 5), (18, 4), (20, 4), (22, 4), (23, None))),
    card(3, 21, 0, revision=2, self_harm=True),
    *(
        score(instrument, points, at(3, 23, 10))
        for instrument in Instrument
        for points in (3, 8, 20)
        if points <= 9 or instrument in (Instrument.GAD7, Instrument.PHQ9)
    ),
    screen(RiskLevel.LOW, at(3, 23, 10, 30)),
    screen(RiskLevel.MODERATE, at(3, 23, 10, 45)),
    session(at(3, 20), 3000, 0),
    lesson(POLICY.required_lessons[7], at(3, 20)),
    alternative_plan(at(3, 20)),
    home_climate(1, at(3, 22)),
    flag_cleared(at(3, 21)),
    voided("m0001", at(3, 23)),
)
COULD_BE_MISSING = (
    "diary",
    "screens",
    "attendance",
    "lessons",
    "plan_reviews",
    "appointments",
    "transition_sessions",
    "alternative_plans",
    "home_climate",
    "flags_cleared",
    *Instrument,
)
"""What somebody may forget to bring. Of flags, acts and clearances, none told is the good news: they are not here."""

some = st.lists(st.sampled_from((*HARM, *OTHER)), max_size=8)


def lacking(evidence: Evidence, gone: set[str]) -> Evidence:
    """The evidence without these kinds, and without the scores of these instruments."""
    scores = tuple(s for s in evidence.scores if s.instrument not in gone)
    kinds = {place: () for place in gone if place in Evidence.model_fields}
    return evidence.model_copy(update={**kinds, "scores": scores})


def step_down_rules_met(evaluation: Evaluation) -> set[str]:
    """Gates and progress rules that are MET."""
    return {name for name in met(evaluation) if name[0] in "GS"}


@settings(max_examples=60, deadline=None)
@given(some, st.permutations(STAY))
def test_any_order_of_arrival_is_explained_in_the_same_bytes(
    more: list[EvidenceItem], order: list[EvidenceItem]
) -> None:
    """IN-P1, IN-V1: principles P5, P6."""
    one = in_php(noting(STEPPING_DOWN, *more))
    other = in_php(noting(Evidence(), *more, *order, *more))

    assert explain(one, RULES, FIRST).model_dump_json() == explain(other, RULES, FIRST).model_dump_json()


@settings(max_examples=100, deadline=None)
@given(some, st.sets(st.sampled_from(COULD_BE_MISSING), min_size=1))
def test_what_is_missing_never_makes_a_rule_of_a_step_down_met(more: list[EvidenceItem], gone: set[str]) -> None:
    """IN-P3: principle P1; and never the answer better."""
    evidence = noting(STEPPING_DOWN, *more)
    whole, less = step_down(evidence), step_down(lacking(evidence, gone))

    assert step_down_rules_met(less) <= step_down_rules_met(whole)
    assert less.answer != "step-down-met" or whole.answer == "step-down-met"


@pytest.mark.parametrize("item", [*HARM, *OTHER])
def test_one_item_more_and_one_kind_less_is_never_better(item: EvidenceItem) -> None:
    """IN-P3: principle P1, gone through one by one."""
    evidence = noting(STEPPING_DOWN, item)
    whole = step_down(evidence)
    for gone in COULD_BE_MISSING:
        less = step_down(lacking(evidence, {gone}))
        assert step_down_rules_met(less) <= step_down_rules_met(whole), gone
        assert less.answer != "step-down-met" or whole.answer == "step-down-met", gone


@settings(max_examples=100, deadline=None)
@given(some, st.sampled_from(HARM))
def test_bad_news_never_makes_the_answer_better(more: list[EvidenceItem], harm: EvidenceItem) -> None:
    """IN-P3: principle P3."""
    before, after = step_down(noting(STEPPING_DOWN, *more)), step_down(noting(STEPPING_DOWN, *more, harm))

    assert after.answer != "step-down-met" or before.answer == "step-down-met"
    assert before.answer not in ("step-up", "emergency") or after.answer in ("step-up", "emergency")


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from(COULD_BE_MISSING)))
def test_missing_data_never_suppresses_a_step_up(gone: set[str]) -> None:
    """IN-P3: principle P2; whatever else nobody knows."""
    harmed = noting(STEPPING_DOWN, self_harm(at(3, 21)), self_harm(at(3, 22)))
    evaluation = step_down(lacking(harmed, gone))

    assert (evaluation.answer, evaluation.to_level) == ("step-up", LevelOfCare.RESIDENTIAL)
