"""The test oracle of program policy 1.0 (facts 9.11): each of its rows has a test, here or where the row is decided."""

import ast
import json
from pathlib import Path

import pytest

from common.contracts import CONTRACTS
from intake.domain.evidence import evidence_of

TESTS = Path(__file__).parents[2]
EXAMPLES, TASKS = "rules/intake/test_policy_worked_examples.py", "rules/intake/test_policy_tasks.py"
REVIEW, HERE = "rules/intake/test_review.py", "rules/intake/test_policy_oracle.py"
WITHDRAWN, COMING_OF_AGE = "rules/intake/test_withdrawn.py", "rules/intake/test_coming_of_age.py"

ROWS: dict[str, list[tuple[str, str]]] = {
    "admission screen RECENT high, since last contact none": [
        (EXAMPLES, "test_a_high_screen_at_admission_does_not_block_when_since_last_contact_is_none")
    ],
    "PHQ-9 missing for three weeks": [
        (EXAMPLES, "test_phq9_missing_for_three_weeks_leaves_its_rules_unknown_and_names_it"),
        (TASKS, "test_what_is_missing_is_asked_for_once_a_day_by_name"),
    ],
    "self-harm entered late": [
        (EXAMPLES, "test_self_harm_entered_late_changes_the_answer_and_the_hash"),
        (WITHDRAWN, "test_late_self_harm_makes_an_open_proposal_stale_and_unsignable"),
    ],
    "diary edited after review": [(EXAMPLES, "test_a_diary_card_edited_after_review_is_evaluated_anew")],
    "measure voided": [
        (EXAMPLES, "test_a_voided_measure_gives_way_to_the_one_before"),
        (EXAMPLES, "test_with_every_administration_voided_nothing_is_known"),
        (WITHDRAWN, "test_a_step_up_goes_stale_when_what_it_rests_on_is_taken_back"),
    ],
    "two approvals race": [("services/intake/test_policy.py", "test_of_two_last_signatures_at_once_one_is_a_conflict")],
    "clock changes and zones": [
        (EXAMPLES, "test_24_hours_are_real_hours_when_the_clocks_change"),
        (EXAMPLES, "test_after_friday_the_next_business_day_is_monday_by_the_programs_clock"),
        ("rules/intake/test_transition.py", "test_midnight_is_the_programs_also_when_the_clocks_change"),
        ("rules/intake/test_policy_evaluation.py", "test_a_watch_ends_at_midnight_also_when_the_clocks_change"),
    ],
    "family declines": [
        (EXAMPLES, "test_a_family_that_declines_blocks_nothing_once_another_plan_is_accepted"),
    ],
    "consent revoked between approval and notice": [
        ("rules/notifications/test_sending.py", "test_a_revocation_while_a_notice_waits_wins"),
    ],
    "payer denies": [(HERE, "test_only_clinical_facts_count_for_the_policy")],
    "one billable level per date": [
        ("rules/intake/test_signing.py", "test_one_clinician_approves_an_ordinary_step_down_for_the_next_midnight")
    ],
    "a participant turns 18": [
        (COMING_OF_AGE, "test_what_a_guardian_allowed_rests_from_the_birthday_until_the_participant_grants_it"),
    ],
    "24-hour pause and a HIGH screen": [
        ("rules/scheduling/test_coaching.py", "test_danger_to_life_overrides_the_pause"),
        ("rules/scheduling/test_coaching.py", "test_whatever_is_so_a_call_goes_to_somebody"),
        (REVIEW, "test_worrying_evidence_is_looked_at_when_it_comes"),
    ],
    "skills scale averaged": [(EXAMPLES, "test_nothing_in_the_domain_reads_the_skills_scale_itself")],
    "four misses, one week cancelled": [
        ("rules/scheduling/test_misses.py", "test_an_excused_absence_neither_counts_nor_resets")
    ],
}
"""Row -> its tests."""

EVIDENCE = {
    *("SafetyPlanReviewed", "MedicalClearanceRecorded", "MoreSupportAsked", "LocOpinionRecorded"),
    *("SessionAttendanceRecorded", "FirstAppointmentBooked", "CoachingRecorded"),
    *("DiaryCardSubmitted", "MeasureRecorded", "MeasureVoided", "SuicideScreenRecorded", "TargetBehaviourRecorded"),
    *("RiskFlagRaised", "RiskFlagCleared", "RiskFlagReviewed", "SkillTaught"),
    *("LessonTakenBack", "TargetBehaviourSetAside"),
    *("FamilySessionHeld", "AlternativeSupportPlanAccepted", "HomeClimateRated"),
}
"""The messages the policy counts. Source: facts 9.2."""


@pytest.mark.parametrize(("path", "name"), [test for tests in ROWS.values() for test in tests])
def test_every_row_of_the_oracle_has_its_test(path: str, name: str) -> None:
    """Facts 9.11: a row whose test is renamed or gone is a row nobody checks."""
    tree = ast.parse((TESTS / path).read_text())
    names = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}

    assert name in names


@pytest.mark.parametrize("type_name", sorted(name for name in CONTRACTS if name.partition(".")[0] not in EVIDENCE))
def test_only_clinical_facts_count_for_the_policy(type_name: str) -> None:
    """Facts 9.11, 9.1 P8: a payer's denial, a full house, a preference or a release changes no clinical answer."""
    sample = json.loads((TESTS / "contracts" / "samples" / f"{type_name}.json").read_text())

    assert evidence_of(CONTRACTS[type_name].model_validate(sample), "m") is None
