"""Rooms and people are in one place at a time, whatever is booked in whatever order."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.change import Refused
from common.contracts.groups import BookedTime
from common.contracts.words import SessionId
from scheduling.domain.week import Week, moved, weeks_between

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)


def time(starts: int, ends: int, *takes: str, id: str = "s") -> BookedTime:
    """From one to another minute after Monday at ten."""
    at = [MONDAY + timedelta(minutes=minutes) for minutes in (starts, ends)]
    return BookedTime(session_id=SessionId(id), starts_at=at[0], ends_at=at[1], takes=takes)


def booked(owner: str, *times: BookedTime) -> Week:
    """The week once one owner booked."""
    week = Week(id="2026-W10")
    for fact in week.book(owner, times, MONDAY):
        week = week.after(fact)
    return week


@pytest.mark.parametrize(
    ("takes", "code"),
    [("room:r1", "room-taken"), ("staff:s1", "staff-taken"), ("participant:anna", "participant-taken")],
)
def test_what_is_taken_is_refused_with_its_code(takes: str, code: str) -> None:
    """SC-G3: a room, a leader and a participant are in one place at a time."""
    with pytest.raises(Refused) as refused:
        booked("amber", time(0, 60, takes)).book("birch", [time(59, 90, takes)], MONDAY)

    assert refused.value.code == code


def test_one_may_begin_when_the_other_ends() -> None:
    """SC-G3: from ten to eleven and from eleven on is no clash, nor is another room."""
    week = booked("amber", time(0, 60, "room:r1"))

    assert week.book("birch", [time(60, 120, "room:r1"), time(0, 60, "room:r2")], MONDAY)


def test_a_booking_replaces_the_owners_own_and_said_twice_is_said_once() -> None:
    """SC-G3: an owner does not clash with what it had before; nothing booked is nothing kept."""
    week = booked("amber", time(0, 60, "room:r1"))

    (later,) = week.book("amber", [time(30, 90, "room:r1")], MONDAY)
    assert week.book("amber", [time(0, 60, "room:r1")], MONDAY) == []
    assert week.after(later).booked["amber"] == (time(30, 90, "room:r1"),)
    (none,) = week.book("amber", [], MONDAY)
    assert week.after(none).booked == {}


def test_an_owner_clashes_with_itself_too() -> None:
    """SC-G3: two meetings of one group in one room at one time are refused."""
    with pytest.raises(Refused):
        Week(id="2026-W10").book("amber", [time(0, 60, "room:r1"), time(30, 90, "room:r1", id="t")], MONDAY)


def test_only_the_weeks_in_which_something_changes_are_booked_anew() -> None:
    """SC-G4: a time over the end of Sunday stands in both weeks."""
    night = time(7 * 24 * 60 - 11 * 60, 7 * 24 * 60 - 9 * 60, "room:r1")
    monday = time(0, 60, "room:r1")

    assert list(moved([], [night])) == ["2026-W10", "2026-W11"]
    assert moved([monday], [monday, night]) == {"2026-W10": [monday, night], "2026-W11": [night]}
    assert moved([monday], [monday]) == {}


def test_weeks_are_named_as_iso_8601_has_them() -> None:
    """SC-G4: the last days of December may belong to the first week of the next year."""
    assert weeks_between(datetime(2025, 12, 28, tzinfo=UTC), datetime(2025, 12, 29, tzinfo=UTC)) == [
        "2025-W52",
        "2026-W01",
    ]


TIMES = st.builds(
    lambda start, length, takes: time(start * 10, (start + length) * 10, *takes),
    st.integers(0, 30),
    st.integers(1, 6),
    st.lists(st.sampled_from(["room:r1", "room:r2", "staff:s1", "staff:s2", "participant:p"]), min_size=1, unique=True),
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c", "d"]), st.lists(TIMES, max_size=3)), max_size=12))
def test_whatever_is_asked_nothing_and_nobody_is_in_two_places(asked: list[tuple[str, list[BookedTime]]]) -> None:
    """SC-G3: any bookings in any order; what is refused leaves no trace."""
    week = Week(id="2026-W10")
    for owner, times in asked:
        try:
            facts = week.book(owner, times, MONDAY)
        except Refused:
            continue
        for fact in facts:
            week = week.after(fact)

    everything = [one for times in week.booked.values() for one in times]
    for one, other in combinations(everything, 2):
        apart = one.ends_at <= other.starts_at or other.ends_at <= one.starts_at
        assert apart or not set(one.takes) & set(other.takes)
