"""The meeting before a transition."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from common.contracts.family import (
    AlternativeSupportPlanAccepted,
    AlternativeSupportPlanUsed,
    TransitionMeetingArranged,
    TransitionMeetingCancelled,
)
from common.contracts.words import ReleaseScope, SupporterId
from family.domain.network import SupportNetwork

from .story import ANA, AUNT, EVA, FRIEND, HOUR, NOON, after, arrange, cancel, facts_of, granted, hear, named, revoked

DAY = timedelta(days=1)


@pytest.mark.parametrize("scope", [ReleaseScope.FAMILY_SESSIONS, ReleaseScope.TRANSITION_PLAN])
def test_whoever_may_take_part_is_asked(scope: ReleaseScope) -> None:
    """FA-T1."""
    (fact,) = hear(after(named(), named(FRIEND), granted(scope)), arrange())

    assert isinstance(fact, TransitionMeetingArranged)
    assert fact.supporter_ids == (AUNT,)


def test_everybody_who_may_take_part_is_asked_in_a_settled_order() -> None:
    """FA-T1."""
    network = after(granted(release="r-2", to=FRIEND), granted())
    (fact,) = hear(network, arrange())

    assert isinstance(fact, TransitionMeetingArranged)
    assert fact.supporter_ids == (AUNT, FRIEND)


def test_without_any_supporter_the_alternative_plan_stands_in_and_is_to_be_written() -> None:
    """FA-T1, FA-T2: absence of family never blocks."""
    (fact,) = hear(SupportNetwork(id=ANA), arrange())

    assert isinstance(fact, AlternativeSupportPlanUsed)
    assert fact.to_write


def test_an_accepted_alternative_plan_need_not_be_written_again() -> None:
    """FA-T2."""
    accepted = AlternativeSupportPlanAccepted(at=NOON, participant_id=ANA, accepted_by=EVA)
    (fact,) = hear(after(accepted), arrange())

    assert isinstance(fact, AlternativeSupportPlanUsed)
    assert not fact.to_write


@pytest.mark.parametrize(
    "network",
    [
        after(named()),
        after(named(), granted(ReleaseScope.SCHEDULE)),
        after(named(), granted(), revoked()),
        after(named(), revoked(), granted()),
        after(named(), granted(expires_on=NOON.date() - DAY)),
        after(named(), granted(expires_on=NOON.date() + DAY)),
    ],
    ids=["no release", "other scope", "revoked", "revoked before granted", "expired", "expired by the meeting"],
)
def test_nobody_meets_without_a_release_that_stands_at_the_meeting(network: SupportNetwork) -> None:
    """FA-T1, FA-R2, FA-R3."""
    (fact,) = hear(network, arrange())

    assert isinstance(fact, AlternativeSupportPlanUsed)


@pytest.mark.parametrize(
    ("effective_at", "starts_at"),
    [
        (NOON + 72 * HOUR, NOON + 48 * HOUR),
        (NOON + 25 * HOUR, NOON + HOUR),
        (NOON + 10 * HOUR, NOON + HOUR),
        (NOON, NOON + HOUR),
        (NOON - 10 * HOUR, NOON + HOUR),
    ],
)
def test_a_meeting_is_a_day_before_and_never_in_the_past(effective_at: datetime, starts_at: datetime) -> None:
    """FA-T4."""
    (fact,) = hear(after(granted()), arrange(effective_at))

    assert isinstance(fact, TransitionMeetingArranged)
    assert fact.starts_at == starts_at


@pytest.mark.parametrize("network", [after(granted(), arrange()), after(arrange()), after(arrange(), granted())])
def test_a_meeting_asked_for_twice_is_arranged_once(network: SupportNetwork) -> None:
    """FA-T3."""
    assert hear(network, arrange()) == []


@pytest.mark.parametrize("network", [after(granted(), arrange()), after(arrange()), SupportNetwork(id=ANA)])
def test_a_meeting_is_given_back_whatever_stood_in_for_it(network: SupportNetwork) -> None:
    """FA-T3."""
    (fact,) = hear(network, cancel())

    assert isinstance(fact, TransitionMeetingCancelled)


def test_a_meeting_given_back_twice_is_given_back_once() -> None:
    """FA-T3."""
    assert hear(after(granted(), arrange(), cancel()), cancel()) == []


def test_a_cancellation_that_comes_first_forbids_the_meeting() -> None:
    """FA-T3."""
    assert hear(after(granted(), cancel()), arrange()) == []


def test_no_order_of_events_meets_with_somebody_who_may_not() -> None:
    """FA-T1, FA-T3: every order of grant, revocation, request, cancellation and a repeat."""
    for order in permutations([granted(), revoked(), arrange(), cancel(), arrange()]):
        network, allowed, ended = SupportNetwork(id=ANA), set[SupporterId](), False
        for data in order:
            allowed = {AUNT} if data == granted() and not ended else set() if data == revoked() else allowed
            ended = ended or data == revoked()
            for fact in facts_of(hear(network, data)):
                network = network.after(fact)
                if isinstance(fact, TransitionMeetingArranged):
                    assert set(fact.supporter_ids) == allowed != set()
                if isinstance(fact, AlternativeSupportPlanUsed):
                    assert not allowed
