"""Keeping somebody at a distance, and what was arranged with them before."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from common.change import NotFound
from common.contracts.family import AlternativeSupportPlanUsed, SupporterKeptSilent, SupporterToBeTold
from common.contracts.message import Contract
from common.contracts.network import MeetingInvitationWithdrawn, RelationEnded, SupporterHeldBack, SupporterLetIn
from common.contracts.words import SupporterId
from family.domain import distance
from family.domain.connections import Connection, ConnectionRole, Intent, Safe
from family.domain.network import MeetingState, SupportNetwork

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
    cancel,
    facts_of,
    granted,
    hear,
    named,
)
from .story import revoked as taken_back

ENDED = RelationEnded(at=NOON, participant_id=ANA, supporter_id=AUNT)
HELD = SupporterHeldBack(at=NOON, participant_id=ANA, supporter_id=AUNT)
LET_IN = SupporterLetIn(at=NOON, participant_id=ANA, supporter_id=AUNT)
LATER = NOON + 2 * HOUR


def on_map(safe: Safe = Safe.YES, intent: Intent = Intent.KEEP, who: SupporterId | None = AUNT) -> Connection:
    """Somebody on Ana's map, her aunt where nothing else is said."""
    return Connection(
        words="my aunt", role=ConnectionRole.FAMILY, closeness=4, safe=safe, intent=intent, supporter_id=who
    )


def with_meeting(*more: Contract) -> SupportNetwork:
    """A meeting with aunt and friend stands."""
    return after(granted(), granted(release="r-2", to=FRIEND), arrange(), *more)


def test_a_relation_ends_once() -> None:
    """FA-N4."""
    assert distance.end_relation(after(named()), AUNT, NOON) == [ENDED]
    assert distance.end_relation(after(named(), ENDED), AUNT, NOON) == []


def test_who_is_no_longer_there_takes_part_in_nothing() -> None:
    """FA-N4: no session, no rating, whatever release there still is."""
    with pytest.raises(NotFound):
        after(named(), granted(), ENDED).hold_session("FAM_INDIV", (AUNT,), EVA, NOON)


@pytest.mark.parametrize("act", [distance.end_relation, distance.hold_back])
def test_nobody_unknown_is_kept_at_a_distance(
    act: Callable[[SupportNetwork, SupporterId, datetime], list[Contract]],
) -> None:
    """FA-N4, FA-N5."""
    with pytest.raises(NotFound):
        act(SupportNetwork(id=ANA), AUNT, NOON)


def test_somebody_is_held_back_once_and_let_in_once() -> None:
    """FA-N5."""
    assert distance.hold_back(after(named()), AUNT, NOON) == [HELD]
    assert distance.hold_back(after(named(), HELD), AUNT, NOON) == []
    assert distance.let_in(after(named(), HELD), AUNT, NOON) == [LET_IN]
    assert distance.let_in(after(named(), HELD, LET_IN), AUNT, NOON) == []


@pytest.mark.parametrize(("fact", "reason"), [(ENDED, "relation-ended"), (HELD, "held-back")])
def test_who_is_kept_at_a_distance_hears_nothing_and_it_is_on_record(fact: Contract, reason: str) -> None:
    """FA-R4, FA-S2: before any release."""
    (silent,) = facts_of(hear(after(named(), granted(), fact), approved()))

    assert isinstance(silent, SupporterKeptSilent)
    assert silent.reason == reason


def test_who_is_let_in_hears_again_by_the_release_that_stands() -> None:
    """FA-N5, FA-R4."""
    (told,) = facts_of(hear(after(named(), granted(), HELD, LET_IN), approved()))

    assert isinstance(told, SupporterToBeTold)
    assert told.release_id == granted().release_id


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (on_map(Safe.NO), [HELD]),
        (on_map(intent=Intent.END), [HELD]),
        (on_map(Safe.UNSURE, Intent.BOUNDARY), []),
        (on_map(Safe.NO, who=None), []),
    ],
    ids=["not safe", "to end", "boundary", "nobody we tell anything"],
)
def test_whoever_is_not_safe_is_held_back_as_for_any_other_reason(entry: Connection, said: list[Contract]) -> None:
    """FA-N7: what is said is the same fact as for a wish for quiet; nothing in it tells why."""
    assert distance.put_on_map(after(named(), granted()), entry, NOON) == said


def test_a_kinder_word_later_lets_nobody_in_by_itself() -> None:
    """FA-N7."""
    assert distance.put_on_map(after(named(), HELD), on_map(Safe.YES), NOON) == []


def test_what_is_said_of_distance_has_no_room_for_a_reason() -> None:
    """FA-N7: the shape itself keeps it out."""
    for kind in (RelationEnded, SupporterHeldBack, SupporterLetIn):
        assert set(kind.model_fields) == {"at", "participant_id", "supporter_id"}


def test_a_revocation_takes_somebody_out_of_the_meeting_and_the_others_meet() -> None:
    """FA-T5."""
    (_, withdrawn) = hear(with_meeting(), taken_back())

    assert isinstance(withdrawn, MeetingInvitationWithdrawn)
    assert (withdrawn.supporter_id, withdrawn.reason) == (AUNT, "release-revoked")
    meeting = with_meeting(taken_back()).meetings[MOVE]
    assert (meeting.state, meeting.supporter_ids) == (MeetingState.ARRANGED, (FRIEND,))


def test_where_nobody_is_left_the_alternative_plan_stands_in() -> None:
    """FA-T5, FA-T2: the transition goes on."""
    *_, last = hear(with_meeting(taken_back()), taken_back("r-2", FRIEND))

    assert isinstance(last, AlternativeSupportPlanUsed)
    assert last.to_write


def test_a_revocation_said_twice_withdraws_once() -> None:
    """FA-T5."""
    assert hear(with_meeting(taken_back()), taken_back()) == []


def test_somebody_with_another_release_still_takes_part() -> None:
    """FA-T5, FA-R3."""
    (noted,) = hear(with_meeting(granted(release="r-3")), taken_back())

    assert not isinstance(noted, MeetingInvitationWithdrawn)


def test_a_meeting_that_is_over_or_given_back_stays_as_it_was() -> None:
    """FA-T5."""
    long_after = taken_back().model_copy(update={"at": NOON + timedelta(days=9)})

    assert len(hear(with_meeting(), long_after)) == 1
    assert len(hear(with_meeting(cancel()), taken_back())) == 1


@pytest.mark.parametrize("keep_away", [distance.end_relation, distance.hold_back])
def test_distance_ends_an_invitation_too(
    keep_away: Callable[[SupportNetwork, SupporterId, datetime], list[Contract]],
) -> None:
    """FA-T5, FA-R4."""
    _, withdrawn = keep_away(with_meeting(), AUNT, LATER)

    assert isinstance(withdrawn, MeetingInvitationWithdrawn)


def test_no_order_of_events_leaves_somebody_at_a_meeting_they_may_not_be_at() -> None:
    """FA-T5: every order of two grants, a revocation, a wish for distance, its end, and the request."""
    for order in permutations([granted(), granted(release="r-2"), taken_back(), HELD, LET_IN, arrange()]):
        network = SupportNetwork(id=ANA)
        for data in order:
            decided = _decided(network, data)
            for fact in decided:
                network = network.after(fact)
            meeting = network.meetings.get(MOVE)
            standing = any(r.active and r.scopes for r in network.releases.values())
            if meeting and meeting.supporter_ids:
                assert standing and AUNT not in network.held_back


def _decided(network: SupportNetwork, data: Contract) -> list[Contract]:
    if data is HELD:
        return distance.hold_back(network, AUNT, NOON) if AUNT in network.people() else []
    if data is LET_IN:
        return distance.let_in(network, AUNT, NOON)
    return facts_of(hear(network, data))


def test_news_played_again_later_asks_again_what_is_allowed_now() -> None:
    """FA-R5: a message that lay parked is judged by the day it is taken, not the day it was written."""
    until_today = granted(expires_on=NOON.date())
    assert isinstance(facts_of(hear(after(until_today), approved()))[0], SupporterToBeTold)

    (silent,) = facts_of(hear(after(until_today), approved(), NOON + timedelta(days=2)))
    assert isinstance(silent, SupporterKeptSilent)
    assert silent.reason == "release-expired"


def test_a_meeting_asked_for_late_is_not_in_the_past() -> None:
    """FA-T4, FA-R5."""
    late = NOON + timedelta(days=2, hours=1)
    (arranged,) = hear(after(granted()), arrange(), late)

    assert getattr(arranged, "starts_at", None) == late + HOUR
