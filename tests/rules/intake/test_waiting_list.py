"""The waiting list: the same people give the same order, and every place adds up."""

from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from common.contracts.words import ParticipantId, Priority, ReferralId
from intake.domain.waiting_list import RANK, Waiting, ordered
from rules.intake.episode_cases import HOUR, NOON


def one(id: str, priority: Priority = Priority.ROUTINE, hours: int = 0) -> Waiting:
    """Somebody who has waited for some hours."""
    since = NOON - hours * HOUR
    return Waiting(referral_id=ReferralId(id), participant_id=ParticipantId(f"p-{id}"), priority=priority, since=since)


def ids(waiting: list[Waiting]) -> list[str]:
    """The referrals in their order."""
    return [place.waiting.referral_id for place in ordered(waiting, NOON)]


lists = st.lists(
    st.builds(one, st.sampled_from("abcdefghijkl"), st.sampled_from(Priority), st.integers(0, 3)),
    unique_by=lambda w: w.referral_id,
)


def test_the_more_urgent_come_first_then_who_waits_longer_then_the_smaller_id() -> None:
    """IN-W1"""
    line = [one("d", hours=90), one("c", hours=90), one("b", Priority.URGENT, 1), one("a", Priority.STAT), one("e")]
    assert ids(line) == ["a", "b", "c", "d", "e"]
    assert sorted(Priority, key=RANK.__getitem__) == ["stat", "asap", "urgent", "routine"]


def test_a_place_says_why() -> None:
    """IN-W2: two more urgent, one who waits longer, one with a smaller id."""
    line = [
        one("a", Priority.STAT),
        one("b", Priority.ASAP),
        one("c", hours=100),
        one("d", hours=60),
        one("e", hours=60),
    ]
    last = ordered(line, NOON)[-1]
    assert (last.waiting.referral_id, last.place, last.days_waiting) == ("e", 5, 2)
    assert (last.ahead_by_priority, last.ahead_by_waiting, last.ahead_by_id) == (2, 1, 1)


@settings(max_examples=200)
@given(lists, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_arrival(line: list[Waiting], random: Random) -> None:
    """IN-W1"""
    shuffled = list(line)
    random.shuffle(shuffled)
    assert ordered(shuffled, NOON) == ordered(line, NOON)


@settings(max_examples=200)
@given(lists)
def test_every_place_is_one_more_than_everybody_ahead_by_reason(line: list[Waiting]) -> None:
    """IN-W2: each reason counts exactly those it names."""
    for place in ordered(line, NOON):
        me = place.waiting
        alike = [w for w in line if w.priority is me.priority]
        assert place.ahead_by_priority == sum(RANK[w.priority] < RANK[me.priority] for w in line)
        assert place.ahead_by_waiting == sum(w.since < me.since for w in alike)
        assert place.ahead_by_id == sum(w.since == me.since and w.referral_id < me.referral_id for w in alike)
        assert place.place == 1 + place.ahead_by_priority + place.ahead_by_waiting + place.ahead_by_id


@settings(max_examples=100)
@given(lists, st.integers(0, 1000))
def test_time_alone_moves_nobody(line: list[Waiting], hours: int) -> None:
    """IN-W1: a list looked at tomorrow has the same order."""
    later = ordered(line, NOON + timedelta(hours=hours))
    assert [p.waiting for p in later] == [p.waiting for p in ordered(line, NOON)]
