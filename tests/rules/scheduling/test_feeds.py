"""Calendars that other programs read."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from common.change import NotEntitled, NotFound
from common.contracts.groups import CalendarKind
from common.contracts.words import StaffId
from scheduling.domain.feeds import Entry, Feed, feed_id_of, icalendar

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
OLGA, PAUL = StaffId("s-olga"), StaffId("s-paul")


def test_a_calendar_is_read_as_rfc_5545_has_it() -> None:
    """SC-F1: read back by the library: times in UTC, a state, a room, and nothing about anybody."""
    entries = [
        Entry(uid="amber.1", title="Group amber", starts_at=NOON, ends_at=NOON + timedelta(hours=1), room="r1"),
        Entry(uid="x1", title="Session", starts_at=NOON, ends_at=NOON + timedelta(hours=1), cancelled=True),
    ]
    read = Calendar.from_ical(icalendar("Staff s-olga", entries, NOON))
    events = list(read.walk("VEVENT"))

    assert [str(event["uid"]) for event in events] == ["amber.1@throughline", "x1@throughline"]
    assert [event.decoded("dtstart") for event in events] == [NOON, NOON]
    assert [str(event["status"]) for event in events] == ["CONFIRMED", "CANCELLED"]
    assert (str(events[0]["location"]), "location" in events[1]) == ("r1", False)


def shared() -> Feed:
    """A link that Olga made to her calendar."""
    feed = Feed(id=feed_id_of("secret"))
    (fact,) = feed.share(CalendarKind.STAFF, "s-olga", OLGA, NOON)
    return feed.after(fact)


def test_a_link_is_made_once_and_taken_back_for_good() -> None:
    """SC-F2: said twice, nothing; and it does not come back."""
    (gone,) = shared().unshare(OLGA, False, NOON)
    over = shared().after(gone)

    assert shared().share(CalendarKind.STAFF, "s-olga", OLGA, NOON) == []
    assert over.unshare(OLGA, False, NOON) == over.share(CalendarKind.STAFF, "s-olga", OLGA, NOON) == []


def test_nobody_takes_back_somebody_elses_link() -> None:
    """SC-F2: but a scheduler may; one that never was is not found."""
    with pytest.raises(NotEntitled):
        shared().unshare(PAUL, False, NOON)
    with pytest.raises(NotFound):
        Feed(id="x").unshare(OLGA, True, NOON)
    assert len(shared().unshare(PAUL, True, NOON)) == 1
