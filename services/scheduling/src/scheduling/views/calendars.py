"""Calendars of staff and of groups, as iCalendar."""

from datetime import datetime, timedelta

from common.change import NotFound
from common.contracts.groups import BookedTime, CalendarKind
from common.contracts.words import StaffId
from common.fold import collection_of
from common.mongo import Database
from scheduling.domain.feeds import Entry, Feed, feed_id_of, icalendar
from scheduling.domain.on_call import SITE, OnCall
from scheduling.domain.week import Week, weeks_between
from scheduling.views.groups import group_seen

BACK, AHEAD = timedelta(weeks=4), timedelta(weeks=26)
"""How far a calendar looks back and ahead. ASSUMED."""


async def calendar(database: Database, kind: CalendarKind, about: str, now: datetime) -> bytes:
    """The calendar of one staff member or group; an empty one where nothing is planned. Rule: SC-F1."""
    if kind is CalendarKind.GROUP:
        return icalendar(f"Group {about}", await _of_group(database, about, now), now)
    return icalendar(f"Staff {about}", await _of_staff(database, StaffId(about), now), now)


async def shared_calendar(database: Database, secret: str, now: datetime) -> bytes:
    """The calendar a secret link leads to; raises NotFound for another, and for one taken back. Rule: SC-F2."""
    stored = await database.get(collection_of(Feed), feed_id_of(secret))
    feed = Feed.model_validate(stored["state"]) if stored else None
    if feed is None or feed.over or feed.kind is None:
        raise NotFound("link-unknown", "this link leads nowhere")
    return await calendar(database, feed.kind, feed.about, now)


async def _of_group(database: Database, group_id: str, now: datetime) -> list[Entry]:
    group, _ = await group_seen(database, group_id)
    return [
        Entry(
            uid=meeting.session_id,
            title=f"Group {group_id}{' (make-up)' if meeting.make_up else ''}",
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            room=meeting.room,
            cancelled=meeting.cancelled,
        )
        for meeting in group.meetings()
        if now - BACK <= meeting.starts_at <= now + AHEAD
    ]


async def _of_staff(database: Database, staff: StaffId, now: datetime) -> list[Entry]:
    weeks = weeks_between(now - BACK, now + AHEAD)
    found = await database.find(collection_of(Week), {"_id": {"$in": weeks}}, sort=[("_id", 1)])
    booked = [
        _entry(owner, time)
        for week in (Week.model_validate(one["state"]) for one in found)
        for owner, times in week.booked.items()
        for time in times
        if f"staff:{staff}" in time.takes
    ]
    once = {entry.uid: entry for entry in [*booked, *await _on_call(database, staff)]}
    return sorted(once.values(), key=lambda entry: (entry.starts_at, entry.uid))


async def _on_call(database: Database, staff: StaffId) -> list[Entry]:
    stored = await database.get(collection_of(OnCall), SITE)
    shifts = OnCall.model_validate(stored["state"]).shifts if stored else {}
    return [
        Entry(uid=f"on-call.{id}", title="On call", starts_at=shift.starts_at, ends_at=shift.ends_at)
        for id, shift in shifts.items()
        if shift.staff == staff
    ]


def _entry(owner: str, time: BookedTime) -> Entry:
    """A group by its id; of a session with one participant, and of a community event, only that it is one."""
    kind, _, id = owner.partition(":")
    room = next((one.removeprefix("room:") for one in time.takes if one.startswith("room:")), "")
    title = {"group": f"Group {id}", "gathering": "Community event"}.get(kind, "Session")
    return Entry(uid=time.session_id, title=title, starts_at=time.starts_at, ends_at=time.ends_at, room=room)
