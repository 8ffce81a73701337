"""Gates G1-G12: met, not met, unknown; one change from the worked example each time."""

from datetime import date

import pytest

from common.contracts.words import Condition, Instrument, LevelOfCare, RiskLevel
from intake.domain.evidence import Evidence
from rules.intake.policy_cases import (
    STEPPING_DOWN,
    appointment,
    at,
    card,
    clearance,
    flag,
    flag_cleared,
    flag_reviewed,
    met,
    noting,
    plan_review,
    result,
    rule,
    score,
    screen,
    self_harm,
    step_down,
    suicidal_act,
    transition_session,
    without,
)

A = STEPPING_DOWN
HIGH, MODERATE, LOW = RiskLevel.HIGH, RiskLevel.MODERATE, RiskLevel.LOW

CASES = {
    "G1 open high flag": ("G1", noting(A, flag(HIGH, at(3, 20), date(2026, 4, 1))), "NOT_MET"),
    "G1 high flag cleared": ("G1", noting(A, flag(HIGH, at(3, 20)), flag_cleared(at(3, 21))), "MET"),
    "G1 cleared, then raised again": (
        "G1",
        noting(A, flag_cleared(at(3, 19)), flag(HIGH, at(3, 20))),
        "NOT_MET",
    ),
    "G1 moderate, review due today": ("G1", noting(A, flag(MODERATE, at(3, 20), date(2026, 3, 23))), "MET"),
    "G1 moderate, review was due": ("G1", noting(A, flag(MODERATE, at(3, 20), date(2026, 3, 22))), "NOT_MET"),
    "G1 moderate, no review date": ("G1", noting(A, flag(MODERATE, at(3, 20))), "UNKNOWN"),
    "G1 moderate, review was due and was made": (
        "G1",
        noting(A, flag(MODERATE, at(3, 18), date(2026, 3, 19)), flag_reviewed(at(3, 22), date(2026, 3, 24))),
        "MET",
    ),
    "G1 moderate, the last review is over as well": (
        "G1",
        noting(A, flag(MODERATE, at(3, 18), date(2026, 4, 1)), flag_reviewed(at(3, 21), date(2026, 3, 22))),
        "NOT_MET",
    ),
    "G1 moderate, no date until it was reviewed": (
        "G1",
        noting(A, flag(MODERATE, at(3, 18)), flag_reviewed(at(3, 22), date(2026, 3, 24))),
        "MET",
    ),
    "G1 moderate, another flag was reviewed": (
        "G1",
        noting(A, flag(MODERATE, at(3, 18), date(2026, 3, 19)), flag_reviewed(at(3, 22), date(2026, 3, 24), "f2")),
        "NOT_MET",
    ),
    "G1 moderate, raised again after its review": (
        "G1",
        noting(A, flag_reviewed(at(3, 17), date(2026, 3, 24)), flag(MODERATE, at(3, 18), date(2026, 3, 19))),
        "NOT_MET",
    ),
    "G1 high, reviewed": (
        "G1",
        noting(A, flag(HIGH, at(3, 18)), flag_reviewed(at(3, 22), date(2026, 3, 24))),
        "NOT_MET",
    ),
    "G1 low flag": ("G1", noting(A, flag(LOW, at(3, 20))), "MET"),
    "G2 moderate": ("G2", noting(A, screen(MODERATE, at(3, 23, 10))), "NOT_MET"),
    "G2 nobody asked": ("G2", without(A, "screens"), "UNKNOWN"),
    "G3 too old": ("G3", noting(without(A, "screens"), screen(LOW, at(3, 21, 11))), "NOT_MET"),
    "G3 nobody asked": ("G3", without(A, "screens"), "UNKNOWN"),
    "G4 act 13 days ago": ("G4", noting(A, suicidal_act(at(3, 10))), "NOT_MET"),
    "G4 act 14 days ago": ("G4", noting(A, suicidal_act(at(3, 9))), "MET"),
    "G4 self-harm with medical care": ("G4", noting(A, self_harm(at(3, 12), medical=True)), "NOT_MET"),
    "G4 self-harm without": ("G4", noting(A, self_harm(at(3, 12))), "MET"),
    "G4 none recorded": ("G4", without(A, "targets"), "MET"),
    "G4 nobody looked": ("G4", without(A, "targets", "screens", "diary"), "UNKNOWN"),
    "G5 act 6 days ago": ("G5", noting(A, self_harm(at(3, 17))), "NOT_MET"),
    "G5 on a card 6 days ago": ("G5", noting(A, card(3, 17, self_harm=True, revision=2)), "NOT_MET"),
    "G5 act 7 days ago": ("G5", noting(A, self_harm(at(3, 16))), "MET"),
    "G5 no card": ("G5", without(A, "diary"), "UNKNOWN"),
    "G6 urge 3": ("G6", noting(A, card(3, 17, 3, revision=2)), "NOT_MET"),
    "G6 no card": ("G6", without(A, "diary"), "UNKNOWN"),
    "G6 urge before the window": ("G6", noting(A, card(3, 9, 5)), "MET"),
    "G7 no card": ("G7", without(A, "diary"), "NOT_MET"),
    "G7 urge not answered on two": (
        "G7",
        noting(A, card(3, 12, None, revision=2), card(3, 13, None, revision=2)),
        "NOT_MET",
    ),
    "G8 too long ago": ("G8", noting(without(A, "plan_reviews"), plan_review(at(3, 15))), "NOT_MET"),
    "G8 seven days ago": ("G8", noting(without(A, "plan_reviews"), plan_review(at(3, 16))), "MET"),
    "G8 never": ("G8", without(A, "plan_reviews"), "UNKNOWN"),
    "G9 required and cleared": ("G9", noting(A, clearance(at(3, 20), required=True, cleared=True)), "MET"),
    "G9 required, not cleared": ("G9", noting(A, clearance(at(3, 20), required=True, cleared=False)), "NOT_MET"),
    "G9 attested as not required": ("G9", noting(A, clearance(at(3, 20), required=False, cleared=False)), "MET"),
    "G10 not accepted": (
        "G10",
        noting(A, appointment(LevelOfCare.IOP, at(3, 24), when=at(3, 23, 11), accepted=False)),
        "NOT_MET",
    ),
    "G10 too late": ("G10", noting(A, appointment(LevelOfCare.IOP, at(3, 25), when=at(3, 23, 11))), "NOT_MET"),
    "G10 elsewhere": (
        "G10",
        noting(without(A, "appointments"), appointment(LevelOfCare.PHP, at(3, 24), when=at(3, 23, 11))),
        "UNKNOWN",
    ),
    "G11 session before this level": (
        "G11",
        noting(without(A, "transition_sessions"), transition_session(at(2, 20))),
        "NOT_MET",
    ),
    "G11 neither": ("G11", without(A, "transition_sessions"), "UNKNOWN"),
    "G12 no measure": ("G12", without(A, "scores"), "UNKNOWN"),
}


@pytest.mark.parametrize(("name", "evidence", "expected"), CASES.values(), ids=CASES)
def test_a_gate_is_met_not_met_or_unknown(name: str, evidence: Evidence, expected: str) -> None:
    """G1-G12, principle P1."""
    assert result(step_down(evidence), name) == expected


@pytest.mark.parametrize(("name", "evidence", "expected"), CASES.values(), ids=CASES)
def test_one_gate_that_is_not_met_blocks_the_step_down(name: str, evidence: Evidence, expected: str) -> None:
    """Principle P2: all gates; P1: UNKNOWN blocks as NOT_MET does."""
    answer = step_down(evidence).answer

    assert (answer == "step-down-met") == (expected == "MET")


def test_every_unknown_says_what_to_collect() -> None:
    """P1: an UNKNOWN without a name could not become a task."""
    unknowns = [rule(step_down(e), n) for n, e, expected in CASES.values() if expected == "UNKNOWN"]

    assert all(outcome.missing for outcome in unknowns)


def test_an_eating_disorder_asks_for_medical_clearance() -> None:
    """G9, P10: required by the condition, attested by a person."""
    conditions = (Condition.DEPRESSION, Condition.EATING_DISORDER)

    assert result(step_down(conditions=conditions), "G9") == "UNKNOWN"


def test_two_administrations_at_this_level_are_needed_and_those_before_do_not_count() -> None:
    """G12."""
    assert result(step_down(level_since=at(3, 15, 0)), "G12") == "MET"
    assert result(step_down(level_since=at(3, 16, 0)), "G12") == "UNKNOWN"


def test_without_a_known_condition_there_is_no_primary_measure_to_judge_by() -> None:
    """G12, S1: UNKNOWN, not an empty yes."""
    evaluation = step_down(conditions=())

    assert {result(evaluation, "G12"), result(evaluation, "S1")} == {"UNKNOWN"}


@pytest.mark.parametrize(
    ("level", "to_level", "limits"),
    [
        (LevelOfCare.RESIDENTIAL, LevelOfCare.PHP, ("24 h", "7 d", "3 d", "3", "70 %", "7 d")),
        (LevelOfCare.PHP, LevelOfCare.IOP, ("48 h", "14 d", "7 d", "2", "80 %", "7 d")),
        (LevelOfCare.IOP, LevelOfCare.OUTPATIENT_BOOSTER, ("72 h", "30 d", "14 d", "2", "70 %", "14 d")),
    ],
)
def test_each_step_has_its_own_limits(level: LevelOfCare, to_level: LevelOfCare, limits: tuple[str, ...]) -> None:
    """G3-G8: the table of gates by step."""
    evidence = noting(A, appointment(to_level, at(3, 24), when=at(3, 23, 10)))
    evaluation = step_down(evidence, level=level)

    assert tuple(rule(evaluation, f"G{n}").limit for n in range(3, 9)) == limits
    assert result(evaluation, "G10") == "MET"


def test_a_gate_names_the_messages_it_rests_on() -> None:
    """Principle P5: a reviewer can follow every result to its events."""
    low = A.screens[-1].event_id

    assert rule(step_down(), "G2").event_ids == (low,)
    assert len(rule(step_down(), "G6").event_ids) == 13


def test_evidence_from_the_future_supports_no_step_down() -> None:
    """P1: a screen dated a year ahead would be fresh for ever."""
    ahead = noting(without(A, "screens"), screen(LOW, at(12, 31)))

    assert result(step_down(ahead), "G2") == "UNKNOWN"


def test_measures_count_for_the_gate_only_while_they_are_fresh() -> None:
    """G12: fourteen days without PHQ-9 is the last day it speaks for."""
    last = noting(without(A, "scores"), score(Instrument.PHQ9, 9, at(3, 2)), score(Instrument.PHQ9, 9, at(3, 9)))

    assert "G12" in met(step_down(last, conditions=(Condition.DEPRESSION,)))
    assert "G12" not in met(step_down(last, conditions=(Condition.DEPRESSION,), now=at(3, 24)))
