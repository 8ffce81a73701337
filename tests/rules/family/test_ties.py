"""Ties between participants: each wishes alone, both learn only of both."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.change import Ask, Invalid, Outcome
from common.contracts.alumni import TieEnded, TieFormed, TieWished, TieWishTakenBack
from common.contracts.notifications import SendNotice
from common.contracts.words import ParticipantId
from family.domain.tie import Tie, tie_id

from .story import ANA, NOON, facts_of

BEN = ParticipantId("p-ben")
PAIR = tie_id(BEN, ANA)


def kinds(outcomes: Iterable[Outcome]) -> list[str]:
    """What was said, in order."""
    return [type(fact).__name__ for fact in facts_of(outcomes)]


def told(tie: Tie, outcomes: Iterable[Outcome]) -> Tie:
    """The tie once what was said is true."""
    for fact in facts_of(outcomes):
        tie = tie.after(fact)
    return tie


def notices(outcomes: Iterable[Outcome]) -> list[SendNotice]:
    """Who is written to."""
    return [o.command for o in outcomes if isinstance(o, Ask) and isinstance(o.command, SendNotice)]


def wished(*by: ParticipantId) -> Tie:
    """The tie once these wished it."""
    tie = Tie(id=PAIR)
    for who in by:
        tie = told(tie, tie.wish(who, NOON))
    return tie


def test_one_tie_whoever_asks() -> None:
    """FA-A6."""
    assert tie_id(ANA, BEN) == tie_id(BEN, ANA)
    with pytest.raises(Invalid, match="with-oneself"):
        tie_id(ANA, ANA)


def test_one_wish_tells_nobody() -> None:
    """FA-A7: nothing is sent, and nothing is said about the other."""
    said = Tie(id=PAIR).wish(ANA, NOON)

    assert said == [TieWished(at=NOON, participant_id=ANA, other_id=BEN)]


@pytest.mark.parametrize("order", [(ANA, BEN), (BEN, ANA)])
def test_the_second_wish_makes_the_tie_and_both_learn_of_it(order: tuple[ParticipantId, ParticipantId]) -> None:
    """FA-A6, FA-A7."""
    first, second = order
    said = wished(first).wish(second, NOON)

    assert [(type(f).__name__, f.subject()) for f in facts_of(said)] == [
        ("TieWished", second),
        ("TieFormed", second),
        ("TieFormed", first),
    ]
    assert {notice.recipient_id for notice in notices(said)} == {ANA, BEN}
    formed = [fact for fact in facts_of(said) if isinstance(fact, TieFormed)]
    assert {fact.notice_id for fact in formed} == {notice.notice_id for notice in notices(said)}


@pytest.mark.parametrize("tie", [wished(ANA), wished(ANA, BEN)])
def test_a_wish_said_twice_is_one(tie: Tie) -> None:
    """FA-A6."""
    assert tie.wish(ANA, NOON) == []


def test_a_wish_taken_back_is_not_known_by_the_other() -> None:
    """FA-A7, FA-A8."""
    said = wished(ANA).end(ANA, NOON)

    assert kinds(said) == ["TieWishTakenBack"]
    assert kinds(told(wished(ANA), said).wish(BEN, NOON)) == ["TieWished"]


def test_either_ends_it_for_both_and_nobody_is_written_to() -> None:
    """FA-A8: to be in touch again both wish it again."""
    said = wished(ANA, BEN).end(BEN, NOON)
    assert (kinds(said), notices(said)) == (["TieEnded", "TieEnded"], [])

    over = told(wished(ANA, BEN), said)
    assert over.end(ANA, NOON) == []
    assert kinds(over.wish(BEN, NOON)) == ["TieWished"]


def test_nothing_to_end_is_nothing() -> None:
    """FA-A8: the end that comes first, and one by somebody who never wished."""
    assert Tie(id=PAIR).end(ANA, NOON) == []
    assert wished(ANA).end(BEN, NOON) == []


def test_a_tie_made_again_is_told_again() -> None:
    """FA-A6: under other notices, or nobody would hear of it."""
    first = wished(ANA).wish(BEN, NOON)
    over = told(wished(ANA, BEN), wished(ANA, BEN).end(ANA, NOON))
    again = told(over, over.wish(ANA, NOON)).wish(BEN, NOON)

    assert not {n.notice_id for n in notices(first)} & {n.notice_id for n in notices(again)}


ACTS = st.lists(st.tuples(st.sampled_from(["wish", "end"]), st.sampled_from([ANA, BEN])), max_size=12)


@given(ACTS)
@settings(max_examples=300, deadline=None)
def test_in_no_order_does_one_learn_of_the_other_alone(acts: list[tuple[str, ParticipantId]]) -> None:
    """FA-A7: what one's own page can show changes by oneself, or by both."""
    tie, wishes = Tie(id=PAIR), frozenset[ParticipantId]()
    for act, who in acts:
        said = tie.wish(who, NOON) if act == "wish" else tie.end(who, NOON)
        together = wishes == {ANA, BEN}
        about_the_other = [fact for fact in facts_of(said) if fact.subject() != who]
        wishes = wishes | {who} if act == "wish" else wishes - ({ANA, BEN} if together else {who})
        assert all(isinstance(fact, TieFormed | TieEnded) for fact in about_the_other)
        assert bool(about_the_other) is (together != (wishes == {ANA, BEN}))
        assert bool(notices(said)) is (wishes == {ANA, BEN} and not together)
        tie = told(tie, said)
        assert (tie.wishes, tie.formed) == (wishes, wishes == {ANA, BEN})


def test_taking_back_says_so_to_oneself_alone() -> None:
    """FA-A7."""
    (fact,) = wished(ANA).end(ANA, NOON)
    assert isinstance(fact, TieWishTakenBack)
    assert fact.subject() == ANA
