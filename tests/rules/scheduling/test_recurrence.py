"""When a group meets: at its local hour, by RFC 5545, and never without end."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.change import Invalid
from scheduling.domain.recurrence import LONGEST, MOST_MEETINGS, meetings

NEW_YORK = "America/New_York"


def local(text: str, zone: str = NEW_YORK) -> datetime:
    """An instant by the clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def hours(found: list[datetime], zone: str = NEW_YORK) -> list[str]:
    """The instants as the clock of a zone shows them."""
    return [f"{one.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for one in found]


def test_a_weekly_group_stays_at_its_hour_when_clocks_change() -> None:
    """SC-G2: on 8 March 2026 New York's clocks go forward; the group still meets at ten, an hour earlier in UTC."""
    found = meetings(local("2026-03-02T10:00"), NEW_YORK, "FREQ=WEEKLY;COUNT=3", ())

    assert hours(found) == ["2026-03-02 10:00", "2026-03-09 10:00", "2026-03-16 10:00"]
    assert [one.hour for one in found] == [15, 14, 14]


def test_an_hour_that_clocks_skip_is_read_as_before_the_change() -> None:
    """SC-G2: 02:30 does not exist on 8 March 2026; RFC 5545, 3.3.5 reads it with the offset before: 03:30."""
    found = meetings(local("2026-03-07T02:30"), NEW_YORK, "FREQ=DAILY;COUNT=3", ())

    assert hours(found) == ["2026-03-07 02:30", "2026-03-08 03:30", "2026-03-09 02:30"]


def test_a_doubled_hour_is_its_first() -> None:
    """SC-G2: 01:30 happens twice on 1 November 2026; the group meets once, at the first."""
    found = meetings(local("2026-10-31T01:30"), NEW_YORK, "FREQ=DAILY;COUNT=2", ())

    assert found[1] == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("", ["02"]),
        ("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4", ["02", "04", "09", "11"]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20260316T140000Z", ["02", "09", "16"]),
        ("FREQ=WEEKLY;UNTIL=20260316T135959Z", ["02", "09"]),
        ("FREQ=WEEKLY;UNTIL=20260316", ["02", "09", "16"]),
        ("freq=weekly;interval=2;count=2", ["02", "16"]),
        ("FREQ=MONTHLY;BYDAY=1MO;UNTIL=20260331", ["02"]),
        ("FREQ=MONTHLY;BYDAY=1MO,-1FR;COUNT=3", ["02", "27", "06"]),
        ("FREQ=MONTHLY;BYMONTHDAY=2,-1;COUNT=3", ["02", "31", "02"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1;COUNT=3", ["02", "31", "01"]),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,MO;COUNT=3", ["02", "15", "16"]),
        ("FREQ=DAILY;INTERVAL=40;BYMONTH=3,4;COUNT=2", ["02", "11"]),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=6", ["02", "03", "04", "05", "06", "09"]),
    ],
)
def test_a_rule_is_read_as_rfc_5545_has_it(rule: str, days: list[str]) -> None:
    """SC-G1: ends are in UTC, by the local clock, or a whole local day; lower case and `RRULE:` are read too."""
    found = meetings(local("2026-03-02T10:00"), NEW_YORK, rule, ())

    assert [one[8:10] for one in hours(found)] == days


def test_an_excepted_date_is_left_out_and_not_made_up() -> None:
    """SC-G1: a holiday takes one meeting out of the count, as EXDATE does."""
    found = meetings(local("2026-05-18T10:00"), NEW_YORK, "FREQ=WEEKLY;COUNT=3", (date(2026, 5, 25),))

    assert hours(found) == ["2026-05-18 10:00", "2026-06-01 10:00"]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("every monday", "rule-unreadable"),
        ("FREQ=WEEKLY;FREQ=DAILY", "rule-unreadable"),
        ("FREQ=DAILY;BYDAY=+99MO", "rule-unreadable"),
        ("FREQ=WEEKLY;BYDAY=2MO", "rule-unreadable"),
        ("FREQ=SECONDLY;COUNT=2", "rule-unreadable"),
        ("FREQ=WEEKLY;INTERVAL=0", "rule-unreadable"),
        ("FREQ=WEEKLY;COUNT=0", "rule-unreadable"),
        ("FREQ=WEEKLY;COUNT=-3", "rule-unreadable"),
        ("FREQ=WEEKLY;BYDAY=XX", "rule-unreadable"),
        ("FREQ=WEEKLY;BYHOUR=1,2,3", "rule-unreadable"),
        ("FREQ=WEEKLY;UNTIL=soon", "rule-unreadable"),
        ("FREQ=WEEKLY;", "rule-unreadable"),
        ("FREQ=DAILY;BYMONTH=13", "first-meeting-off-rule"),
        ("FREQ=MONTHLY;BYMONTHDAY=--2", "rule-unreadable"),
        ("FREQ=MONTHLY;BYDAY=,MO", "rule-unreadable"),
        ("FREQ=WEEKLY;WKST=8", "rule-unreadable"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9", "first-meeting-off-rule"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31", "first-meeting-off-rule"),
        ("FREQ=WEEKLY;BYDAY=TU", "first-meeting-off-rule"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "first-meeting-off-rule"),
        ("FREQ=WEEKLY;UNTIL=20250101", "first-meeting-off-rule"),
    ],
)
def test_what_cannot_be_read_or_never_happens_is_refused(rule: str, code: str) -> None:
    """SC-G1: refused with a code, and quickly also where a rule would never come to a day."""
    with pytest.raises(Invalid) as refused:
        meetings(local("2026-03-02T10:00"), NEW_YORK, rule, ())

    assert refused.value.code == code


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "America", "a\0b"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    """SC-G1: a zone has an IANA name."""
    with pytest.raises(Invalid) as refused:
        meetings(local("2026-03-02T10:00"), zone, "", ())

    assert refused.value.code == "zone-unknown"


@settings(deadline=None)
@given(
    st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Phoenix"]),
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)).map(lambda d: d.replace(second=0, microsecond=0)),
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY"]),
)
def test_a_rule_without_end_keeps_its_hour_for_a_year(zone: str, starts: datetime, rule: str) -> None:
    """SC-G1, SC-G2: whatever the zone and day, at most a year; every hour is the local one or one that was skipped."""
    first_at = starts.replace(tzinfo=ZoneInfo(zone))
    if first_at.astimezone(UTC).astimezone(ZoneInfo(zone)).time() != starts.time():
        return
    found = meetings(first_at.replace(fold=0), zone, rule, ())

    assert found == sorted(set(found))
    assert len(found) <= MOST_MEETINGS
    assert found[-1] - found[0] <= LONGEST + timedelta(hours=1)  # the local hour, over a change of the clocks
    odd = [one for one in found if one.astimezone(ZoneInfo(zone)).time() != starts.time()]
    assert all(_skipped(one, zone, starts.time()) for one in odd)


def _skipped(instant: datetime, zone: str, hour: time) -> bool:
    """Whether the local hour does not exist on the local day of an instant."""
    wanted = datetime.combine(instant.astimezone(ZoneInfo(zone)).date(), hour, ZoneInfo(zone))
    return wanted.astimezone(UTC).astimezone(ZoneInfo(zone)).time() != hour
