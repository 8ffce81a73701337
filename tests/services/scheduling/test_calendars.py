"""Calendars as other programs fetch them, on a real mongod."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest_asyncio
from icalendar import Calendar

from common.contracts.words import Role
from services.one_service import Caller
from services.scheduling.doors import CLINICIAN, LEADER, SCHEDULER, group, scheduling


@pytest_asyncio.fixture
async def door(mongo_uri: str, tmp_path: Path) -> AsyncIterator[Caller]:
    """A group of eight meetings, one session with Anna, and a night on call, all of one clinician."""
    async with scheduling(mongo_uri, tmp_path) as (caller, _):
        await caller.put("/groups/amber", group())
        session = {"participant_id": "anna", "kind": "INDIVIDUAL", "level": "IOP", "staff": ["s-lead"]}
        await caller.put("/sessions/x1", session | {"starts_at": "2026-03-10T14:00:00Z", "minutes": 50})
        night = {"staff": "s-lead", "starts_at": "2026-03-10T22:00:00Z", "ends_at": "2026-03-11T10:00:00Z"}
        await caller.put("/on-call/w11", night)
        yield caller


def events(text: bytes) -> list[tuple[str, datetime]]:
    """What a calendar says, as a calendar program reads it."""
    read = Calendar.from_ical(text)
    found: list[Any] = list(read.walk("VEVENT"))
    return [(str(event["summary"]), event.decoded("dtstart")) for event in found]


async def test_a_staff_calendar_has_all_that_takes_them_and_nobodys_name_or_id(door: Caller) -> None:
    """SC-F1: groups, sessions and nights on call; the hour is right on both sides of a change of clocks."""
    answer = await door.get("/calendars/STAFF/s-lead.ics")
    found = events(answer.content)

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert found[:3] == [
        ("Group amber", datetime(2026, 3, 9, 14, tzinfo=UTC)),
        ("Session", datetime(2026, 3, 10, 14, tzinfo=UTC)),
        ("On call", datetime(2026, 3, 10, 22, tzinfo=UTC)),
    ]
    assert len(found) == 10
    assert b"anna" not in answer.content
    assert events((await door.get("/calendars/STAFF/s-other.ics")).content) == []


async def test_a_cancelled_meeting_is_shown_as_cancelled(door: Caller) -> None:
    """SC-F1: whoever has it in their calendar sees that it does not take place."""
    await door.post("/groups/amber/cancellations", {"session_id": "amber.20260309T1400Z", "reason": "snow"})
    text = (await door.get("/calendars/GROUP/amber.ics")).content

    assert text.count(b"STATUS:CANCELLED") == 1
    assert len(events(text)) == 8


async def test_a_secret_link_is_read_without_a_token_until_it_is_taken_back(door: Caller) -> None:
    """SC-F2: the same request again gives the same link; a wrong secret and one taken back lead nowhere."""
    made = await door.post("/calendars/STAFF/s-lead/links", {}, CLINICIAN, key="k", by="s-lead")
    again = await door.post("/calendars/STAFF/s-lead/links", {}, CLINICIAN, key="k", by="s-lead")
    link = made.json()["extra"]
    read = await door.http.get(link["path"])
    wrong = await door.http.get(f"/v1/calendars/shared/{'x' * 43}.ics")
    stranger = await door.post(f"/calendars/links/{link['feed_id']}/revoke", {}, CLINICIAN, by="s-2")
    await door.post(f"/calendars/links/{link['feed_id']}/revoke", {}, CLINICIAN, by="s-lead")
    after = await door.http.get(link["path"])

    assert again.json()["extra"] == link
    assert (read.status_code, len(events(read.content))) == (200, 10)
    assert (wrong.status_code, stranger.status_code, after.status_code) == (404, 403, 404)


async def test_a_link_is_given_away_by_those_who_may(door: Caller) -> None:
    """SC-F2: one's own, a group's by its leaders, anybody's by a scheduler; reading needs a token or a link."""
    roles: list[tuple[str, Role, int]] = [
        ("/calendars/STAFF/s-lead/links", CLINICIAN, 403),
        ("/calendars/STAFF/s-lead/links", SCHEDULER, 200),
        ("/calendars/GROUP/amber/links", LEADER, 200),
        ("/calendars/GROUP/amber/links", CLINICIAN, 403),
    ]
    answers = [await door.post(path, {}, role) for path, role, _ in roles]

    assert [answer.status_code for answer in answers] == [status for _, _, status in roles]
    assert (await door.http.get("/v1/calendars/STAFF/s-lead.ics")).status_code == 401
