"""Whether a journey shows what a case is about."""

from typing import Any

import pytest

from throughline.cohort.cases import CASES
from throughline.cohort.judging import judge, judge_unreadable, not_played


def event(type: str, /, **plain: Any) -> dict[str, Any]:
    """One event of a journey as operations tells it."""
    return {"type": f"{type}.v1", "plain": plain}


HELD_AND_COMPLETED = [
    event("LevelOfCareChanged", to_level="RESIDENTIAL"),
    event("TransitionProposed", kind="STEP_DOWN", proposed_by="policy 1.0+3f9a"),
    event("TransitionApproved"),
    event("TransitionHeld", reason="no-place"),
    event("TransitionReady"),
    event("LevelOfCareChanged", to_level="PHP"),
    event("TransitionCompleted"),
]


def test_a_case_whose_events_all_came_in_order_is_ok() -> None:
    """What is expected is found in the journey, in its order."""
    verdict = judge(CASES["destination-full"], "3fa2", HELD_AND_COMPLETED)

    assert (verdict.ok, verdict.differs, verdict.participant) == (True, "", "3fa2")
    assert "held no-place" in verdict.observed


@pytest.mark.parametrize("left_out", range(len(HELD_AND_COMPLETED)))
def test_a_case_differs_when_any_of_its_events_is_missing(left_out: int) -> None:
    """No event of a case can be left out unnoticed."""
    without = [*HELD_AND_COMPLETED[:left_out], *HELD_AND_COMPLETED[left_out + 1 :]]

    assert not judge(CASES["destination-full"], "3fa2", without).ok


def test_a_case_differs_when_its_events_come_in_another_order() -> None:
    """Held after the change of level is not a wait for a place."""
    late = [*HELD_AND_COMPLETED[:3], *HELD_AND_COMPLETED[4:], HELD_AND_COMPLETED[3]]

    assert judge(CASES["destination-full"], "3fa2", late).differs.startswith("not seen")


def test_a_person_who_proposes_is_not_the_policy() -> None:
    """The full way is proposed by the policy, not by staff."""
    by_staff = [event("TransitionProposed", kind="STEP_DOWN", proposed_by="therapist-1")]

    assert "by policy" in judge(CASES["refused"], "3fa2", [HELD_AND_COMPLETED[0], *by_staff]).differs


def test_one_notice_to_a_silent_supporter_spoils_the_case() -> None:
    """What must never be seen is looked for."""
    journey = [
        event("TransitionProposed", kind="STEP_DOWN", proposed_by="policy 1.0"),
        event("SupporterKeptSilent", reason="no-release"),
        event("TransitionApproved"),
        event("LevelOfCareChanged", to_level="PHP"),
    ]
    told = event("NoticeSent", recipient_kind="SUPPORTER", template="transition-planned")

    assert judge(CASES["silent-supporter"], "3fa2", journey).ok
    assert judge(CASES["silent-supporter"], "3fa2", [*journey, told]).differs.startswith("seen")


def test_a_case_that_nobody_plays_is_no_failure_and_says_so() -> None:
    """Too few referrals are told, not held against the run."""
    verdict = not_played(CASES["step-up"])

    assert (verdict.ok, verdict.played, verdict.observed) == (True, False, "not played: too few referrals")


def test_unreadable_referrals_are_counted() -> None:
    """The case that no participant plays."""
    assert judge_unreadable(16).observed.startswith("16 named")
    assert not judge_unreadable(0).played


def test_every_case_of_the_program_is_there() -> None:
    """The cohort contains every named case."""
    assert set(CASES) == {
        "full-way",
        "step-up",
        "destination-full",
        "refused",
        "leave",
        "against-advice",
        "readmission",
        "silent-supporter",
        "told-supporter",
        "revoked-release",
        "compensated",
        "cancelled",
        "waiting-admission",
        "planned-move",
        "bed-replanned",
        "undone-move",
        "placement",
        "night-flag",
        "unreadable-referral",
    }
