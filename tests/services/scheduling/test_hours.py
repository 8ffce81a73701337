"""Hours per week over HTTP on a real mongod: from rosters, sessions and attendance."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from common.contracts.words import LevelOfCare, Role
from common.store import Store
from scheduling.app import SERVICE, app
from scheduling.settings import Settings
from services.one_service import (
    NOON,
    Caller,
    doors_open,
    forget,
    fresh_store,
    hear,
    signing_key,
    stopped_clock,
)
from services.scheduling.doors import SCHEDULER, group
from services.scheduling.test_coaching import at_level
from throughline.embedded.clock_face import write_clock

NEXT_SUNDAY = datetime(2026, 3, 15, 23, 30, tzinfo=UTC)


@pytest_asyncio.fixture
async def door(mongo_uri: str, tmp_path: Path) -> AsyncIterator[Caller]:
    """Scheduling on the Sunday after; Anna is at IOP since the Monday before, and in a group of three hours a day."""
    clock, face = stopped_clock(tmp_path, NOON - timedelta(hours=8))
    store: Store = await fresh_store(mongo_uri, SERVICE, clock)
    async with doors_open(app(Settings(jwks=signing_key(tmp_path))), store, tmp_path, clock) as door:
        await hear(store, at_level(LevelOfCare.IOP).model_copy(update={"at": NOON - timedelta(days=1)}))
        daily = "FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=6"
        await door.put("/groups/amber", group(rule=daily, minutes=180, first_at="2026-03-09T14:00:00Z"))
        await door.post("/groups/amber/members", {"participant_id": "anna"}, SCHEDULER)
        write_clock(face, NEXT_SUNDAY)
        yield door
    await forget(store)


async def attend(door: Caller, session: str, day: int, minutes: int, planned: int = 180) -> None:
    """Anna was there for so long."""
    body: dict[str, Any] = {
        "kind": "SKILLS_GROUP",
        "level": "IOP",
        "starts_at": f"2026-03-{day:02}T14:00:00Z",
        "planned_minutes": planned,
        "attended": [{"participant_id": "anna", "minutes": minutes}],
    }
    assert (await door.post(f"/sessions/{session}/attendance", body)).status_code == 200


async def test_a_week_is_counted_from_the_roster_and_from_attendance(door: Caller) -> None:
    """SC-H2: nine hours planned; a family session counts where it is typed so, and is left out where it is not."""
    family = {
        "participant_id": "anna",
        "kind": "FAMILY",
        "family_type": "FAM_INDIV",
        "level": "IOP",
        "starts_at": "2026-03-10T18:00:00Z",
        "minutes": 60,
        "staff": ["s-fam"],
    }
    await door.put("/sessions/f1", family)
    await door.put("/sessions/f2", family | {"starts_at": "2026-03-11T18:00:00Z", "program_hours": True})
    for session, day, minutes in (("g1", 9, 180), ("g2", 11, 180), ("f1", 10, 60), ("f2", 11, 60)):
        await attend(door, session, day, minutes)
    (week,) = [one for one in (await door.get("/participants/anna/hours")).json()["weeks"] if one["attended"]]

    assert (week["monday"], week["needed"], week["planned"], week["attended"]) == ("2026-03-09", 540, 600, 420)
    assert (week["enough_planned"], week["enough_attended"]) == (True, None)


async def test_the_payer_decides_and_everybody_of_a_week_is_listed(door: Caller) -> None:
    """SC-H1: said by the utilization nurse; the week of a day has everybody whose level needs hours."""
    body = {"payer": "other", "age_band": "ADOLESCENT"}
    noted = await door.put("/participants/anna/coverage", body, Role.UR_NURSE)
    (anna,) = (await door.get("/hours?day=2026-03-11")).json()

    assert noted.json()["said"] == ["CoverageNoted.v1"]
    assert (anna["participant_id"], anna["weeks"][0]["needed"]) == ("anna", 360)
    assert (await door.put("/participants/anna/coverage", body, Role.CLINICIAN)).status_code == 403


async def test_a_cancelled_meeting_is_planned_no_more(door: Caller) -> None:
    """SC-H2: six of nine hours are left, which is not enough."""
    await door.post("/groups/amber/cancellations", {"session_id": "amber.20260313T1400Z", "reason": "snow"})
    (anna,) = (await door.get("/hours?day=2026-03-11")).json()

    assert (anna["weeks"][0]["planned"], anna["weeks"][0]["enough_planned"]) == (360, False)
