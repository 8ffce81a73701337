"""Sessions with one participant: planned, moved, cancelled, handed over."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from common.change import Invalid, NotEntitled, NotFound, Refused
from common.contracts.message import Contract
from common.contracts.sessions import AppointmentKind, FamilySessionType, HandedOver, SessionPlanned
from common.contracts.words import LevelOfCare, ParticipantId, SessionId, StaffId
from scheduling.domain.appointment import Appointment

MONDAY = datetime(2026, 3, 2, 15, tzinfo=UTC)
SENDER, RECEIVER = StaffId("s-php"), StaffId("s-iop")
RISK = [HandedOver.RISK_AND_SAFETY_PLAN, HandedOver.MEDICINES]


def plan(**more: Any) -> SessionPlanned:
    """An individual session of fifty minutes."""
    usual: dict[str, Any] = {
        "participant_id": ParticipantId("anna"),
        "session_id": SessionId("x1"),
        "kind": AppointmentKind.INDIVIDUAL,
        "level": LevelOfCare.IOP,
        "starts_at": MONDAY,
        "minutes": 50,
        "room": "r1",
        "staff": (SENDER,),
        "planned_by": StaffId("s1"),
    }
    return SessionPlanned(at=MONDAY - timedelta(days=7), **usual | more)


HAND_OVER: dict[str, Any] = {"kind": AppointmentKind.HAND_OVER, "staff": (SENDER, RECEIVER)}


def after(state: Appointment, facts: Iterable[Contract]) -> Appointment:
    """The session once all facts are true."""
    for fact in facts:
        state = state.after(fact)
    return state


def planned(**more: Any) -> Appointment:
    """The session as it was planned."""
    return after(Appointment(id="x1"), Appointment(id="x1").arrange(plan(**more)))


def test_a_session_takes_its_room_its_staff_and_its_participant() -> None:
    """SC-S1: and nothing once it is cancelled."""
    (time,) = planned().times()

    assert time.takes == ("staff:s-php", "room:r1", "participant:anna")
    assert after(planned(), planned().cancel("ill", SENDER, MONDAY)).times() == []
    assert Appointment(id="x1").times() == []


def test_said_twice_it_is_planned_once_and_another_time_moves_it() -> None:
    """SC-S1: by whom and when it was said does not make it another."""
    again = plan(planned_by=StaffId("s2")).model_copy(update={"at": MONDAY})
    later = plan(starts_at=MONDAY + timedelta(hours=1))

    assert planned().arrange(again) == []
    assert after(planned(), planned().arrange(later)).times()[0].starts_at == MONDAY + timedelta(hours=1)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"staff": (SENDER, SENDER)}, "staff-named-twice"),
        ({"staff": ()}, "staff-named-twice"),
        ({"kind": AppointmentKind.HAND_OVER}, "hand-over-needs-two"),
        ({"kind": AppointmentKind.HAND_OVER, "staff": (SENDER, SENDER)}, "staff-named-twice"),
        ({"kind": AppointmentKind.FAMILY}, "family-type-missing"),
        ({"family_type": FamilySessionType.FAM_SAFETY}, "family-type-missing"),
        ({"participant_present": False}, "participant-missing"),
    ],
)
def test_a_session_that_makes_no_sense_is_refused(more: dict[str, Any], code: str) -> None:
    """SC-S2: with a code, and nothing changes."""
    with pytest.raises(Invalid) as refused:
        Appointment(id="x1").arrange(plan(**more))

    assert refused.value.code == code


def test_a_family_session_without_the_participant_leaves_them_free() -> None:
    """SC-S1: skills coaching for a supporter takes the clinician's time alone."""
    family = {"kind": AppointmentKind.FAMILY, "family_type": FamilySessionType.FAM_COACH, "participant_present": False}

    assert planned(**family).times()[0].takes == ("staff:s-php", "room:r1")


def test_a_session_stays_with_its_participant() -> None:
    """SC-S1: another participant is another session."""
    with pytest.raises(Invalid) as refused:
        planned().arrange(plan(participant_id=ParticipantId("ben")))

    assert refused.value.code == "another-participant"


def test_a_cancelled_session_is_cancelled_once_and_may_be_planned_again() -> None:
    """SC-S3: what was never planned cannot be cancelled."""
    gone = after(planned(), planned().cancel("ill", SENDER, MONDAY))

    assert gone.cancel("ill", SENDER, MONDAY) == []
    assert len(gone.arrange(plan())) == 1
    with pytest.raises(NotFound):
        Appointment(id="x1").cancel("ill", SENDER, MONDAY)


def test_the_receiver_says_that_the_hand_over_was_held_once() -> None:
    """SC-S4: said twice, it is said once; after that it is neither moved nor cancelled."""
    said = planned(**HAND_OVER).receive(RISK, True, RECEIVER, MONDAY)
    held = after(planned(**HAND_OVER), said)

    assert (len(said), held.receive(RISK, True, RECEIVER, MONDAY)) == (1, [])
    with pytest.raises(Refused) as refused:
        held.cancel("ill", SENDER, MONDAY)
    assert refused.value.code == "hand-over-held"
    with pytest.raises(Refused) as refused:
        held.arrange(plan(**HAND_OVER, minutes=30))
    assert refused.value.code == "hand-over-held"


@pytest.mark.parametrize(
    ("more", "covered", "by", "code"),
    [
        (HAND_OVER, RISK, SENDER, "receiver-says"),
        (HAND_OVER, [HandedOver.MEDICINES], RECEIVER, "risk-not-handed-over"),
        ({}, RISK, RECEIVER, "no-hand-over"),
    ],
)
def test_a_hand_over_is_received_by_the_receiver_with_risk_and_safety_plan(
    more: dict[str, Any], covered: list[HandedOver], by: StaffId, code: str
) -> None:
    """SC-S4: the sender cannot say it, and without risk and safety plan it is none."""
    with pytest.raises(Refused) as refused:
        planned(**more).receive(covered, True, by, MONDAY)

    assert refused.value.code == code
    assert (refused.type is NotEntitled) == (code == "receiver-says")


def test_a_cancelled_hand_over_was_not_held() -> None:
    """SC-S4: it is planned again first."""
    gone = after(planned(**HAND_OVER), planned(**HAND_OVER).cancel("ill", SENDER, MONDAY))
    with pytest.raises(Refused) as refused:
        gone.receive(RISK, True, RECEIVER, MONDAY)

    assert refused.value.code == "session-cancelled"
