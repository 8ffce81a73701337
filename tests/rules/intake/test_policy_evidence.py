"""Evidence: each thing once, in event time, whatever the order of arrival."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.contracts import coaching, family, intake, lessons, measuring, scheduling, skills
from common.contracts.message import Contract
from common.contracts.words import Instrument, RiskLevel
from intake.domain.evidence import Evidence, evidence_of
from intake.domain.evidence_items import ITEM, EvidenceItem
from rules.intake.policy_cases import (
    PARSED,
    STEPPING_DOWN,
    act_of_card,
    at,
    card,
    flag,
    flag_cleared,
    flag_reviewed,
    lesson,
    noting,
    score,
    screen,
    self_harm,
    session,
    step_down,
    voided,
)

PHQ9 = Instrument.PHQ9
STAY = tuple(item for _, items in STEPPING_DOWN for item in items)
LONG_AGO = at(1, 2) - timedelta(days=300)
AWKWARD: tuple[EvidenceItem, ...] = (
    *(card(3, 10, urge, revision=revision) for revision, urge in ((1, 5), (2, 3), (3, 0))),
    *(score(PHQ9, 9, at(1, 1) + timedelta(days=40 * n), f"q{n}") for n in range(6)),
    voided("q0", at(3, 1)),
    voided("q4", at(1, 1)),
    flag(RiskLevel.HIGH, LONG_AGO),
    flag_cleared(LONG_AGO + timedelta(days=1)),
    flag(RiskLevel.HIGH, at(3, 1), flag_id="f2"),
    *(flag_reviewed(at(3, day), date(2026, 3, 9 - day), "f2") for day in (2, 3, 4)),
    lesson("STOP", LONG_AGO),
    lesson("STOP", at(3, 9)),
    lesson("TIP", at(3, 9), 3),
    lesson("TIP", at(3, 9), 5, taken_back=True),
    lesson("TIP", at(3, 10), 8),
    lesson("IMPROVE", at(3, 9), 4),
    lesson("IMPROVE", at(3, 9), 6, taken_back=True),
    *(act_of_card(date(2026, 3, 9), at(3, 9, n), n, set_aside=n % 2 == 0) for n in range(9, 13)),
    *(act_of_card(date(2025, 6, 1), LONG_AGO + timedelta(days=n), n, set_aside=n == 2) for n in (1, 2, 90)),
    session(at(3, 9), 60, 60),
    *(self_harm(LONG_AGO + timedelta(days=50 * n)) for n in range(8)),
)


@settings(max_examples=60, deadline=None)
@given(st.permutations(AWKWARD), st.lists(st.sampled_from(AWKWARD), max_size=12))
def test_any_order_of_arrival_with_repetitions_ends_in_the_same_evidence(
    order: list[EvidenceItem], again: list[EvidenceItem]
) -> None:
    """P6: event time, not arrival; revisions, voids and pruning included."""
    assert noting(Evidence(), *order, *again) == noting(Evidence(), *AWKWARD)


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_worked_example_hashes_alike_in_any_order_of_arrival(random: Random) -> None:
    """P5, P6: same evidence, same bytes."""
    shuffled = random.sample(STAY, len(STAY))

    assert step_down(noting(Evidence(), *shuffled)).evidence_hash == step_down().evidence_hash


@pytest.mark.parametrize("item", STAY[::7])
def test_said_twice_it_is_the_very_same_evidence(item: EvidenceItem) -> None:
    """Said twice, it happens once: nothing is left to journal."""
    assert STEPPING_DOWN.noted(item) is STEPPING_DOWN


def test_a_lower_revision_arriving_late_changes_nothing() -> None:
    """Diary cards: the higher revision is the card."""
    held = noting(Evidence(), card(3, 10, 0, revision=2))

    assert held.noted(card(3, 10, 5, revision=1)) is held
    assert held.noted(card(3, 10, 5, revision=3)).diary[0].suicide_urge == 5


def test_the_void_may_arrive_before_the_measure() -> None:
    """Facts 9.11: a voided administration never counts, in either order."""
    held = noting(Evidence(), voided("q", at(3, 2)), score(PHQ9, 20, at(3, 1), "q"))

    assert held.valid(PHQ9) == ()


def test_a_flag_cleared_before_it_is_known_is_not_open() -> None:
    """G1: the clearing may overtake the raising on its way here."""
    held = noting(Evidence(), flag_cleared(at(3, 2)), flag(RiskLevel.HIGH, at(3, 1)))

    assert held.open_flags() == ()


def test_old_items_go_but_the_baseline_and_an_open_flag_stay() -> None:
    """S1 needs the first score, G1 every open flag, for as long as the episode lasts."""
    held = noting(
        Evidence(),
        flag(RiskLevel.HIGH, LONG_AGO),
        *(score(PHQ9, points, LONG_AGO + timedelta(days=n)) for n, points in ((0, 20), (7, 18), (300, 9))),
        *(screen(RiskLevel.LOW, LONG_AGO + timedelta(days=n)) for n in (0, 179, 181, 300)),
    )

    assert [s.score for s in held.valid(PHQ9)] == [20, 9]
    assert len(held.screens) == 2
    assert len(held.open_flags()) == 1


def test_every_kind_travels_as_json_and_comes_back_as_it_was() -> None:
    """An item is the body of `EvidenceNoted`."""
    assert all(ITEM.validate_json(ITEM.dump_json(item)) == item for item in (*STAY, *AWKWARD))


WHO = {"participant_id": "p1", "at": at(3, 1)}
DAY = {**WHO, "day": date(2026, 3, 1)}
STAFF = {**WHO, "episode_id": "e1"}
CALL = {
    **WHO,
    "call_id": "c1",
    "answered_by": "s1",
    "starts_at": at(3, 1),
    "ends_at": at(3, 1, 9, 20),
    "skill": "TIP",
    "risk_asked": True,
    "follow_up": False,
}
BACK = {
    **WHO,
    "at": at(3, 5),
    "module": "MINDFULNESS",
    "lesson": "WISE_MIND",
    "held_at": at(3, 1),
    "taught_at": None,
    "lesson_index": None,
    "next_lesson": "",
}
SAID: dict[str, tuple[Contract, str | None]] = {
    "diary": (
        skills.DiaryCardSubmitted.model_validate(
            {
                **DAY,
                "suicide_urge": 1,
                "self_harm_urge": None,
                "self_harm": False,
                "helped": True,
            }
        ),
        "diary-day",
    ),
    "measure": (
        skills.MeasureRecorded.model_validate(
            {**WHO, "measure_id": "q1", "instrument": "PHQ9", "score": 9, "band": "mild", "risk_item": 1}
        ),
        "score",
    ),
    "void": (skills.MeasureVoided.model_validate({**WHO, "measure_id": "q1", "voided_by": "s1"}), "voided"),
    "screen": (
        skills.SuicideScreenRecorded.model_validate(
            {**WHO, "instrument": "C-SSRS", "version": "RECENT", "level": "LOW", "clinician": "s1"}
        ),
        "screen",
    ),
    "self-harm": (skills.TargetBehaviourRecorded.model_validate({**WHO, "kind": "SELF_HARM"}), "target"),
    "late": (skills.TargetBehaviourRecorded.model_validate({**WHO, "kind": "THERAPY_INTERFERING"}), None),
    "act set aside": (
        lessons.TargetBehaviourSetAside.model_validate(
            {**WHO, "at": at(3, 5), "kind": "SUICIDAL_ACT", "happened_at": at(3, 1), "card_day": date(2026, 3, 1)}
        ),
        "target",
    ),
    "what was no harm set aside": (
        lessons.TargetBehaviourSetAside.model_validate(
            {**WHO, "kind": "QUALITY_OF_LIFE", "happened_at": at(3, 1), "card_day": date(2026, 3, 1)}
        ),
        None,
    ),
    "lesson taken back": (lessons.LessonTakenBack.model_validate({**BACK, "missed": False}), "lesson"),
    "miss taken back": (lessons.LessonTakenBack.model_validate({**BACK, "missed": True}), None),
    "flag": (
        skills.RiskFlagRaised.model_validate({**WHO, "flag_id": "f", "level": "HIGH", "rule": "SK-R1"}),
        "flag",
    ),
    "cleared": (
        skills.RiskFlagCleared.model_validate({**WHO, "flag_id": "f", "cleared_by": "s1"}),
        "flag-cleared",
    ),
    "reviewed": (
        measuring.RiskFlagReviewed.model_validate(
            {**WHO, "flag_id": "f", "review_on": date(2026, 3, 4), "reviewed_by": "s1"}
        ),
        "flag-reviewed",
    ),
    "taught": (skills.SkillTaught.model_validate({**WHO, "module": "MINDFULNESS", "lesson": "WISE_MIND"}), "lesson"),
    "attendance": (
        scheduling.SessionAttendanceRecorded.model_validate(
            {
                **WHO,
                "session_id": "x",
                "kind": "PROGRAM",
                "level": "PHP",
                "planned_minutes": 60,
                "attended_minutes": 50,
                "counted_as_attended": True,
            }
        ),
        "attendance",
    ),
    "call about life": (coaching.CoachingRecorded.model_validate({**CALL, "target": 1}), "coaching-call"),
    "call about something else": (coaching.CoachingRecorded.model_validate({**CALL, "target": 2}), None),
    "appointment": (
        scheduling.FirstAppointmentBooked.model_validate(
            {**WHO, "level": "IOP", "starts_at": at(3, 2), "receiving_team_accepted": True}
        ),
        "first-appointment",
    ),
    "transition session": (
        family.FamilySessionHeld.model_validate(
            {**WHO, "kind": "FAM_TRANSITION", "supporter_ids": ("s1",), "led_by": "s2"}
        ),
        "transition-session",
    ),
    "other family session": (
        family.FamilySessionHeld.model_validate(
            {**WHO, "kind": "FAM_PSYCHOED", "supporter_ids": ("s1",), "led_by": "s2"}
        ),
        None,
    ),
    "alternative": (
        family.AlternativeSupportPlanAccepted.model_validate({**WHO, "accepted_by": "s1"}),
        "alternative-plan",
    ),
    "climate": (
        family.HomeClimateRated.model_validate({**WHO, "supporter_id": "s1", "rating": 5}),
        "home-climate",
    ),
    "plan": (intake.SafetyPlanReviewed.model_validate({**STAFF, "reviewed_by": "s1"}), "plan-review"),
    "clearance": (
        intake.MedicalClearanceRecorded.model_validate(
            {**STAFF, "required": True, "cleared": False, "recorded_by": "s1"}
        ),
        "clearance",
    ),
    "no evidence": (intake.LeaveReturned.model_validate(STAFF), None),
}


@pytest.mark.parametrize(("data", "kind"), SAID.values(), ids=SAID)
def test_each_message_is_the_evidence_it_should_be_or_none(data: Contract, kind: str | None) -> None:
    """Facts 9.2: the events the policy uses."""
    item = evidence_of(data, "m1")

    assert (item and item.kind) == kind
    assert item is None or (item.event_id, item.at) == ("m1", at(3, 1))


def test_every_required_lesson_is_a_code_the_curriculum_may_say() -> None:
    """S5: nine lessons of crisis survival and core mindfulness."""
    assert len(PARSED["required_lessons"]) == 9
