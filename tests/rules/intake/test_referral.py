"""Referrals: received once, questioned by rules, decided by people."""

from datetime import date
from typing import Any

import pytest

from common.change import Invalid, NotFound, Refused
from common.contracts.intake import ContactRecorded, ReferralReceived
from common.contracts.words import ParticipantId, ReferralId, StaffId
from intake.domain.referral import Referral, ReferralStatus, eligibility_questions
from rules.intake.episode_cases import NOON, facts

A = StaffId("a")
RECEIVED = ReferralReceived(at=NOON, participant_id=ParticipantId("p"), referral_id=ReferralId("r"), from_source="fhir")
CONTACT = ContactRecorded(at=NOON, participant_id=ParticipantId("p"), given_name="G", family_name="F")


def waiting(**changes: object) -> Referral:
    """A referral that came in."""
    received = RECEIVED.model_copy(update=changes)
    return apply_to(Referral(id="r"), Referral(id="r").receive(received, CONTACT))


def apply_to(referral: Referral, outcomes: list[Any]) -> Referral:
    """The referral after these facts."""
    for outcome in outcomes:
        referral = referral.after(outcome)
    return referral


def test_the_same_referral_sent_twice_is_one_referral() -> None:
    """IN-R1"""
    assert facts(Referral(id="r").receive(RECEIVED, CONTACT)) == ["ReferralReceived", "ContactRecorded"]
    assert waiting().receive(RECEIVED, CONTACT) == []


def test_a_named_person_decides_once() -> None:
    """IN-R2"""
    accepted = apply_to(waiting(), waiting().accept(A, "", NOON))
    assert accepted.status is ReferralStatus.ACCEPTED
    for decide in (accepted.accept, accepted.decline):
        with pytest.raises(Refused, match="already-decided"):
            decide(A, "r", NOON)
    with pytest.raises(NotFound, match="no-such-referral"):
        Referral(id="r").accept(A, "", NOON)
    with pytest.raises(Invalid, match="reason-missing"):
        waiting().decline(A, "", NOON)


def test_open_questions_need_a_reason_to_accept() -> None:
    """IN-R6: software asks, people decide and say why."""
    questioned = waiting(questions=("IN-R4: age-unknown",))
    with pytest.raises(Invalid, match="reason-missing"):
        questioned.accept(A, "", NOON)
    assert facts(questioned.accept(A, "age-confirmed-by-phone", NOON)) == ["ReferralAccepted"]


@pytest.mark.parametrize(
    ("known", "questions"),
    [
        ({}, ()),
        ({"deceased": True}, ("IN-R3: recorded-as-deceased",)),
        ({"birth_date": None}, ("IN-R4: age-unknown",)),
        ({"birth_date": date(2013, 6, 2)}, ("IN-R4: too-young",)),
        ({"birth_date": date(2013, 6, 1)}, ()),
        ({"mental_health_reason": None}, ("IN-R5: reason-unknown",)),
        ({"mental_health_reason": False}, ("IN-R5: no-mental-health-reason",)),
    ],
)
def test_what_is_not_known_or_does_not_fit_is_put_to_a_person(known: dict[str, object], questions: tuple[str]) -> None:
    """IN-R3, IN-R4, IN-R5: unknown is a question, never a pass."""
    given = {"deceased": False, "birth_date": date(1990, 1, 1), "mental_health_reason": True, **known}
    assert eligibility_questions(**given, today=date(2026, 6, 1), youngest_age=13) == questions  # type: ignore[arg-type]
