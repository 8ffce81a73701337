"""Sessions with one participant over HTTP on a real mongod."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from services.one_service import Caller
from services.scheduling.doors import SCHEDULER, group, scheduling


@pytest_asyncio.fixture
async def door(mongo_uri: str, tmp_path: Path) -> AsyncIterator[Caller]:
    """Scheduling with an empty database."""
    async with scheduling(mongo_uri, tmp_path) as (caller, _):
        yield caller


def session(**more: Any) -> dict[str, Any]:
    """An individual session on Monday at ten in New York."""
    return {
        "participant_id": "anna",
        "kind": "INDIVIDUAL",
        "level": "IOP",
        "starts_at": "2026-03-09T10:00:00-04:00",
        "minutes": 50,
        "room": "r9",
        "staff": ["s-php"],
    } | more


async def test_a_session_is_planned_moved_and_cancelled(door: Caller) -> None:
    """SC-S1, SC-S3: the calendar follows; said again under another key, nothing is said."""
    first = await door.put("/sessions/x1", session())
    again = await door.put("/sessions/x1", session())
    moved = await door.put("/sessions/x1", session(starts_at="2026-03-16T14:00:00Z"))
    gone = await door.post("/sessions/x1/cancel", {"reason": "ill"}, SCHEDULER)
    listed = (await door.get("/participants/anna/sessions")).json()

    assert first.json()["said"] == ["SessionPlanned.v1", "TimesBooked.v1"]
    assert again.json()["said"] == []
    assert moved.json()["said"] == ["SessionPlanned.v1", "TimesBooked.v1", "TimesBooked.v1"]
    assert gone.json()["said"] == ["SessionCancelled.v1", "TimesBooked.v1"]
    assert [(one["planned"]["starts_at"], one["cancelled"]) for one in listed] == [("2026-03-16T14:00:00Z", True)]
    assert (await door.get("/sessions/x2")).json()["code"] == "session-not-planned"


async def test_a_session_clashes_with_a_group_and_with_another_session(door: Caller) -> None:
    """SC-G3: the group's leader and room, and the participant's other session."""
    await door.put("/groups/amber", group())
    await door.put("/sessions/x1", session())
    answers = [
        await door.put("/sessions/x2", session(participant_id="ben", staff=["s-lead"])),
        await door.put("/sessions/x3", session(participant_id="ben", staff=["s-2"], room="r1")),
        await door.put("/sessions/x4", session(staff=["s-2"], room="r3")),
    ]

    assert [answer.json()["code"] for answer in answers] == ["staff-taken", "room-taken", "participant-taken"]
    assert (await door.get("/participants/ben/sessions")).json() == []


async def test_a_hand_over_needs_both_and_is_received_by_the_receiver(door: Caller) -> None:
    """SC-S4: sender and receiver are taken for its time; the receiver alone says that it was held."""
    body = session(kind="HAND_OVER", staff=["s-php", "s-iop"])
    held = {"covered": ["RISK_AND_SAFETY_PLAN", "REASON"], "participant_present": True}
    await door.put("/sessions/h1", body)
    clash = await door.put("/sessions/x2", session(participant_id="ben", staff=["s-iop"], room="r2"))
    sender = await door.post("/sessions/h1/hand-over", held, by="s-php")
    receiver = await door.post("/sessions/h1/hand-over", held, by="s-iop")

    assert clash.json()["code"] == "staff-taken"
    assert (sender.status_code, sender.json()["code"]) == (403, "receiver-says")
    assert receiver.json()["said"] == ["HandOverReceived.v1"]
    assert (await door.get("/sessions/h1")).json()["received"]["to_staff"] == "s-iop"


async def test_thirty_sessions_at_once_with_one_clinician_leave_one(door: Caller) -> None:
    """SC-G4: whoever asks first; the rest are told that the clinician is taken."""
    asked = [door.put(f"/sessions/x{n}", session(participant_id=f"p{n}", room=f"r{n}")) for n in range(30)]
    answers = await asyncio.gather(*asked)

    assert Counter(answer.json().get("code") for answer in answers) == {None: 1, "staff-taken": 29}
