"""Calendars that other programs read: a secret link, and iCalendar without a name in it."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Self

from icalendar import Calendar, Event
from pydantic import BaseModel

from common.change import Aggregate, NotEntitled, NotFound
from common.contracts.groups import CalendarKind, CalendarShared, CalendarUnshared
from common.contracts.message import Contract
from common.contracts.words import StaffId


class Entry(BaseModel, frozen=True):
    """One time in a calendar; `title` says what kind of time it is, never who."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    room: str = ""
    cancelled: bool = False


class Feed(Aggregate):
    """A secret link to one calendar; its id is the secret's digest, so whoever reads the database cannot use it."""

    kind: CalendarKind | None = None
    about: str = ""
    shared_by: StaffId | None = None
    over: bool = False

    def after(self, fact: Contract) -> Self:
        """The link once `fact` is true."""
        match fact:
            case CalendarShared():
                shared = {"kind": fact.kind, "about": fact.about, "shared_by": fact.shared_by}
                return self.model_copy(update=shared)
            case CalendarUnshared():
                return self.model_copy(update={"over": True})
        return self

    def share(self, kind: CalendarKind, about: str, by: StaffId, now: datetime) -> list[Contract]:
        """Make the link, once; one that was taken back stays so. Rule: SC-F2."""
        if self.kind is not None:
            return []
        return [CalendarShared(at=now, feed_id=self.id, kind=kind, about=about, shared_by=by)]

    def unshare(self, by: StaffId, anybodys: bool, now: datetime) -> list[Contract]:
        """Take the link back: who made it may, and whoever may take `anybodys`. Rule: SC-F2."""
        if self.kind is None:
            raise NotFound("link-unknown", "there is no such link")
        if not anybodys and by not in (self.shared_by, self.about):
            raise NotEntitled("not-your-link", "a link is taken back by who made it, whose it is, or a scheduler")
        if self.over:
            return []
        return [CalendarUnshared(at=now, feed_id=self.id, kind=self.kind, about=self.about, unshared_by=by)]


def feed_id_of(secret: str) -> str:
    """The id of the link with this secret: its SHA-256, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def icalendar(name: str, entries: Iterable[Entry], now: datetime) -> bytes:
    """The entries as RFC 5545 has them, in UTC, so that every reader shows them at their local hour. Rule: SC-F1."""
    calendar = Calendar()
    calendar.add("prodid", "-//Throughline//scheduling//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry, now))
    text: bytes = calendar.to_ical()
    return text


def _event(entry: Entry, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@throughline")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", entry.title)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.room:
        event.add("location", entry.room)
    return event
