"""The worked examples and the test oracle of program policy 1.0 (facts 9.9, 9.10, 9.11)."""

import io
import tokenize
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import intake
from common.contracts.words import Instrument, LevelOfCare, RiskLevel
from intake.domain.waiting import step_down_waits
from rules.intake.policy_cases import (
    POLICY,
    STEPPING_DOWN,
    TZ,
    WATCHED,
    alternative_plan,
    appointment,
    at,
    card,
    met,
    noting,
    result,
    rule,
    score,
    screen,
    self_harm,
    step_down,
    step_up,
    voided,
    without,
)

EXAMPLE_A = {
    "G1": ("0", "0", "MET"),
    "G2": ("LOW", "LOW", "MET"),
    "G3": ("2 h", "48 h", "MET"),
    "G4": ("68 d", "14 d", "MET"),
    "G5": ("24 d", "7 d", "MET"),
    "G6": ("2", "2", "MET"),
    "G7": ("92.9 %", "80 %", "MET"),
    "G8": ("3 d", "7 d", "MET"),
    "G9": ("not required", "", "MET"),
    "G10": ("2026-03-24 13:00", "1 business-days", "MET"),
    "G11": ("1", "1", "MET"),
    "G12": ("BSL23 4, PHQ9 4", "2", "MET"),
    "S1": ("BSL23 2.609 to 1.652 (-0.957), PHQ9 21 to 13 (-8)", "BSL23 < 1.87 or -0.8, PHQ9 <= 14 or -6", "MET"),
    "S2": ("PHQ9 -2, GAD7 -1, WSAS -9, UCLA3 -1, BSL23 -0.261", "no reliable rise", "MET"),
    "S3": ("90 %", "80 %", "MET"),
    "S4": ("46.2 %", "40 %", "MET"),
    "S5": ("77.8 %", "80 %", "NOT_MET"),
    "S6": ("WSAS 31 to 22 (-9)", "WSAS <= 25 or -8", "MET"),
    "S7": ("UCLA3 7 to 6 (-1), home climate +1", "not worse", "MET"),
}


@pytest.mark.parametrize(("name", "expected"), EXAMPLE_A.items())
def test_each_line_of_the_step_down_example_comes_out_as_written(name: str, expected: tuple[str, str, str]) -> None:
    """Facts 9.9: value, limit and result of G1-G12 and S1-S7."""
    found = rule(step_down(), name)

    assert (found.value, found.limit, found.result) == expected


def test_twelve_gates_and_six_of_seven_meet_the_step_down_to_iop() -> None:
    """Facts 9.9, principle P2: all gates and at least k progress rules."""
    evaluation = step_down()

    assert (evaluation.answer, evaluation.to_level) == ("step-down-met", LevelOfCare.IOP)
    assert len([name for name in met(evaluation) if name.startswith("S")]) == 6


def test_the_next_day_the_screen_is_26_hours_old_and_the_step_down_still_met() -> None:
    """Facts 9.9: the second evaluation, Tue 24 Mar 11:30."""
    evaluation = step_down(now=at(3, 24, 11, 30))

    assert rule(evaluation, "G3").value == "26.3 h"
    assert evaluation.answer == "step-down-met"
    assert not step_down_waits(at(3, 23, 11, 10), at(3, 24, 11, 30), POLICY, TZ, None, None)


def test_the_first_appointment_rebooked_to_the_25th_still_meets_its_gate_on_the_24th() -> None:
    """Facts 9.9, G10: re-booked, still the next business day."""
    rebooked = noting(STEPPING_DOWN, appointment(LevelOfCare.IOP, at(3, 25), when=at(3, 24, 12)))

    assert step_down(rebooked, now=at(3, 24, 14)).answer == "step-down-met"


def test_a_first_appointment_that_has_passed_meets_nothing() -> None:
    """G10: ahead of us, or not at all."""
    assert result(step_down(now=at(3, 24, 14)), "G10") == "NOT_MET"


def test_four_triggers_propose_php_at_once_during_the_watch() -> None:
    """Facts 9.10: U1, U2, U5 and U6, and no emergency."""
    evaluation = step_up()

    assert (evaluation.answer, evaluation.to_level) == ("step-up", LevelOfCare.PHP)
    assert {name for name in met(evaluation) if name[0] in "UE"} == {"U1", "U2", "U5", "U6"}
    assert rule(evaluation, "U2").value == "3 of 7"
    assert rule(evaluation, "U5").value == "PHQ9 13 to 19"
    assert rule(evaluation, "U6").value == "33.3 %"
    assert result(evaluation, "E1") == "NOT_MET"


def test_a_bsl23_rise_below_its_threshold_alone_triggers_nothing() -> None:
    """Facts 9.10: +0.609 is a band up, and below 0.80."""
    calm = noting(
        without(WATCHED, "diary", "attendance"),
        screen(RiskLevel.LOW, at(4, 7, 16, 30)),
        score(Instrument.PHQ9, 14, at(4, 6, 10)),
    )

    assert step_up(calm).answer == "stay"


def test_a_high_screen_at_admission_does_not_block_when_since_last_contact_is_none() -> None:
    """Facts 9.11, G2: RECENT is not the version transitions use."""
    evidence = noting(without(STEPPING_DOWN, "screens"), screen(RiskLevel.HIGH, at(3, 23, 9), version="RECENT"))
    answered = noting(evidence, screen(RiskLevel.NONE, at(3, 23, 9, 10)))

    assert result(step_down(evidence), "G2") == "UNKNOWN"
    assert step_down(evidence).answer == "stay"
    assert step_down(answered).answer == "step-down-met"


def test_phq9_missing_for_three_weeks_leaves_its_rules_unknown_and_names_it() -> None:
    """Facts 9.11, P1: G12 and S1 UNKNOWN, no proposal, and what to collect."""
    old = tuple(s for s in STEPPING_DOWN.scores if s.instrument is not Instrument.PHQ9 or s.at < at(3, 3))
    evaluation = step_down(STEPPING_DOWN.model_copy(update={"scores": old}))

    assert evaluation.answer == "stay"
    assert [(rule(evaluation, n).result, rule(evaluation, n).missing) for n in ("G12", "S1")] == [
        ("UNKNOWN", "PHQ9"),
        ("UNKNOWN", "PHQ9"),
    ]


def test_self_harm_entered_late_changes_the_answer_and_the_hash() -> None:
    """Facts 9.11, P6: event time counts, not arrival."""
    before = step_down()
    after = step_down(noting(STEPPING_DOWN, self_harm(at(3, 19))))

    assert (before.answer, after.answer) == ("step-down-met", "stay")
    assert before.evidence_hash != after.evidence_hash


def test_a_diary_card_edited_after_review_is_evaluated_anew() -> None:
    """Facts 9.11, G6: the higher revision is the card."""
    edited = noting(STEPPING_DOWN, card(3, 20, 4, revision=2))

    assert rule(step_down(edited), "G6").value == "4"
    assert step_down(edited).answer == "stay"


def test_a_voided_measure_gives_way_to_the_one_before() -> None:
    """Facts 9.11, S1: the previous valid administration is used."""
    evidence = noting(STEPPING_DOWN, score(Instrument.PHQ9, 19, at(3, 23), "wrong"))

    assert step_down(evidence).answer == "stay"
    assert step_down(noting(evidence, voided("wrong", at(3, 23, 10)))).answer == "step-down-met"


def test_with_every_administration_voided_nothing_is_known() -> None:
    """Facts 9.11, S1: none valid is UNKNOWN."""
    measures = [s.measure_id for s in STEPPING_DOWN.scores if s.instrument is Instrument.PHQ9]
    evidence = noting(STEPPING_DOWN, *(voided(measure, at(3, 23, 10)) for measure in measures))

    assert result(step_down(evidence), "S1") == "UNKNOWN"
    assert step_down(evidence).answer == "stay"


def test_a_family_that_declines_blocks_nothing_once_another_plan_is_accepted() -> None:
    """Facts 9.11, P9: the alternative support plan satisfies G11 and S7."""
    alone = without(STEPPING_DOWN, "transition_sessions", "home_climate")
    planned = noting(alone, alternative_plan(at(3, 20)))

    assert step_down(alone).answer == "stay"
    assert step_down(planned).answer == "step-down-met"
    assert result(step_down(planned), "S7") == "MET"


def test_24_hours_are_real_hours_when_the_clocks_change() -> None:
    """Facts 9.11, P3: 8 March 2026 has 23 hours in the program's zone."""
    first = at(3, 7, 12)

    assert step_down_waits(first, at(3, 8, 12), POLICY, TZ, None, None)
    assert not step_down_waits(first, at(3, 8, 13), POLICY, TZ, None, None)


def test_the_age_of_a_screen_is_counted_in_real_hours_when_the_clocks_change() -> None:
    """Facts 9.11, G3: from Friday noon to Sunday 13:00 by the wall it is 48 hours, not 49."""
    evidence = noting(without(STEPPING_DOWN, "screens"), screen(RiskLevel.LOW, at(3, 6, 12)))

    assert rule(step_down(evidence, now=at(3, 8, 13)), "G3").value == "48 h"
    assert result(step_down(evidence, now=at(3, 8, 13)), "G3") == "MET"
    assert result(step_down(evidence, now=at(3, 8, 13) + timedelta(minutes=1)), "G3") == "NOT_MET"


@pytest.mark.parametrize(
    ("now", "starts_at", "expected"),
    [
        (at(3, 20, 16), at(3, 23, 23, 30), "MET"),
        (at(3, 20, 16), at(3, 24, 0, 30), "NOT_MET"),
        (at(3, 21, 16), at(3, 23, 9), "MET"),
        (at(3, 6, 16), at(3, 9, 23, 30), "MET"),
        (at(3, 6, 16), at(3, 10, 0, 30), "NOT_MET"),
    ],
)
def test_after_friday_the_next_business_day_is_monday_by_the_programs_clock(
    now: datetime, starts_at: datetime, expected: str
) -> None:
    """Facts 9.11, G10: the program's zone, over a weekend and over a change of the clocks."""
    evidence = noting(
        without(STEPPING_DOWN, "appointments"), appointment(LevelOfCare.IOP, starts_at, when=now - timedelta(hours=1))
    )

    assert result(step_down(evidence, now=now), "G10") == expected


def test_nothing_in_the_domain_reads_the_skills_scale_itself() -> None:
    """Facts 9.11, S4: the 0-7 codes are categorical; the policy sees only whether a skill helped."""
    words = {
        token.string
        for path in (Path(intake.__file__).parent / "domain").glob("*.py")
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type == tokenize.NAME
    }

    assert "helped" in words
    assert not words & {"skill_codes", "mean", "fmean", "average"}
