"""Beds promised and planned anew: a discharge that slips, a bed out of order; and who is told."""

import pytest

from common.change import Forget, Invalid, NotFound, Refused, Remind
from common.contracts.places import BedHoldReplanned
from common.contracts.scheduling import PlaceNotConfirmed
from common.contracts.words import BedId, TransitionId
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
from scheduling.domain.board import Stage
from scheduling.domain.intervals import Span


def test_a_discharge_that_slips_moves_the_hold_to_another_bed_of_the_unit() -> None:
    """SC-B4: the same unit first, then the same site; exactly who is affected is told."""
    beds = [bed("b1"), bed("b2", unit="b"), bed("b3"), bed("b4", site="south")]
    there = comes(comes(house(*beds), ANNA), DORA)
    board = promised(leaves_by(there, ANNA, hours(4)), CARA, hours(7))
    assert of(board, CARA)[1] == "b1"
    board = promised(leaves_by(board, DORA, hours(20)), BEN, hours(30))
    slips = bedding.expect_leaving(board, ANNA, hours(10), hours(1))

    assert in_short(slips) == [("LeavingExpected", "anna"), ("BedHoldReplanned", "cara")]
    (told,) = [fact for fact in slips if isinstance(fact, BedHoldReplanned)]
    assert (told.was_bed_id, told.bed_id, told.from_at, told.reason) == ("b1", "b3", hours(7), "stay-longer")
    assert of(after(board, slips), BEN) == of(board, BEN)


def test_a_small_slip_keeps_the_bed_and_comes_a_little_later() -> None:
    """SC-B4: within the time a bed is made ready, the bed stays and the instant moves."""
    board = full_house()
    slips = bedding.expect_leaving(board, ANNA, hours(6.5), hours(1))

    (told,) = [fact for fact in slips if isinstance(fact, BedHoldReplanned)]
    assert (told.was_bed_id, told.bed_id, told.from_at) == ("b1", "b1", hours(7.5))


def test_a_slip_that_touches_nobody_is_told_to_nobody_else() -> None:
    """SC-B4: later, but still early enough."""
    slips = bedding.expect_leaving(full_house(), ANNA, hours(5), hours(1))

    assert in_short(slips) == [("LeavingExpected", "anna")]


def test_where_there_is_no_other_bed_the_hold_waits_with_its_reason_and_gets_the_next() -> None:
    """SC-B4: nobody waits before who was promised; who asked later gets nothing until then."""
    board = full_house()
    slips = bedding.expect_leaving(board, ANNA, None, hours(1))
    (told,) = [fact for fact in slips if isinstance(fact, BedHoldReplanned)]
    without = after(board, slips)
    assert (told.bed_id, told.from_at, told.reason) == (None, None, "stay-longer")
    assert in_short(without.hold(TransitionId("dora"), DORA, hours(2))) == [("PlaceUnavailable", "dora")]
    asked = after(without, without.hold(TransitionId("dora"), DORA, hours(2)))
    free = asked.close(BEN, hours(5))

    assert in_short(free) == [("PlaceReleased", "ben"), ("BedHoldReplanned", "cara")]
    assert of(after(asked, free), CARA) == (Stage.HELD, "b2", hours(7))


def test_who_should_have_left_and_has_not_is_noticed_in_time() -> None:
    """SC-B4: nobody said that the discharge slips; the board looks by itself when the bed should be ready."""
    board = full_house()
    assert bedding.look_again(board, MORNING) == [Remind(bedding.LOOK, hours(5))]

    facts = bedding.look(board, hours(5))
    assert in_short(facts) == [("BedHoldReplanned", "cara")]
    assert bedding.look(after(board, facts), hours(5)) == []


def test_a_board_with_nothing_to_come_is_not_looked_at() -> None:
    """SC-B4: the timer goes when what it waited for is gone."""
    board = goes(leaves_by(full_house(), ANNA, None), CARA, hours(1))

    assert bedding.look_again(board, hours(1)) == [Forget(bedding.LOOK)]


def test_whoever_comes_while_the_bed_is_not_empty_lies_elsewhere_or_is_refused() -> None:
    """SC-B3: what was expected does not count, only who lies there."""
    board = full_house()
    here_too_early = board.confirm(TransitionId("cara"), CARA, hours(6))
    assert in_short(here_too_early) == [("PlaceNotConfirmed", "cara")]
    assert here_too_early[0].model_dump()["reason"] == "still-taken"

    free = goes(board, BEN, hours(4))
    there = after(free, free.confirm(TransitionId("cara"), CARA, hours(6)))
    assert of(there, CARA) == (Stage.OCCUPIED, "b2", hours(6))


def test_a_stay_said_longer_twice_is_told_once() -> None:
    """SC-B4: repeated."""
    board = full_house()
    slipped = after(board, bedding.expect_leaving(board, ANNA, hours(10), hours(1)))

    assert bedding.expect_leaving(slipped, ANNA, hours(10), hours(2)) == []


def test_a_bed_out_of_order_moves_who_was_promised_it() -> None:
    """SC-B4, SC-B6: and a bed in which somebody is expected to lie is not taken from them."""
    board = promised(house(bed("b1"), bed("b2")), CARA, hours(7))
    taken = of(board, CARA)[1] or ""
    facts = bedding.take_out_of_order(board, BedId(taken), Span(hours(10), hours(12)), "repair", BY, MORNING)
    assert in_short(facts) == [("BedOutOfOrder", "level:RESIDENTIAL"), ("BedHoldReplanned", "cara")]
    again = bedding.take_out_of_order(
        after(board, facts), BedId(taken), Span(hours(10), hours(12)), "repair", BY, MORNING
    )
    assert again == []

    with pytest.raises(Refused, match="bed-occupied"):
        bedding.take_out_of_order(full_house(), BedId("b2"), Span(hours(100)), "repair", BY, MORNING)
    with pytest.raises(Invalid, match="already-over"):
        bedding.take_out_of_order(full_house(), BedId("b1"), Span(hours(-2), hours(-1)), "repair", BY, MORNING)
    with pytest.raises(NotFound, match="no-such-bed"):
        bedding.put_in_order(full_house(), BedId("b9"), BY, MORNING)


def test_a_bed_in_order_again_goes_to_the_first_who_waits() -> None:
    """SC-P4, SC-B6: said twice it happens once."""
    broken = house(bed("b1"))
    broken = after(broken, bedding.take_out_of_order(broken, BedId("b1"), Span(MORNING), "repair", BY, MORNING))
    asked = after(broken, broken.hold(TransitionId("anna"), ANNA, hours(1)))
    facts = bedding.put_in_order(asked, BedId("b1"), BY, hours(2))

    assert in_short(facts)[1:] == [("PlaceHeld", "anna"), ("BedHeld", "anna")]
    assert bedding.put_in_order(after(asked, facts), BedId("b1"), BY, hours(3)) == []


def test_the_end_of_an_outage_is_looked_for_while_somebody_waits() -> None:
    """SC-B4: time alone gives the bed back."""
    broken = house(bed("b1"))
    out = Span(MORNING, hours(5))
    broken = after(broken, bedding.take_out_of_order(broken, BedId("b1"), out, "repair", BY, MORNING))
    asked = after(broken, broken.hold(TransitionId("anna"), ANNA, hours(1)))

    assert bedding.look_again(asked, hours(1)) == [Remind(bedding.LOOK, hours(5))]
    assert in_short(bedding.look(asked, hours(5))) == [("PlaceHeld", "anna"), ("BedHeld", "anna")]


def test_who_finds_somebody_in_the_bed_hears_for_when_it_is_promised() -> None:
    """SC-P13: asked again then it is decided anew, also when nothing is promised any more; that is said once."""
    cara, slipped = TransitionId("cara"), leaves_by(full_house(), ANNA, hours(6.5), hours(1))
    (refused,) = slipped.confirm(cara, CARA, hours(7))
    assert isinstance(refused, PlaceNotConfirmed)
    assert (refused.reason, refused.promised_at) == ("still-taken", hours(7.5))

    waiting = after(slipped, [refused])
    left = goes(waiting, ANNA, hours(7.25))
    assert of(after(left, left.confirm(cara, CARA, hours(7.5))), CARA)[0] is Stage.OCCUPIED
    overdue = after(waiting, bedding.look(waiting, hours(7.5)))
    (again,) = overdue.confirm(cara, CARA, hours(7.5))
    assert isinstance(again, PlaceNotConfirmed)
    assert again.promised_at is None
    assert after(overdue, [again]).confirm(cara, CARA, hours(8)) == []
