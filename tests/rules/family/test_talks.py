"""The talk before a change of level: asked to, held, declined, passed by; and who stands in."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from common.change import Forget, Invalid, NotFound, Outcome, Refused, Remind
from common.contracts.family import (
    AlternativeSupportPlanAccepted,
    AlternativeSupportPlanUsed,
    FamilySessionHeld,
    ReleaseNoted,
    TransitionMeetingArranged,
)
from common.contracts.meetings import (
    StandIn,
    StandInKind,
    TalkedOver,
    TransitionMeetingHeld,
    TransitionMeetingPassed,
)
from common.contracts.message import Contract
from common.contracts.network import MeetingInvitationWithdrawn
from common.contracts.notifications import SendNotice
from common.contracts.words import ReleaseScope, Role, StaffId, SupporterId, TransitionId
from family.domain import talks
from family.domain.network import SupportNetwork

from .story import (
    ANA,
    AUNT,
    EVA,
    FRIEND,
    HOUR,
    MOVE,
    NOON,
    after,
    approved,
    arrange,
    asks_of,
    cancel,
    facts_of,
    granted,
    hear,
    named,
    revoked,
)

ALL = tuple(TalkedOver)


def told(network: SupportNetwork, outcomes: Iterable[Outcome]) -> SupportNetwork:
    """The network once what was said is true."""
    for fact in facts_of(outcomes):
        network = network.after(fact)
    return network


def prepared(*happened: Contract) -> SupportNetwork:
    """The network once all this was heard, and what follows from it was asked."""
    network = after(*happened)
    return told(network, talks.prepare(network, NOON))


def notices(outcomes: Iterable[Outcome]) -> list[tuple[str, str]]:
    """Who is told by which text."""
    orders = [order for order in asks_of(outcomes) if isinstance(order, SendNotice)]
    return [(order.recipient_id, order.template) for order in orders]


def held(*gone_through: TalkedOver, who: tuple[SupporterId, ...] = (AUNT,)) -> TransitionMeetingHeld:
    """Eva held the talk."""
    return TransitionMeetingHeld(
        at=NOON + 48 * HOUR,
        participant_id=ANA,
        transition_id=MOVE,
        supporter_ids=who,
        participant_present=True,
        receiving_staff=StaffId("staff-max"),
        gone_through=gone_through,
        led_by=EVA,
    )


@pytest.mark.parametrize("effective", [-10, 0, 1, 72])
@pytest.mark.parametrize("network", [SupportNetwork(id=ANA), after(named()), after(named(), granted())])
def test_intake_is_answered_at_once_whoever_is_there_and_whenever_it_is(
    network: SupportNetwork, effective: int
) -> None:
    """FA-T10: a clinically indicated move waits for no talk; one fact, in the same decision."""
    (answer,) = facts_of(hear(network, arrange(NOON + effective * HOUR)))

    assert isinstance(answer, TransitionMeetingArranged | AlternativeSupportPlanUsed)


def test_who_takes_part_is_asked_and_the_family_clinician_prepares() -> None:
    """FA-T11: with the scope the release has, and a day after the talk somebody looks."""
    network = after(named(), granted(ReleaseScope.FAMILY_SESSIONS), named(FRIEND), arrange())
    said = talks.prepare(network, NOON)

    assert notices(said) == [(AUNT, "meeting-invited"), (Role.FAMILY_CLINICIAN, "talk-to-prepare")]
    assert next(order.scope for order in asks_of(said) if isinstance(order, SendNotice)) is ReleaseScope.FAMILY_SESSIONS
    assert [o.due_at for o in said if isinstance(o, Remind)] == [NOON + 72 * HOUR]


def test_the_invitation_to_a_talk_at_once_does_not_settle() -> None:
    """FA-T11."""
    soon, later = (talks.prepare(after(granted(), arrange(NOON + n * HOUR)), NOON) for n in (0, 72))

    dues = [next(order.due_at for order in asks_of(said) if isinstance(order, SendNotice)) for said in (soon, later)]
    assert dues == [None, NOON + HOUR]


@pytest.mark.parametrize(
    "network", [prepared(granted(), arrange()), prepared(arrange()), SupportNetwork(id=ANA), after(granted(), cancel())]
)
def test_asked_already_nobody_is_asked_again(network: SupportNetwork) -> None:
    """FA-T11, FA-T12: repeated, with nothing arranged, and after a cancellation that came first."""
    assert facts_of(talks.prepare(network, NOON)) == []
    assert notices(talks.prepare(network, NOON)) == []


def test_without_family_the_family_clinician_is_asked_to_write_the_plan_once() -> None:
    """FA-T12: and nobody is asked where one is accepted."""
    assert notices(talks.prepare(after(arrange()), NOON)) == [(Role.FAMILY_CLINICIAN, "support-plan-to-write")]
    accepted = AlternativeSupportPlanAccepted(at=NOON, participant_id=ANA, accepted_by=EVA)
    assert notices(talks.prepare(after(accepted, arrange()), NOON)) == []


def test_a_release_taken_back_later_asks_for_the_plan() -> None:
    """FA-T12: the talk it replaces is not looked after any more."""
    network = told(prepared(granted(), arrange()), hear(prepared(granted(), arrange()), revoked()))
    said = talks.prepare(network, NOON)

    assert notices(said) == [(Role.FAMILY_CLINICIAN, "support-plan-to-write")]
    assert Forget(talks.PASSED) in said


def test_who_was_asked_hears_that_it_is_off_once() -> None:
    """FA-T11: unless they hear that of the plan."""
    network = told(prepared(granted(), arrange()), hear(prepared(granted(), arrange()), cancel()))
    said = talks.call_off(network, MOVE, NOON)
    assert notices(said) == [(AUNT, "meeting-off")]
    assert notices(talks.call_off(told(network, said), MOVE, NOON)) == []

    knew = prepared(granted(), approved(), arrange())
    assert notices(talks.call_off(told(knew, hear(knew, cancel())), MOVE, NOON)) == []


def test_nobody_hears_that_a_talk_is_off_without_a_release_now() -> None:
    """FA-T11, FA-R3."""
    network = prepared(granted(), arrange())
    network = told(network, hear(network, revoked()))

    assert notices(talks.call_off(network, MOVE, NOON)) == []


def test_a_no_needs_no_reason_and_the_last_one_lets_the_plan_stand_in() -> None:
    """FA-T13: said twice, said once."""
    network = prepared(granted(), granted(release="r-2", to=FRIEND), arrange())
    first = talks.decline(network, MOVE, AUNT, NOON)
    assert [(type(one), getattr(one, "reason", "")) for one in first] == [(MeetingInvitationWithdrawn, "declined")]

    network = told(network, first)
    assert talks.decline(network, MOVE, AUNT, NOON) == []
    last = talks.decline(network, MOVE, FRIEND, NOON)
    assert [type(one) for one in last] == [MeetingInvitationWithdrawn, AlternativeSupportPlanUsed]
    assert notices(talks.prepare(told(network, last), NOON)) == [(Role.FAMILY_CLINICIAN, "support-plan-to-write")]


def test_only_who_was_asked_can_say_no() -> None:
    """FA-T13."""
    with pytest.raises(NotFound, match="not-invited"):
        talks.decline(prepared(granted(), arrange()), MOVE, FRIEND, NOON)
    with pytest.raises(NotFound, match="no-such-meeting"):
        talks.decline(after(granted()), MOVE, AUNT, NOON)


def test_a_talk_that_was_held_counts_as_a_family_session_once() -> None:
    """FA-T14: also one that was held although the plan stood in."""
    for network in (prepared(granted(), arrange()), prepared(named(), arrange())):
        said = talks.hold(network, held(TalkedOver.WARNING_SIGNS))
        session, fact = facts_of(said)
        assert isinstance(session, FamilySessionHeld)
        assert (session.kind, fact, Forget(talks.PASSED) in said) == (
            "FAM_TRANSITION",
            held(TalkedOver.WARNING_SIGNS),
            True,
        )
        assert talks.hold(told(network, said), held(TalkedOver.WARNING_SIGNS)) == []


def test_what_is_gone_through_adds_up() -> None:
    """FA-T14."""
    network = prepared(granted(), arrange())
    assert talks.still_open(network, MOVE) == list(ALL)
    for part in ALL:
        said = talks.hold(network, held(part))
        network = told(network, said)
    assert talks.still_open(network, MOVE) == []
    assert network.meetings[MOVE].gone_through == ALL


def test_a_talk_nobody_asked_for_or_that_was_called_off_was_not_held() -> None:
    """FA-T14."""
    with pytest.raises(NotFound, match="no-such-meeting"):
        talks.hold(after(granted()), held())
    with pytest.raises(Refused, match="meeting-cancelled"):
        talks.hold(after(granted(), arrange(), cancel()), held())
    with pytest.raises(NotFound, match="no-such-supporter"):
        talks.hold(prepared(granted(), arrange()), held(who=(FRIEND,)))


def test_a_talk_that_passed_by_is_asked_about_once_and_stops_nothing() -> None:
    """FA-T15."""
    network = prepared(granted(), arrange())
    said = talks.pass_by(network, NOON + timedelta(days=3))
    assert [type(fact) for fact in facts_of(said)] == [TransitionMeetingPassed]
    assert notices(said) == [(Role.FAMILY_CLINICIAN, "talk-not-recorded")]
    assert talks.pass_by(told(network, said), NOON + timedelta(days=9)) == [Forget(talks.PASSED)]


NEXT = TransitionId("t-2")


def two_talks() -> tuple[SupportNetwork, list[Outcome]]:
    """The talk of one move, and days later that of the next; with what was said about the second."""
    network = prepared(granted(), arrange())
    later = arrange(NOON + 240 * HOUR).model_copy(update={"transition_id": NEXT})
    network = told(network, hear(network, later))
    said = talks.prepare(network, NOON)
    return told(network, said), said


@pytest.mark.parametrize("end", ["held", "cancelled", "declined", "passed"])
def test_the_end_of_one_talk_leaves_the_next_one_looked_after(end: str) -> None:
    """FA-T15: whichever is settled first, the other one is asked about at its own time."""
    network, said = two_talks()
    assert [one.due_at for one in said if isinstance(one, Remind)] == [NOON + 72 * HOUR]
    network = told(network, [AlternativeSupportPlanAccepted(at=NOON, participant_id=ANA, accepted_by=EVA)])
    match end:
        case "held":
            said = talks.hold(network, held())
        case "cancelled":
            said = talks.call_off(told(network, hear(network, cancel())), MOVE, NOON)
        case "declined":
            said = talks.prepare(told(network, talks.decline(network, MOVE, AUNT, NOON)), NOON)
        case "passed":
            said = talks.pass_by(network, NOON + 72 * HOUR)

    assert [one for one in said if isinstance(one, Remind | Forget)] == [Remind(talks.PASSED, NOON + 240 * HOUR)]


def test_of_two_talks_that_passed_while_nobody_looked_both_are_asked_about() -> None:
    """FA-T15: once each."""
    network, _ = two_talks()
    said = talks.pass_by(network, NOON + 300 * HOUR)

    assert [one.transition_id for one in facts_of(said) if isinstance(one, TransitionMeetingPassed)] == [MOVE, NEXT]
    assert not [one for one in said if isinstance(one, Remind)]


def test_a_talk_that_was_held_early_stays_held_whatever_is_taken_back() -> None:
    """FA-T14: a release, or a no, changes what is to come; who was there was there, and it counts once."""
    network = prepared(granted(), arrange())
    network = told(network, talks.hold(network, held(*ALL).model_copy(update={"at": NOON})))

    assert [type(fact) for fact in facts_of(hear(network, revoked()))] == [ReleaseNoted]
    with pytest.raises(NotFound, match="not-invited"):
        talks.decline(network, MOVE, AUNT, NOON)


@pytest.mark.parametrize("end", ["held", "cancelled", "declined", "unknown"])
def test_a_late_timer_of_a_talk_that_is_settled_says_nothing(end: str) -> None:
    """FA-T15."""
    network = prepared(granted(), arrange())
    ends = {
        "held": told(network, talks.hold(network, held())),
        "cancelled": told(network, hear(network, cancel())),
        "declined": told(network, talks.decline(network, MOVE, AUNT, NOON)),
        "unknown": SupportNetwork(id=ANA),
    }

    assert talks.pass_by(ends[end], NOON + timedelta(days=3)) == [Forget(talks.PASSED)]


def test_stand_ins_say_for_what_and_replace_those_before() -> None:
    """FA-T12: what somebody stands in for is open no more."""
    network = prepared(arrange())
    peer = StandIn(kind=StandInKind.PEER, stands_in_for=(TalkedOver.WARNING_SIGNS, TalkedOver.WHO_TO_CALL))
    ours = StandIn(kind=StandInKind.CLINICIAN, staff_id=EVA, stands_in_for=(TalkedOver.SAFETY_PLAN_ROLE,))
    network = told(network, talks.name_stand_ins(network, [peer, ours], EVA, NOON))
    assert talks.still_open(network, MOVE) == [TalkedOver.HOME_AGREEMENT]

    assert talks.name_stand_ins(network, [peer, ours], EVA, NOON) == []
    network = told(network, talks.name_stand_ins(network, [ours], EVA, NOON))
    assert network.stand_ins == (ours,)
    with pytest.raises(Invalid, match="stands-in-for-nothing"):
        talks.name_stand_ins(network, [peer.model_copy(update={"stands_in_for": ()})], EVA, NOON)
