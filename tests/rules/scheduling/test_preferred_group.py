"""A hold that names a group: what placement proposed and somebody signed is what is held, where it can be."""

from common.contracts.scheduling import PlaceHeld
from common.contracts.words import GroupId
from rules.scheduling.test_places import ANNA, BEN, CARA, NOON, T1, T2, T3, after, board, later

LAKE, RIVER = GroupId("lake"), GroupId("river")


def test_the_seat_is_in_the_group_that_was_named() -> None:
    """SC-P12: though another group has more free seats; said twice, it is held once."""
    level = board(9, lake=8, river=2)
    (held,) = level.hold(T1, ANNA, NOON, None, RIVER)

    assert isinstance(held, PlaceHeld)
    assert held.group_id == RIVER
    assert after(level, [held]).hold(T1, ANNA, later(1), None, LAKE) == []


def test_no_place_is_refused_for_a_group_that_is_full_or_unknown() -> None:
    """SC-P12: then the seat is where most are free, as without a wish."""
    level = after(board(9, lake=8, river=1), board(9, lake=8, river=1).hold(T1, ANNA, NOON, None, RIVER))

    assert [fact.group_id for fact in level.hold(T2, BEN, NOON, None, RIVER) if isinstance(fact, PlaceHeld)] == [LAKE]
    (held,) = level.hold(T3, CARA, NOON, None, GroupId("gone"))
    assert isinstance(held, PlaceHeld)
    assert held.group_id == LAKE


def test_who_waits_keeps_the_wish() -> None:
    """SC-P12: the wish is in what was said, so it counts days later, when a place becomes free."""
    level = after(board(1, lake=8, river=8), board(1, lake=8, river=8).hold(T1, ANNA, NOON))
    level = after(level, level.hold(T2, BEN, NOON, None, RIVER))
    freed = level.release(T1, ANNA, later(9))

    (held,) = [fact for fact in freed if isinstance(fact, PlaceHeld)]
    assert (held.transition_id, held.group_id) == (T2, RIVER)
