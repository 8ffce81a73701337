"""Places of one level: held, waited for, confirmed, given back."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from common.change import Invalid
from common.contracts.message import Contract
from common.contracts.scheduling import (
    GroupSeats,
    PlaceConfirmed,
    PlaceHeld,
    PlaceNotConfirmed,
    PlaceReleased,
    PlaceUnavailable,
)
from common.contracts.words import GroupId, LevelOfCare, ParticipantId, StaffId, TransitionId
from scheduling.domain.board import LevelBoard, Stage

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANNA, BEN, CARA = ParticipantId("anna"), ParticipantId("ben"), ParticipantId("cara")
T1, T2, T3 = TransitionId("t1"), TransitionId("t2"), TransitionId("t3")
BY = StaffId("s1")


def later(minutes: int) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def groups(**seats: int) -> list[GroupSeats]:
    """Groups by name and seats."""
    return [GroupSeats(group_id=GroupId(group), seats=n) for group, n in seats.items()]


def after(board: LevelBoard, facts: Iterable[Contract]) -> LevelBoard:
    """The board once all facts are true."""
    for fact in facts:
        board = board.after(fact)
    return board


def board(places: int | None = 1, **seats: int) -> LevelBoard:
    """A level that is set up and empty."""
    blank = LevelBoard(id=LevelOfCare.PHP.value)
    return after(blank, blank.set_up(places, groups(**seats), BY, NOON))


def occupied(places: int | None = 1, **seats: int) -> LevelBoard:
    """A level where Anna's transition t1 was confirmed one minute after noon."""
    empty = board(places, **seats)
    held = after(empty, empty.hold(T1, ANNA, NOON))
    return after(held, held.confirm(T1, ANNA, later(1)))


def in_short(facts: Iterable[Contract]) -> list[tuple[str, str]]:
    """What was said, about which transition."""
    return [(type(fact).__name__, str(getattr(fact, "transition_id", ""))) for fact in facts]


def test_a_free_place_is_held() -> None:
    """SC-P1: a place that is free is held for who asks."""
    (held,) = board(1).hold(T1, ANNA, NOON)

    assert held == PlaceHeld(at=NOON, participant_id=ANNA, transition_id=T1, level=LevelOfCare.PHP)


def test_a_level_never_set_up_has_no_place() -> None:
    """SC-P1: nobody said how many places, so there are none; who asks waits."""
    (unavailable,) = LevelBoard(id="PHP").hold(T1, ANNA, NOON)

    assert isinstance(unavailable, PlaceUnavailable)
    assert unavailable.waiting == 1


def test_a_level_without_limit_always_has_a_place() -> None:
    """SC-P1: places None is no limit."""
    open_to_all = board(None)
    for number in range(50):
        one = TransitionId(str(number))
        open_to_all = after(open_to_all, open_to_all.hold(one, ParticipantId(f"p{number}"), NOON))

    assert len(open_to_all.at_stage(Stage.HELD)) == 50


def test_the_group_with_most_free_seats_is_chosen_and_ties_go_by_name() -> None:
    """SC-P2: most free seats first, ties by group id."""
    level = board(4, blue=2, amber=2, coral=1)
    chosen = []
    for number in range(4):
        said = level.hold(TransitionId(str(number)), ParticipantId(f"p{number}"), NOON)
        chosen += [fact.group_id for fact in said if isinstance(fact, PlaceHeld)]
        level = after(level, said)

    assert chosen == ["amber", "blue", "amber", "blue"]


def test_a_free_place_without_a_free_seat_is_no_place() -> None:
    """SC-P2: where a level has groups, nobody comes in without a seat."""
    level = occupied(2, amber=1)

    assert in_short(level.hold(T2, BEN, NOON)) == [("PlaceUnavailable", "t2")]


@pytest.mark.parametrize("state", ["held", "waiting", "occupied"])
def test_asking_again_for_the_same_transition_says_nothing(state: str) -> None:
    """SC-P3: said twice, held once."""
    level = board(0) if state == "waiting" else board(1)
    level = after(level, level.hold(T1, ANNA, NOON))
    if state == "occupied":
        level = after(level, level.confirm(T1, ANNA, NOON))

    assert level.hold(T1, ANNA, later(5)) == []


def test_a_release_before_its_hold_forbids_the_hold() -> None:
    """SC-P3: the late hold of a transition that was given back leaks no place."""
    level = board(1)
    said = level.release(T1, ANNA, NOON)
    level = after(level, said)

    assert in_short(said) == [("PlaceReleased", "t1")]
    assert level.hold(T1, ANNA, later(1)) == []
    assert level.at_stage(Stage.HELD) == []


def test_those_who_wait_are_served_in_order_of_asking() -> None:
    """SC-P4: what is given back goes to the first who waits, in the same decision."""
    level = occupied(1)
    level = after(level, level.hold(T2, BEN, later(2)))
    level = after(level, level.hold(T3, CARA, later(3)))
    said = level.release(TransitionId("away"), ANNA, later(4))

    assert in_short(said) == [("PlaceReleased", "t1"), ("PlaceReleased", "away"), ("PlaceHeld", "t2")]
    assert [claim.participant_id for claim in after(level, said).at_stage(Stage.WAITING)] == [CARA]


def test_who_stops_waiting_is_passed_over() -> None:
    """SC-P4: a wait given back is no longer served."""
    level = occupied(1)
    level = after(level, level.hold(T2, BEN, later(2)))
    level = after(level, level.hold(T3, CARA, later(3)))
    level = after(level, level.release(T2, BEN, later(4)))

    assert in_short(level.close(ANNA, later(5))) == [("PlaceReleased", "t1"), ("PlaceHeld", "t3")]


def test_a_hold_is_confirmed_once() -> None:
    """SC-P5: the held place and seat become occupied; said twice, confirmed once."""
    level = board(1, amber=1)
    level = after(level, level.hold(T1, ANNA, NOON))
    said = level.confirm(T1, ANNA, later(1))

    assert [(type(fact), getattr(fact, "group_id", None)) for fact in said] == [(PlaceConfirmed, "amber")]
    assert after(level, said).confirm(T1, ANNA, later(2)) == []


@pytest.mark.parametrize("reason", ["not-held", "waiting", "released"])
def test_without_a_hold_there_is_nothing_to_confirm(reason: str) -> None:
    """SC-P5: the answer is a coded no, said once."""
    level = board(0)
    if reason == "waiting":
        level = after(level, level.hold(T1, ANNA, NOON))
    if reason == "released":
        level = after(level, level.release(T1, ANNA, NOON))
    (said,) = level.confirm(T1, ANNA, later(1))

    assert isinstance(said, PlaceNotConfirmed)
    assert said.reason == reason
    assert level.after(said).confirm(T1, ANNA, later(2)) == []


def test_a_hold_after_a_refused_confirmation_can_be_confirmed() -> None:
    """SC-P5: a confirmation that came too early spoils nothing."""
    level = board(1)
    level = after(level, level.confirm(T1, ANNA, NOON))
    level = after(level, level.hold(T1, ANNA, later(1)))

    assert in_short(level.confirm(T1, ANNA, later(2))) == [("PlaceConfirmed", "t1")]


def test_nobody_is_thrown_out_when_a_level_shrinks() -> None:
    """SC-P6: fewer places than people: nobody leaves, nobody new comes in until there is room again."""
    level = board(2)
    level = after(level, level.hold(T1, ANNA, NOON))
    level = after(level, level.hold(T2, BEN, NOON))
    level = after(level, level.set_up(1, [], BY, later(1)))
    level = after(level, level.hold(T3, CARA, later(2)))

    assert in_short(level.confirm(T1, ANNA, later(3))) == [("PlaceConfirmed", "t1")]
    still_full = after(level, level.release(T2, BEN, later(4)))
    assert still_full.at_stage(Stage.HELD)[0].transition_id == T1
    assert in_short(still_full.release(T1, ANNA, later(5))) == [("PlaceReleased", "t1"), ("PlaceHeld", "t3")]


def test_a_level_that_grows_serves_those_who_wait() -> None:
    """SC-P7: new places go to those who wait, in the same decision."""
    level = board(0)
    level = after(level, level.hold(T1, ANNA, NOON))
    level = after(level, level.hold(T2, BEN, NOON))

    assert in_short(level.set_up(1, [], BY, later(1))) == [("LevelSetUp", ""), ("PlaceHeld", "t1")]


def test_setting_up_the_same_again_says_nothing() -> None:
    """SC-P7: said twice, set up once, in whatever order the groups are named."""
    level = board(4, amber=2, blue=2)

    assert level.set_up(4, groups(blue=2, amber=2), StaffId("s2"), later(1)) == []


def test_a_group_is_named_once() -> None:
    """SC-P7: a group named twice makes no sense."""
    twice = [*groups(amber=2), *groups(amber=3)]
    with pytest.raises(Invalid) as no:
        board(1).set_up(4, twice, BY, NOON)

    assert no.value.code == "group-named-twice"


def test_a_transition_that_stops_gives_its_place_and_seat_back() -> None:
    """SC-P8: compensation, case (a); said twice, given back once."""
    level = board(1, amber=1)
    level = after(level, level.hold(T1, ANNA, NOON))
    said = level.release(T1, ANNA, later(1))
    level = after(level, said)

    assert in_short(said) == [("PlaceReleased", "t1")]
    assert level.offers() == ["amber"]
    assert level.release(T1, ANNA, later(2)) == []


def test_a_transition_that_led_away_frees_the_place_another_brought() -> None:
    """SC-P8: the old level's place, case (b); each transition's claim ends with its own PlaceReleased."""
    level = occupied(1)
    said = level.release(T2, ANNA, later(5))
    level = after(level, said)

    assert in_short(said) == [("PlaceReleased", "t1"), ("PlaceReleased", "t2")]
    assert level.claims == {}
    assert level.hold(T1, ANNA, later(6)) == []


def test_a_release_leaves_a_later_hold_and_others_alone() -> None:
    """SC-P8: what another transition holds, or another person occupies, stays."""
    level = occupied(3)
    level = after(level, level.hold(T2, BEN, later(2)))
    level = after(level, level.hold(T3, ANNA, later(3)))
    level = after(level, level.release(TransitionId("away"), ANNA, later(4)))

    assert list(level.claims) == [T2, T3]


def test_a_release_from_before_an_admission_does_not_end_it() -> None:
    """SC-P8: late news about an older stay does not free the place taken since."""
    level = occupied(1)

    assert in_short(level.release(T2, ANNA, NOON)) == [("PlaceReleased", "t2")]


def test_the_end_of_an_episode_frees_all_asked_for_until_then() -> None:
    """SC-P9: place and waits are given back; said twice, freed once."""
    level = occupied(1)
    level = after(level, level.hold(T2, ANNA, later(2)))
    said = level.close(ANNA, later(3))
    level = after(level, said)

    assert in_short(said) == [("PlaceReleased", "t1"), ("PlaceReleased", "t2")]
    assert level.close(ANNA, later(3)) == []


def test_a_late_closing_spares_a_readmission() -> None:
    """SC-P9: heard after the readmission confirmed its place, the old closing frees nothing."""
    level = occupied(2)
    level = after(level, level.hold(T2, ANNA, later(20)))
    said = level.confirm(T2, ANNA, later(21))
    level = after(level, said)

    assert in_short(said) == [("PlaceReleased", "t1"), ("PlaceConfirmed", "t2")]
    assert level.close(ANNA, later(10)) == []


def test_ended_transitions_are_remembered_only_so_long() -> None:
    """SC-P3: the memory of a board does not grow without end."""
    level = board(1)
    for number in range(600):
        released = PlaceReleased(
            at=NOON, participant_id=ANNA, transition_id=TransitionId(str(number)), level=LevelOfCare.PHP
        )
        level = level.after(released)

    assert len(level.over) == 500
    assert level.over[-1] == "599"
