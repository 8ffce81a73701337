"""Who is where: counted now, as it was, and as it is expected to be."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.change import Refused
from common.contracts.message import Contract
from common.contracts.words import BedId, LevelOfCare, TransitionId
from rules.scheduling.bed_house import ANNA, BEN, BY, CARA, MORNING, bed, full_house, goes, hours, house
from scheduling.domain import bedding
from scheduling.domain.board import LevelBoard
from scheduling.domain.census import BedStatus, beds_then, board_of, counted, staleness
from scheduling.domain.intervals import Span, earliest, most_at_once

RESIDENTIAL = LevelOfCare.RESIDENTIAL
PEOPLE = (ANNA, BEN, CARA)


def statuses(board: LevelBoard, at: float, known: float = 0) -> dict[str, BedStatus]:
    """What each bed is, so many hours after eight, as known so many hours after."""
    return {then.bed_id: then.status for then in beds_then(board, hours(at), hours(known))}


def test_a_bed_is_counted_as_what_it_is() -> None:
    """SC-C1: occupied, expected to be made ready, and held; the level as a whole, and by unit."""
    board = full_house()
    assert statuses(board, 1) == {"b1": BedStatus.OCCUPIED, "b2": BedStatus.OCCUPIED}
    assert statuses(board, 8) == {"b1": BedStatus.HELD, "b2": BedStatus.OCCUPIED}
    left = goes(board, ANNA, hours(4))
    assert statuses(left, 4.5, 4.5) == {"b1": BedStatus.TURNOVER, "b2": BedStatus.OCCUPIED}
    assert statuses(left, 5.5, 5.5) == {"b1": BedStatus.FREE, "b2": BedStatus.OCCUPIED}

    census = counted(left, hours(5.5), hours(5.5))
    assert (census.occupied, census.held, census.coming, census.free, census.without_bed) == (1, 0, 1, 1, 0)
    (unit,) = census.units
    assert (unit.site, unit.unit, unit.beds, unit.occupied, unit.free) == ("north", "a", 2, 1, 1)
    (one, _) = beds_then(left, hours(5.5), hours(5.5))
    assert (one.participant_id, one.next_participant_id, one.next_from_at) == (None, CARA, hours(7))


def test_what_is_out_of_order_or_not_licensed_is_not_free() -> None:
    """SC-C1: with the reason, as a code."""
    board = house(bed("b1"), bed("b2", licensed=False), bed("b3"))
    for fact in bedding.take_out_of_order(board, BedId("b1"), Span(hours(1), hours(3)), "repair", BY, MORNING):
        board = board.after(fact)

    assert statuses(board, 2) == {"b1": BedStatus.OUT_OF_ORDER, "b2": BedStatus.NOT_LICENSED, "b3": BedStatus.FREE}
    assert statuses(board, 3)["b1"] is BedStatus.FREE
    assert [then.reason for then in beds_then(board, hours(2), hours(2))] == ["repair", "", ""]
    assert counted(board, hours(2), hours(2)).free == 1


def test_who_should_have_left_is_still_there() -> None:
    """SC-C1: nobody is counted out because it was expected."""
    assert statuses(full_house(), 6, 6)["b1"] is BedStatus.OCCUPIED


@pytest.mark.parametrize(
    ("hours_ago", "behind", "stale"), [(0, 0.0, 0.0), (0, 7.5, 7.5), (1, 7.5, 0.0), (1, 5000.0, 1400.0), (-5, 7.5, 7.5)]
)
def test_a_census_is_as_stale_as_what_it_may_not_have_heard(hours_ago: int, behind: float, stale: float) -> None:
    """SC-C3: long ago is known; what is to come is not known better than now; unknown stays unknown."""
    assert staleness(hours(-hours_ago), MORNING, behind) == stale
    assert staleness(hours(-hours_ago), MORNING, None) is None


Step = st.tuples(
    st.sampled_from(["hold", "confirm", "close", "stay", "move", "repair"]), st.integers(0, 2), st.integers(0, 5)
)


def decided(board: LevelBoard, step: tuple[str, int, int], hour: int) -> list[Contract]:
    """One more decision, at this hour; refused is nothing."""
    verb, who, n = step
    person, id, at = PEOPLE[who], TransitionId(f"t{who}-{n}"), hours(hour)
    try:
        match verb:
            case "hold":
                return board.hold(id, person, at, at + timedelta(hours=n))
            case "confirm":
                return board.confirm(id, person, at)
            case "close":
                return board.close(person, at)
            case "stay":
                return bedding.expect_leaving(board, person, at + timedelta(hours=n + 1), at)
            case "move":
                return bedding.change_beds(board, person, BedId(f"b{n % 3}"), BY, at)
            case _:
                return bedding.take_out_of_order(board, BedId(f"b{n % 3}"), Span(at), "repair", BY, at)
    except Refused:
        return []


@settings(max_examples=100, deadline=None, database=None)
@given(st.lists(Step, max_size=25), st.integers(0, 25))
def test_the_census_of_any_instant_is_the_census_there_was(steps: list[tuple[str, int, int]], then: int) -> None:
    """SC-C2: folded from what was said until then, whatever came later."""
    blank = LevelBoard(id="RESIDENTIAL")
    said: list[Contract] = bedding.set_up_beds(blank, [bed(f"b{n}") for n in range(3)], 60, BY, MORNING)
    said = [*blank.set_up(None, [], BY, MORNING), *said]
    board = was = board_of(RESIDENTIAL, said, MORNING)
    for hour, step in enumerate(steps, start=1):
        facts = decided(board, step, hour)
        said += facts
        for fact in facts:
            board = board.after(fact)
        was = board if hour <= then else was

    at = hours(then)
    assert board_of(RESIDENTIAL, said, at) == was
    assert counted(board_of(RESIDENTIAL, said, at), at, at) == counted(was, at, at)


SPANS = st.builds(
    lambda begin, length: Span(hours(begin), hours(begin + length) if length else None),
    st.integers(0, 20),
    st.none() | st.integers(1, 10),
)


@given(st.lists(SPANS, max_size=8), SPANS)
def test_spans_are_counted_as_hour_by_hour(spans: list[Span], during: Span) -> None:
    """SC-P10, SC-B2: the fullest instant and the earliest free one are what looking at every hour finds."""
    every = [hours(n) for n in range(60)]
    fullest = max(sum(span.covers(at) for span in spans) for at in every if during.covers(at))
    assert most_at_once(spans, during) == fullest

    wanted = [at for at in every if during.covers(at)]
    free = [at for at in wanted if not any(s.overlaps(Span(at, during.until_at)) for s in spans)]
    assert earliest(spans, during) == min(free, default=None)
