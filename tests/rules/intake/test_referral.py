"""Referrals: received once, questioned by rules, decided by people."""

from datetime import timedelta
from typing import Any

import pytest

from common.change import Forget, Invalid, NotFound, Refused
from common.contracts.intake import ContactRecorded, LevelQuestion, ReferralReceived
from common.contracts.message import Contract
from common.contracts.referrals import FirstContactMade
from common.contracts.words import (
    LevelOfCare,
    ParticipantId,
    Priority,
    ReferralId,
    StaffId,
)
from intake.domain.duplicates import Identity
from intake.domain.referral import Referral, ReferralStatus
from rules.intake.episode_cases import HOUR, NOON, PROCESS, asked, facts, reminded

A, PHP = StaffId("a"), LevelOfCare.PHP
ITSELF = Identity(ParticipantId("p"))
DUE = NOON + timedelta(hours=72)
RECEIVED = ReferralReceived(at=NOON, participant_id=ParticipantId("p"), referral_id=ReferralId("r"), from_source="fhir")
CONTACT = ContactRecorded(at=NOON, participant_id=ParticipantId("p"), given_name="G", family_name="F")


def waiting(**changes: object) -> Referral:
    """A referral that came in."""
    received = RECEIVED.model_copy(update=changes)
    return apply_to(Referral(id="r"), Referral(id="r").receive(received, CONTACT))


def apply_to(referral: Referral, outcomes: list[Any]) -> Referral:
    """The referral after these facts."""
    for outcome in outcomes:
        referral = referral.after(outcome) if isinstance(outcome, Contract) else referral
    return referral


def test_the_same_referral_sent_twice_is_one_referral() -> None:
    """IN-R1"""
    assert facts(Referral(id="r").receive(RECEIVED, CONTACT)) == ["ReferralReceived", "ContactRecorded"]
    assert waiting().receive(RECEIVED, CONTACT) == []


def test_a_named_person_decides_once() -> None:
    """IN-R2"""
    accepted = apply_to(waiting(), waiting().accept(A, PHP, "", ITSELF, NOON))
    assert accepted.status is ReferralStatus.ACCEPTED
    with pytest.raises(Refused, match="already-decided"):
        accepted.accept(A, PHP, "r", ITSELF, NOON)
    with pytest.raises(Refused, match="already-decided"):
        accepted.decline(A, "r", NOON)
    declined = apply_to(waiting(), waiting().decline(A, "r", NOON))
    assert declined.decline(A, "r", NOON) == []
    with pytest.raises(Refused, match="already-decided"):
        declined.decline(A, "another-reason", NOON)
    with pytest.raises(NotFound, match="no-such-referral"):
        Referral(id="r").accept(A, PHP, "", ITSELF, NOON)
    with pytest.raises(Invalid, match="reason-missing"):
        waiting().decline(A, "", NOON)


def test_open_questions_need_a_reason_to_accept() -> None:
    """IN-R6: software asks, people decide and say why."""
    questioned = waiting(questions=("IN-R4: age-unknown",))
    with pytest.raises(Invalid, match="reason-missing"):
        questioned.accept(A, PHP, "", ITSELF, NOON)
    assert facts(questioned.accept(A, PHP, "age-confirmed-by-phone", ITSELF, NOON)) == ["ReferralAccepted"]


def test_a_question_about_one_level_needs_a_reason_at_that_level_only() -> None:
    """IN-R9"""
    adults = waiting(level_questions=(LevelQuestion(level=PHP, question="IN-R9: too-young-for-level"),))
    with pytest.raises(Invalid, match="IN-R9"):
        adults.accept(A, PHP, "", ITSELF, NOON)
    assert facts(adults.accept(A, LevelOfCare.IOP, "", ITSELF, NOON)) == ["ReferralAccepted"]


def test_somebody_may_wait_for_a_level_and_be_taken_in_later() -> None:
    """IN-R11: said again of the same level, nothing; of another level, it is said."""
    with pytest.raises(Invalid, match="reason-missing"):
        waiting().waitlist(A, PHP, "", NOON)
    listed = apply_to(waiting(), waiting().waitlist(A, PHP, "no-place", NOON))
    assert (listed.status, listed.waitlisted_for) == (ReferralStatus.WAITLISTED, PHP)
    assert listed.waitlist(A, PHP, "no-place", NOON) == []
    assert facts(listed.waitlist(A, LevelOfCare.IOP, "no-place", NOON)) == ["ReferralWaitlisted"]
    assert apply_to(listed, listed.accept(A, PHP, "", ITSELF, NOON)).status is ReferralStatus.ACCEPTED
    gone = apply_to(listed, listed.decline(A, "went-elsewhere", NOON))
    with pytest.raises(Refused, match="already-decided"):
        gone.waitlist(A, PHP, "no-place", NOON)


def test_a_person_says_how_urgent_it_is_and_the_first_contact_moves_with_it() -> None:
    """IN-R10, IN-R12: raising never moves it back, lowering counts from the referral."""
    later = NOON + 10 * HOUR
    came = waiting(contact_due_at=DUE)
    raised = came.prioritise(A, Priority.STAT, "called-in-distress", PROCESS.admission, later)
    assert reminded(raised) == {"first-contact": later + 4 * HOUR}
    urgent = apply_to(came, raised)
    assert (urgent.priority, urgent.contact_due_at) == (Priority.STAT, later + 4 * HOUR)
    assert urgent.prioritise(A, Priority.STAT, "again", PROCESS.admission, later) == []
    assert reminded(urgent.prioritise(A, Priority.ROUTINE, "calmer", PROCESS.admission, later)) == {
        "first-contact": DUE
    }
    near = apply_to(came, came.prioritise(A, Priority.STAT, "distress", PROCESS.admission, DUE - HOUR))
    assert near.contact_due_at == DUE


def test_a_first_contact_that_is_late_is_told_once() -> None:
    """IN-R12: the clinicians are told; the timer that comes early or twice changes nothing."""
    came = waiting(contact_due_at=DUE)
    assert reminded(Referral(id="r").receive(RECEIVED.model_copy(update={"contact_due_at": DUE}), CONTACT)) == {
        "first-contact": DUE
    }
    assert came.notice_late_contact(DUE - HOUR) == []
    late = came.notice_late_contact(DUE)
    assert (facts(late), asked(late)) == (["FirstContactLate"], ["SendNotice"])
    assert apply_to(came, late).notice_late_contact(DUE) == []


def test_a_first_contact_counts_once_and_says_whether_it_was_late() -> None:
    """IN-R12: said twice, or after the news that it is late."""
    came = waiting(contact_due_at=DUE)
    (made, _) = came.note_contact(A, DUE)
    assert isinstance(made, FirstContactMade)
    assert not made.late
    spoken = apply_to(came, [made])
    assert (spoken.note_contact(A, DUE + HOUR), spoken.notice_late_contact(DUE)) == ([], [])
    (made, _) = apply_to(came, came.notice_late_contact(DUE)).note_contact(A, DUE + HOUR)
    assert isinstance(made, FirstContactMade)
    assert made.late
    with pytest.raises(Invalid, match="before-the-referral"):
        came.note_contact(A, NOON - HOUR)
    with pytest.raises(NotFound, match="no-such-referral"):
        Referral(id="r").note_contact(A, NOON)


def test_nobody_is_reminded_of_somebody_who_was_decided_about() -> None:
    """IN-R12: late news of the timer."""
    came = waiting(contact_due_at=DUE)
    for outcomes in (came.accept(A, PHP, "", ITSELF, NOON), came.decline(A, "not-here", NOON)):
        assert Forget("first-contact") in outcomes
        assert apply_to(came, outcomes).notice_late_contact(DUE) == []
