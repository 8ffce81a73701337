"""Beds of a level: given, promised, lain in; and what staff say of them."""

import pytest

from common.change import Invalid, NotFound, Refused
from common.contracts.words import BedId, LevelOfCare, TransitionId
from rules.scheduling.bed_house import (
    ANNA,
    BEN,
    BY,
    CARA,
    DORA,
    MORNING,
    after,
    bed,
    comes,
    full_house,
    goes,
    hours,
    house,
    in_short,
    leaves_by,
    of,
    promised,
)
from scheduling.domain import bedding
from scheduling.domain.board import LevelBoard, Stage


def test_who_comes_gets_a_bed_and_who_finds_none_waits() -> None:
    """SC-P1, SC-B2: a place at a level with beds is a bed."""
    full = comes(comes(house(bed("b1"), bed("b2")), ANNA), BEN)

    assert (of(full, ANNA)[:2], of(full, BEN)[:2]) == ((Stage.OCCUPIED, "b1"), (Stage.OCCUPIED, "b2"))
    assert in_short(full.hold(TransitionId("cara"), CARA, MORNING)) == [("PlaceUnavailable", "cara")]


def test_a_level_without_beds_knows_no_beds() -> None:
    """SC-B2: day places are counted; nothing is said of beds and nothing is looked at."""
    php = LevelBoard(id="PHP")
    php = after(php, php.set_up(1, [], BY, MORNING))

    assert in_short(php.hold(TransitionId("anna"), ANNA, MORNING)) == [("PlaceHeld", "anna")]
    assert bedding.look_again(php, MORNING) == []
    with pytest.raises(Invalid, match="no-beds-here"):
        bedding.set_up_beds(php, [bed("b1")], 60, BY, MORNING)


def test_fewer_places_than_beds_are_still_the_limit() -> None:
    """SC-P1: staff for one, beds for two."""
    one = comes(house(bed("b1"), bed("b2"), places=1), ANNA)

    assert in_short(one.hold(TransitionId("ben"), BEN, MORNING)) == [("PlaceUnavailable", "ben")]


def test_a_bed_is_made_ready_between_two_people() -> None:
    """SC-B1: promised at once, it is theirs when it is ready, however early they are there."""
    empty = goes(comes(house(bed("b1")), ANNA), ANNA, hours(2))
    held = after(empty, empty.hold(TransitionId("ben"), BEN, hours(2.5)))
    there = after(held, held.confirm(TransitionId("ben"), BEN, hours(2.6)))

    assert of(there, BEN) == (Stage.OCCUPIED, "b1", hours(3))


def test_an_occupied_bed_is_promised_for_when_it_will_be_free() -> None:
    """SC-P10, SC-B2: expected until noon, ready at one; who is needed there half an hour before waits that long."""
    board = full_house()
    assert of(board, CARA) == (Stage.HELD, "b1", hours(7))

    other = goes(board, CARA, MORNING)
    assert of(promised(other, DORA, hours(4.5)), DORA) == (Stage.HELD, "b1", hours(5))
    assert in_short(other.hold(TransitionId("dora"), DORA, MORNING, hours(3.5))) == [("PlaceUnavailable", "dora")]


def test_without_an_expected_end_nothing_is_promised() -> None:
    """SC-P10: unknown is not free."""
    there = comes(house(bed("b1")), ANNA)

    assert in_short(there.hold(TransitionId("ben"), BEN, MORNING, hours(1000))) == [("PlaceUnavailable", "ben")]


def test_a_future_hold_takes_the_bed_that_would_stand_empty_shortest() -> None:
    """SC-B2: a bed that is free now stays free for who needs it now."""
    there = leaves_by(comes(house(bed("b1"), bed("b2")), ANNA), ANNA, hours(4))
    board = promised(there, CARA, hours(7))

    assert of(board, CARA)[1] == "b1"
    assert of(comes(board, BEN), BEN)[:2] == (Stage.OCCUPIED, "b2")


def test_beds_come_to_who_is_already_there() -> None:
    """SC-B5: places first, beds later: who is in lies down in order of asking, and nobody lies twice."""
    blank = LevelBoard(id="RESIDENTIAL")
    there = comes(comes(after(blank, blank.set_up(3, [], BY, MORNING)), ANNA), BEN)
    facts = bedding.set_up_beds(there, [bed("b1")], 60, BY, hours(1))
    bedded = after(there, facts)

    assert in_short(facts) == [("BedsSetUp", "level:RESIDENTIAL"), ("BedOccupied", "anna")]
    assert bedding.set_up_beds(bedded, [bed("b1")], 60, BY, hours(2)) == []
    assert in_short(bedding.set_up_beds(bedded, [bed("b1"), bed("b2")], 60, BY, hours(2)))[1:] == [
        ("BedOccupied", "ben")
    ]


def test_a_bed_somebody_lies_in_stays_on_the_list() -> None:
    """SC-B5: nobody is thrown out; a bed that loses its licence takes nobody new and keeps who is in."""
    board = full_house()
    with pytest.raises(Refused, match="bed-occupied"):
        bedding.set_up_beds(board, [bed("b2")], 60, BY, hours(1))
    with pytest.raises(Invalid, match="bed-named-twice"):
        bedding.set_up_beds(board, [bed("b1"), bed("b1")], 60, BY, hours(1))

    facts = bedding.set_up_beds(board, [bed("b1", licensed=False), bed("b2")], 60, BY, hours(1))
    assert in_short(facts) == [("BedsSetUp", "level:RESIDENTIAL"), ("BedHoldReplanned", "cara")]
    assert of(after(board, facts), ANNA)[:2] == (Stage.OCCUPIED, "b1")


def test_staff_move_somebody_to_a_bed_that_is_free() -> None:
    """SC-B7: at once, or from when they come; the bed they leave is made ready; said twice it happens once."""
    there = comes(house(bed("b1"), bed("b2"), bed("b3")), ANNA)
    board = promised(there, CARA, hours(7))
    moved = after(board, bedding.change_beds(board, ANNA, BedId("b3"), BY, hours(1)))
    assert of(moved, ANNA) == (Stage.OCCUPIED, "b3", hours(1))
    assert bedding.change_beds(moved, ANNA, BedId("b3"), BY, hours(2)) == []
    with pytest.raises(Refused, match="bed-not-free"):
        bedding.change_beds(moved, ANNA, BedId(of(moved, CARA)[1] or ""), BY, hours(2))
    with pytest.raises(NotFound, match="not-here"):
        bedding.change_beds(moved, DORA, BedId("b1"), BY, hours(2))

    asked = bedding.change_beds(moved, CARA, BedId("b1"), BY, hours(2))
    assert of(after(moved, asked), CARA) == (Stage.HELD, "b1", hours(7))
    with pytest.raises(Refused, match="bed-not-free"):
        bedding.change_beds(moved, ANNA, BedId("b1"), BY, hours(1.5))


def test_a_ready_transition_says_when_the_bed_will_be_free_and_a_stopped_one_takes_it_back() -> None:
    """SC-P11: late, repeated, and about somebody who is not here, nothing happens."""
    there = comes(house(bed("b1")), ANNA)
    away = TransitionId("t-away")
    ready = bedding.expect_transition(there, away, ANNA, hours(16), hours(1))
    known = after(there, ready)
    assert in_short(ready) == [("LeavingExpected", "anna")]
    assert bedding.expect_transition(known, away, ANNA, hours(16), hours(2)) == []
    assert bedding.expect_transition(there, away, BEN, hours(16), hours(1)) == []
    assert bedding.expect_transition(there, away, ANNA, hours(1), hours(1)) == []
    board = promised(known, CARA, hours(20), hours(2))

    stopped = bedding.forget_transition(board, away, ANNA, hours(3))
    assert in_short(stopped) == [("LeavingExpected", "anna"), ("BedHoldReplanned", "cara")]
    assert bedding.forget_transition(after(board, stopped), away, ANNA, hours(3)) == []


def test_an_expected_end_lies_ahead() -> None:
    """SC-P10: who has left gives the place back."""
    with pytest.raises(Invalid, match="in-the-past"):
        bedding.expect_leaving(full_house(), ANNA, hours(1), hours(2))
    with pytest.raises(NotFound, match="not-here"):
        bedding.expect_leaving(full_house(), DORA, hours(10), hours(2))


def test_day_places_are_promised_too_for_when_they_will_be_free() -> None:
    """SC-P10: the same at a level without beds, seats included."""
    php = LevelBoard(id=LevelOfCare.PHP.value)
    php = comes(after(php, php.set_up(1, [], BY, MORNING)), ANNA)
    known = leaves_by(php, ANNA, hours(24))

    assert in_short(known.hold(TransitionId("ben"), BEN, MORNING, hours(24))) == [("PlaceHeld", "ben")]
    assert in_short(known.hold(TransitionId("ben"), BEN, MORNING, hours(23))) == [("PlaceUnavailable", "ben")]
    booked = promised(known, BEN, hours(24))
    assert in_short(booked.hold(TransitionId("cara"), CARA, MORNING, hours(48))) == [("PlaceUnavailable", "cara")]


def test_a_place_that_was_promised_ahead_is_not_taken_while_somebody_is_in_it() -> None:
    """SC-P10, SC-P1: Anna has not left; the level is never fuller than it is large. Repeated, it is said once."""
    php = LevelBoard(id=LevelOfCare.PHP.value)
    php = leaves_by(comes(after(php, php.set_up(1, [], BY, MORNING)), ANNA), ANNA, hours(24))
    booked = promised(php, BEN, hours(24))
    refused = booked.confirm(TransitionId("ben"), BEN, hours(25))
    assert in_short(refused) == [("PlaceNotConfirmed", "ben")]
    assert refused[0].model_dump()["reason"] == "still-taken"
    assert after(booked, refused).confirm(TransitionId("ben"), BEN, hours(25)) == []

    left = goes(booked, ANNA, hours(25))
    assert in_short(left.confirm(TransitionId("ben"), BEN, hours(26))) == [("PlaceConfirmed", "ben")]


def test_a_promise_that_rests_on_nobody_is_kept_though_the_level_shrinks() -> None:
    """SC-P6: only who was promised somebody else's place has to wait until they leave."""
    php = LevelBoard(id=LevelOfCare.PHP.value)
    php = promised(comes(after(php, php.set_up(2, [], BY, MORNING)), ANNA), BEN, hours(24))
    small = after(php, php.set_up(1, [], BY, hours(1)))

    assert in_short(small.confirm(TransitionId("ben"), BEN, hours(24))) == [("PlaceConfirmed", "ben")]
