"""One evaluation as a whole: order of answers, levels without rules, same bytes, when to propose."""

from datetime import UTC, date, datetime

import pytest

from common.contracts.words import Condition, LevelOfCare, RiskLevel
from intake.domain.episode import Episode, Rules
from intake.domain.evidence import Evidence
from intake.domain.policy import Policy
from intake.domain.waiting import AFTER_STEP_DOWN, AFTER_STEP_UP, SECOND_LOOK, step_down_waits
from rules.intake.episode_cases import CARE
from rules.intake.policy_cases import (
    BOTH,
    PARSED,
    POLICY,
    STEPPING_DOWN,
    TZ,
    appointment,
    at,
    card,
    noting,
    result,
    screen,
    self_harm,
    step_down,
    step_up,
    suicidal_act,
)

LOC = LevelOfCare


def test_every_computed_rule_has_its_outcome_in_order() -> None:
    """P5: a proposal lists every rule."""
    rules = [outcome.rule for outcome in step_down().outcomes]
    triggers = ["E1", "U1", "U2", "U3", "U4", "U5", "U6", "U7", "U8", "U9", "U10"]

    assert rules == [*triggers, *(f"G{n}" for n in range(1, 13)), *(f"S{n}" for n in range(1, 8))]


def test_the_same_input_gives_the_same_evaluation() -> None:
    """P5: nothing but the input decides; the order of conditions does not."""
    assert step_down() == step_down(conditions=tuple(reversed(BOTH)), now=at(3, 23, 11, 10).astimezone(UTC))


def test_the_hash_does_not_age_but_changes_with_evidence_standing_and_policy() -> None:
    """P6: a proposal goes stale when something changed, not because an hour passed."""
    first = step_down().evidence_hash

    assert step_down(now=at(3, 23, 12)).evidence_hash == first
    assert step_down(noting(STEPPING_DOWN, screen(RiskLevel.LOW, at(3, 23, 10)))).evidence_hash != first
    assert step_down(level_since=at(3, 1)).evidence_hash != first
    assert step_down(conditions=(Condition.BPD,)).evidence_hash != first
    assert step_down(policy=Policy.from_mapping({**PARSED, "version": "1.1"})).evidence_hash != first


def test_no_evidence_at_all_means_stay_with_nothing_met_that_needs_data() -> None:
    """P1: missing data is never improvement, nor deterioration."""
    evaluation = step_down(Evidence())

    assert evaluation.answer == "stay"
    assert {o.rule for o in evaluation.outcomes if o.result == "MET"} == {"G1", "G9"}


@pytest.mark.parametrize("level", [LOC.EXTERNAL_ACUTE, LOC.CLOSED])
def test_levels_the_program_does_not_treat_at_have_no_rules(level: LevelOfCare) -> None:
    """Others answer for the participant there."""
    evaluation = step_down(noting(STEPPING_DOWN, suicidal_act(at(3, 23, 10))), level=level)

    assert (evaluation.answer, evaluation.outcomes) == ("stay", ())


@pytest.mark.parametrize("level", [LOC.RESIDENTIAL, LOC.PHP, LOC.IOP, LOC.OUTPATIENT_BOOSTER, LOC.ALUMNI])
def test_an_emergency_is_one_at_every_level_the_program_answers_for(level: LevelOfCare) -> None:
    """E1, P7."""
    evaluation = step_down(noting(STEPPING_DOWN, suicidal_act(at(3, 23, 10))), level=level)

    assert (evaluation.answer, evaluation.to_level) == ("emergency", None)


def test_from_the_booster_and_as_an_alumnus_nothing_steps_down() -> None:
    """There are no gates below IOP; completion is a person's decision."""
    assert [step_down(level=level).answer for level in (LOC.OUTPATIENT_BOOSTER, LOC.ALUMNI)] == ["stay", "stay"]


def test_a_trigger_in_residential_proposes_nothing_and_forbids_a_step_down() -> None:
    """U2: above RESIDENTIAL the program has no level; the outcome is there for the reviewer."""
    high = noting(STEPPING_DOWN, *(card(3, day, 4, revision=2) for day in (20, 21, 22)))
    evaluation = step_down(high, level=LOC.RESIDENTIAL)

    assert (evaluation.answer, evaluation.to_level) == ("stay", None)
    assert [o.result for o in evaluation.outcomes if o.rule == "U2"] == ["MET"]


def test_a_step_up_comes_before_a_step_down() -> None:
    """P2, P3: two acts of self-harm long enough ago for no gate still step up at once."""
    evaluation = step_down(noting(STEPPING_DOWN, self_harm(at(3, 18)), self_harm(at(3, 19))))

    assert (evaluation.answer, evaluation.to_level) == ("step-up", LOC.RESIDENTIAL)


def test_missing_answers_do_not_calm_an_alarm() -> None:
    """P2: UNKNOWN never suppresses step-up."""
    bare = noting(Evidence(), self_harm(at(4, 6), medical=True))

    assert step_up(bare).answer == "step-up"


NOW = at(4, 30, 12)
DUE = at(4, 29, 12)
THURSDAY, FRIDAY, SATURDAY = at(4, 23, 0), at(4, 24, 0), at(4, 25, 0)


@pytest.mark.parametrize(
    ("met_since", "last_down", "last_up", "waits"),
    [
        (DUE, None, None, {}),
        (at(4, 29, 13), None, None, {SECOND_LOOK: at(4, 30, 13)}),
        (DUE, THURSDAY, None, {}),
        (DUE, FRIDAY, None, {AFTER_STEP_DOWN: at(5, 1, 0)}),
        (DUE, SATURDAY, None, {AFTER_STEP_DOWN: at(5, 2, 0)}),
        (DUE, None, at(4, 23, 12), {}),
        (DUE, None, at(4, 23, 13), {AFTER_STEP_UP: at(4, 30, 13)}),
    ],
)
def test_a_step_down_waits_for_a_second_look_and_for_the_last_step_to_settle(
    met_since: datetime | None, last_down: datetime | None, last_up: datetime | None, waits: dict[str, datetime]
) -> None:
    """IN-P5, P3: two evaluations 24 h apart; P4: five program days after a step down, seven days after a step up."""
    assert step_down_waits(met_since, NOW, POLICY, TZ, last_down, last_up) == waits


def test_a_day_on_which_the_program_is_closed_is_no_program_day() -> None:
    """IN-P5, P4, G10: a public holiday lengthens the cool-down and moves the next business day."""
    closed = Policy.from_mapping({**PARSED, "closed_on": [date(2026, 3, 24), date(2026, 4, 29)]})
    tuesday, wednesday = (appointment(LOC.IOP, at(3, day, 13), when=at(3, 23, 10, 30)) for day in (24, 25))

    assert step_down_waits(DUE, NOW, closed, TZ, THURSDAY, None) == {AFTER_STEP_DOWN: at(5, 1, 0)}
    assert result(step_down(noting(STEPPING_DOWN, tuesday), policy=closed), "G10") == "MET"
    assert result(step_down(noting(STEPPING_DOWN, wednesday), policy=closed), "G10") == "MET"
    assert result(step_down(noting(STEPPING_DOWN, wednesday)), "G10") == "NOT_MET"


def test_a_watch_ends_at_midnight_also_when_the_clocks_change() -> None:
    """IN-P5: facts 9.9, fourteen days inclusive; 8 March 2026 has 23 hours."""
    stepped_down = Episode(id="p-1", stepped_down_at=at(3, 1, 0))

    assert stepped_down.watch_until(Rules(policy=POLICY, care=CARE, zone=TZ)) == at(3, 15, 0)
