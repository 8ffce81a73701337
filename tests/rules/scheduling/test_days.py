"""Day places: who comes on which dates, never more than there are."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.change import Invalid, Refused
from common.contracts.message import Contract
from common.contracts.places import DayPlaces
from common.contracts.words import ParticipantId, StaffId
from scheduling.domain.days import WEEK, DayPlan

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANNA, BEN, CARA = (ParticipantId(name) for name in ("anna", "ben", "cara"))
BY = StaffId("s1")
WEEKDAYS = (0, 1, 2, 3, 4)


def day(n: int) -> date:
    """So many days after Monday."""
    return MONDAY + timedelta(days=n)


def after(plan: DayPlan, facts: list[Contract]) -> DayPlan:
    """The plan once all facts are true."""
    for fact in facts:
        plan = plan.after(fact)
    return plan


def php(*places: int, **exceptions: int) -> DayPlan:
    """PHP with so many places from Monday on; exceptions by day after Monday, as `d9=0`."""
    blank = DayPlan(id="PHP")
    named = [DayPlaces(on=day(int(n[1:])), places=places) for n, places in exceptions.items()]
    return after(blank, blank.set_up([*places, *[0] * (WEEK - len(places))], named, BY, NOON))


def comes(plan: DayPlan, who: ParticipantId, *weekdays: int, first: int = 0, until: int | None = None) -> DayPlan:
    """Somebody comes on these weekdays."""
    return after(plan, plan.take(who, weekdays, day(first), None if until is None else day(until), NOON))


def test_nobody_comes_on_a_day_that_is_full() -> None:
    """SC-D1: Monday has two places, Tuesday one; who asks for both is told which dates are full."""
    plan = comes(comes(php(2, 1), ANNA, 0, 1), BEN, 0)

    assert (plan.there(day(0)), plan.there(day(8)), plan.there(day(2))) == ([ANNA, BEN], [ANNA], [])
    with pytest.raises(Refused, match=r"days-full.*2026-03-02"):
        plan.take(CARA, [0], MONDAY, None, NOON)
    with pytest.raises(Refused, match="2026-03-03"):
        plan.take(BEN, [0, 1], MONDAY, None, NOON)


def test_a_date_of_its_own_tells_for_that_date_only() -> None:
    """SC-D1: closed on one Monday, nobody can be promised it; before and after they can."""
    plan = php(2, d7=0)
    with pytest.raises(Refused, match="2026-03-09"):
        plan.take(ANNA, [0], MONDAY, None, NOON)

    assert comes(comes(plan, ANNA, 0, until=7), BEN, 0, first=8).there(day(14)) == [BEN]


def test_a_later_booking_takes_the_place_of_the_earlier_from_its_date_on() -> None:
    """SC-D3: what was before stays as it was; said twice it happens once."""
    plan = comes(comes(php(1, 1), ANNA, 0), ANNA, 1, first=7)

    assert [plan.there(day(n)) for n in (0, 1, 7, 8)] == [[ANNA], [], [], [ANNA]]
    assert plan.take(ANNA, [1], day(7), None, NOON) == []
    assert comes(plan, BEN, 0, first=7).there(day(7)) == [BEN]
    with pytest.raises(Invalid, match="no-days"):
        plan.take(BEN, [0], day(7), day(7), NOON)


def test_fewer_places_take_no_day_from_anybody() -> None:
    """SC-D2: nobody new comes until there is room; set up alike twice, it is said once."""
    plan = comes(comes(php(2), ANNA, 0), BEN, 0)
    smaller = after(plan, plan.set_up([1, 0, 0, 0, 0, 0, 0], [], BY, NOON))

    assert smaller.there(day(7)) == [ANNA, BEN]
    assert smaller.set_up([1, 0, 0, 0, 0, 0, 0], [], BY, NOON) == []
    with pytest.raises(Refused, match="days-full"):
        smaller.take(CARA, [0], MONDAY, None, NOON)
    with pytest.raises(Invalid, match="date-named-twice"):
        smaller.set_up([1] * WEEK, [DayPlaces(on=MONDAY, places=1)] * 2, BY, NOON)


def test_who_leaves_the_level_gives_back_the_days_to_come() -> None:
    """SC-D4: repeated, nothing; heard late, what was booked since stays."""
    plan = comes(php(1), ANNA, 0)
    left = after(plan, plan.give_back(ANNA, NOON + timedelta(days=7)))

    assert (left.there(day(0)), left.there(day(7))) == ([ANNA], [])
    assert left.give_back(ANNA, NOON + timedelta(days=7)) == []
    assert plan.give_back(BEN, NOON) == []
    assert plan.give_back(ANNA, NOON - timedelta(days=1)) == []


def test_who_came_back_keeps_what_was_booked_since() -> None:
    """SC-D4: heard late, an earlier leaving takes only the days that were booked before it."""
    back_at = NOON + timedelta(days=3)
    plan = comes(php(2, 1), ANNA, 0, until=1)
    plan = after(plan, plan.take(ANNA, [1], day(7), None, back_at))

    assert after(plan, plan.give_back(ANNA, NOON + timedelta(days=2))).there(day(8)) == [ANNA]
    assert after(plan, plan.give_back(ANNA, back_at)).there(day(8)) == []


Wish = st.tuples(
    st.sampled_from([ANNA, BEN, CARA]), st.sets(st.integers(0, 6)), st.integers(0, 20), st.none() | st.integers(1, 30)
)


@settings(max_examples=200, deadline=None, database=None)
@given(
    st.lists(st.integers(0, 2), min_size=WEEK, max_size=WEEK),
    st.dictionaries(st.integers(0, 40), st.integers(0, 2), max_size=4),
    st.lists(Wish, max_size=12),
)
def test_no_date_ever_has_more_than_there_are(
    weekdays: list[int], exceptions: dict[int, int], wishes: list[tuple[ParticipantId, set[int], int, int | None]]
) -> None:
    """SC-D1: looked at day by day for two months; and what is refused really did not fit."""
    plan = php(*weekdays, **{f"d{n}": places for n, places in exceptions.items()})
    for who, days, first, length in wishes:
        until = None if length is None else day(first + length)
        without = after(plan, plan.take(who, [], day(first), None, NOON))
        wanted = [day(n) for n in range(first, 70) if day(n).weekday() in days and (until is None or day(n) < until)]
        fits = all(len(without.there(one)) < without.places(one) for one in wanted)
        try:
            plan = after(plan, plan.take(who, days, day(first), until, NOON))
        except Refused:
            assert not fits
        else:
            assert fits
        assert all(len(plan.there(day(n))) <= plan.places(day(n)) for n in range(70))
