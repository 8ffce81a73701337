"""Hours per week: needed by level, payer and age; planned and attended; and what nobody can say."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import yaml

from common.contracts.sessions import AgeBand
from common.contracts.words import LevelOfCare, StaffId
from scheduling.domain.hours import (
    Attended,
    Coverage,
    HoursInvalid,
    Known,
    Minimums,
    WeekOfHours,
    monday_of,
    week_of_hours,
)
from scheduling.settings import Settings

MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PHP, IOP = LevelOfCare.PHP, LevelOfCare.IOP
AT_IOP = Known(level=IOP, since=MONDAY - timedelta(days=20))


def minimums() -> Minimums:
    """The rows that ship."""
    return Minimums.from_mapping(yaml.safe_load(Settings().hours_file.read_text()))


def covered(payer: str, age: AgeBand = AgeBand.ADULT) -> Coverage:
    """A participant of a payer."""
    return Coverage(id="anna", payer=payer, age_band=age)


@pytest.mark.parametrize(
    ("level", "coverage", "hours"),
    [
        (PHP, None, 20),
        (PHP, covered("medicare"), 20),
        (PHP, covered("michigan-medicaid"), 30),
        (IOP, covered("other"), 9),
        (IOP, covered("other", AgeBand.ADOLESCENT), 6),
        (IOP, covered("medicare", AgeBand.ADOLESCENT), 9),
        (LevelOfCare.RESIDENTIAL, None, 25),
        (LevelOfCare.ALUMNI, None, None),
    ],
)
def test_what_a_week_needs_goes_by_level_payer_and_age(
    level: LevelOfCare, coverage: Coverage | None, hours: int | None
) -> None:
    """SC-H1: the row that says most; Medicare has no number of its own for adolescents (facts 2.1)."""
    assert minimums().minutes(level, coverage) == (None if hours is None else hours * 60)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"level": "PHP", "hours": 0}], "hours_per_week.0.hours"),
        ([{"level": "ATTIC", "hours": 9}], "hours_per_week.0.level"),
        ([{"level": "PHP", "hours": 20, "payor": "x"}], "hours_per_week.0.payor"),
        ([{"level": "PHP", "hours": 20}, {"level": "PHP", "hours": 30}], "two rows"),
    ],
)
def test_a_hours_file_that_says_no_hours_is_refused_with_the_place(rows: list[dict[str, Any]], says: str) -> None:
    """SC-H1: a wrong row is no row that is silently left out."""
    with pytest.raises(HoursInvalid) as refused:
        Minimums.from_mapping({"version": "1", "hours_per_week": rows, "misses": minimums().misses.model_dump()})

    assert says in str(refused.value)


def test_miss_numbers_that_are_missing_or_make_no_sense_are_refused_with_the_place() -> None:
    """SC-M10: a number left out is no number that is silently zero."""
    whole = minimums().model_dump(mode="json")
    for misses, says in (({**whole["misses"], "attended_percent": 0}, "misses.attended_percent"), (None, "misses")):
        with pytest.raises(HoursInvalid, match=says):
            Minimums.from_mapping({**whole, "misses": misses})


def test_whose_rule_holds_is_said_once() -> None:
    """SC-H1: said twice, it is said once; another payer replaces it."""
    (noted,) = Coverage(id="anna").note("medicare", AgeBand.ADULT, StaffId("s1"), NOW)
    coverage = Coverage(id="anna").after(noted)

    assert coverage.note("medicare", AgeBand.ADULT, StaffId("s2"), NOW) == []
    assert len(coverage.note("medicaid", AgeBand.ADULT, StaffId("s2"), NOW)) == 1


def attended(hours: float, day: int = 0, level: LevelOfCare = IOP) -> Attended:
    """So many hours on a day of the week."""
    return Attended(day=MONDAY + timedelta(days=day), minutes=round(hours * 60), level=level)


def counted(
    *there: Attended, known: Known = AT_IOP, planned: float = 9, today: date = MONDAY + timedelta(days=7)
) -> WeekOfHours:
    """The week of Anna, who needs nine hours at IOP and twenty at PHP."""
    plan = [(MONDAY, round(planned * 60)), (MONDAY + timedelta(days=7), 600)]
    return week_of_hours(MONDAY, today, known, plan, there, {IOP: 540, PHP: 1200})


def test_planned_and_attended_are_told_apart() -> None:
    """SC-H2: the plan has nine hours, of which eight were attended; the next week's are not counted."""
    week = counted(attended(3), attended(3, 2), attended(2, 4), attended(9, 7))

    assert (week.planned, week.attended, week.needed) == (540, 480, 540)
    assert (week.enough_planned, week.enough_attended) == (True, False)


def test_exactly_what_is_needed_is_enough() -> None:
    """SC-H2: nine of nine; a minute less is not."""
    assert counted(attended(9)).enough_attended is True
    assert counted(attended(9 - 1 / 60), planned=9 - 1 / 60).enough_attended is False


@pytest.mark.parametrize(
    ("known", "there"),
    [
        (Known(), []),
        (Known(level=IOP, since=MONDAY + timedelta(days=1)), [attended(9, 2)]),
        (AT_IOP, [attended(5), attended(9, 2, PHP)]),
        (AT_IOP.model_copy(update={"leave_from": MONDAY + timedelta(days=6)}), [attended(9)]),
        (AT_IOP.model_copy(update={"leave_from": date(2026, 1, 1), "leave_until": MONDAY}), [attended(9)]),
        (Known(level=LevelOfCare.ALUMNI, since=date(2026, 1, 1)), []),
    ],
    ids=["unknown", "came-in-the-week", "two-levels", "went-on-leave", "came-back", "nothing-needed"],
)
def test_what_nobody_can_say_is_unknown_and_never_enough(known: Known, there: list[Attended]) -> None:
    """SC-H3: no answer, whatever was attended."""
    week = counted(*there, known=known)

    assert (week.enough_planned, week.enough_attended) == (None, None)


def test_a_leave_that_is_over_before_the_week_does_not_count() -> None:
    """SC-H3: the day of return is still a day of leave; the week after it is whole."""
    back = AT_IOP.model_copy(update={"leave_from": date(2026, 1, 1), "leave_until": MONDAY - timedelta(days=1)})

    assert counted(attended(9), known=back).enough_attended is True


def test_a_week_that_is_not_over_is_not_judged_by_what_was_attended() -> None:
    """SC-H3: on Sunday nobody knows yet; the plan can be judged before."""
    week = counted(attended(9), today=MONDAY + timedelta(days=6))

    assert (week.enough_planned, week.enough_attended) == (True, None)


def test_a_week_begins_on_monday() -> None:
    """SC-H2: ISO 8601, as misses are counted (SC-M5)."""
    assert {monday_of(MONDAY + timedelta(days=n)) for n in range(7)} == {MONDAY}
