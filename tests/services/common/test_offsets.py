"""Offsets follow the oldest batch in hand: never ahead of the database, never twice."""

from aiokafka import ConsumerRecord, TopicPartition

from common.offsets import Hands

ONE, TWO = TopicPartition("skills.progress", 0), TopicPartition("skills.progress", 1)
BOTH = {ONE, TWO}


def read(partition: TopicPartition, *offsets: int) -> "list[ConsumerRecord[bytes, bytes]]":
    """Records as they come from Kafka; only where they stood matters."""
    return [ConsumerRecord(*partition, offset, 0, 0, b"", b"", None, 0, 0, ()) for offset in offsets]


def test_a_batch_that_is_done_first_waits_for_an_older_one() -> None:
    """Promise 2: offsets are never ahead of what the database has."""
    hands = Hands()
    older, newer = hands.take(read(ONE, 1, 2)), hands.take(read(ONE, 3) + read(TWO, 7))
    hands.put_down(newer)
    assert hands.due(BOTH) == {}
    hands.put_down(older)
    assert hands.due(BOTH) == {ONE: 4, TWO: 8}
    assert hands.size == 0


def test_what_is_committed_is_not_committed_again_and_what_is_not_is_tried_again() -> None:
    """A commit that failed is due until it is noted."""
    hands = Hands()
    hands.put_down(hands.take(read(ONE, 1)))
    assert hands.due(BOTH) == hands.due(BOTH) == {ONE: 2}
    hands.note_committed({ONE: 2})
    assert hands.due(BOTH) == {}


def test_a_partition_that_is_somebody_elses_by_now_is_left_to_them() -> None:
    """After a rebalance our older place must not overwrite theirs, not even when the partition comes back."""
    hands = Hands()
    hands.put_down(hands.take(read(ONE, 1) + read(TWO, 1)))
    assert hands.due({TWO}) == {TWO: 2}
    assert hands.due(BOTH) == {TWO: 2}


def test_a_log_that_was_emptied_is_counted_from_its_beginning() -> None:
    """Places may go back: the log is another one."""
    hands = Hands()
    for offsets in ((500,), (0, 1)):
        hands.put_down(hands.take(read(ONE, *offsets)))
        hands.note_committed(due := hands.due(BOTH))
    assert due == {ONE: 2}
