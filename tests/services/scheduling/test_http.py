"""Scheduling's HTTP door on a real mongod, with real tokens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from common.auth import Door
from common.clock import Clock
from common.desk import Desk
from common.store import Store
from scheduling.app import SERVICE
from scheduling.app import app as scheduling
from scheduling.settings import Settings
from services.one_service import forget, fresh_store
from services.scheduling.house import Intake, later, said
from throughline.embedded.tokens import create_key, jwks_file, mint

ROSTER = {"kind": "SKILLS_GROUP", "level": "PHP", "planned_minutes": 60}
Call = Callable[..., Any]


@asynccontextmanager
async def serving(store: Store, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The app at its door, with a desk that works; no broker is needed for it."""
    settings = Settings(jwks=str(jwks_file(folder)))
    app = scheduling(settings)
    desk = Desk(store, Clock(), lambda _: None)
    app.state.clock, app.state.database, app.state.desk = Clock(), store.database, desk
    app.state.door = Door(settings.jwks, settings.issuer, settings.audience)
    working = asyncio.create_task(desk.run())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://scheduling") as client:
        yield client
    desk.close()
    await working


@pytest_asyncio.fixture
async def store(mongo_uri: str) -> AsyncIterator[Store]:
    """Scheduling with an empty database."""
    store = await fresh_store(mongo_uri, SERVICE)
    yield store
    await forget(store)


@pytest_asyncio.fixture
async def call(store: Store, tmp_path: Path) -> AsyncIterator[Call]:
    """`await call(method, path, body, role=..., key=...)`."""
    create_key(tmp_path)
    async with serving(store, tmp_path) as client:

        async def one(method: str, path: str, body: Any = None, *, role: str = "scheduler", key: str = "k") -> Any:
            token = mint(tmp_path, "s1", [role])
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
            return await client.request(method, path, json=body, headers=headers)

        yield one


def roster(minutes: dict[str, int], starts_at: datetime | None = None, **more: Any) -> dict[str, Any]:
    """A group session of an hour and who was there for how long."""
    lines = [{"participant_id": who, "minutes": n} for who, n in minutes.items()]
    return {**ROSTER, "starts_at": (starts_at or later(0)).isoformat(), "attended": lines, **more}


async def test_a_level_is_set_up_and_read(call: Call) -> None:
    """SC-P6: what was set up is what is read, with its version."""
    body = {"places": 2, "groups": [{"group_id": "amber", "seats": 2}]}
    done = await call("PUT", "/v1/levels/PHP", body)
    read = await call("GET", "/v1/levels/PHP", role="clinician")

    assert (done.status_code, done.json()["said"]) == (200, ["LevelSetUp.v1"])
    assert read.json()["groups"] == [{"group_id": "amber", "seats": 2, "members": []}]
    assert read.headers["ETag"] == done.headers["ETag"] == '"1"'
    assert [level["level"] for level in (await call("GET", "/v1/levels")).json()] == ["PHP"]


@pytest.mark.parametrize(
    ("method", "path", "role", "status", "code"),
    [
        ("PUT", "/v1/levels/PHP", "clinician", 403, "role-missing"),
        ("PUT", "/v1/levels/ATTIC", "scheduler", 422, "malformed"),
        ("GET", "/v1/levels/ATTIC", "scheduler", 422, "malformed"),
        ("GET", "/v1/levels/IOP", "scheduler", 404, "level-not-set-up"),
        ("GET", "/v1/participants/nobody", "scheduler", 404, "participant-unknown"),
    ],
)
async def test_a_wrong_request_is_answered_with_its_code(
    call: Call, method: str, path: str, role: str, status: int, code: str
) -> None:
    """Errors are problem+json with a stable code."""
    answer = await call(method, path, {"places": 1, "groups": []} if method == "PUT" else None, role=role)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_nobody_reads_without_a_token(store: Store, tmp_path: Path) -> None:
    """Reading needs a staff token too."""
    create_key(tmp_path)
    async with serving(store, tmp_path) as client:
        answer = await client.get("/v1/levels")

    assert answer.status_code == 401


async def test_one_roster_is_one_act_for_many(call: Call, store: Store) -> None:
    """SC-M1: one transaction, one fact a participant; posted again under another key it says nothing."""
    body = roster({"anna": 60, "ben": 10, "cara": 30})
    first = await call("POST", "/v1/sessions/g1/attendance", body, role="skills-leader")
    again = await call("POST", "/v1/sessions/g1/attendance", body, role="skills-leader", key="k2")

    told = ["MissesNoticed.v1", "SendNotice.v1", "SendNotice.v1"]
    assert sorted(first.json()["said"]) == [*told, *["SessionAttendanceRecorded.v1"] * 3]
    assert (again.json()["said"], again.json()["version"]) == ([], 1)
    assert len(await said(store, without=("SendNotice.v1",))) == 4
    assert (await call("GET", "/v1/participants/ben")).json()["misses"]["SKILLS_GROUP"]["in_a_row"] == 1


async def test_a_hundred_identical_acts_at_once_have_one_effect(call: Call, store: Store) -> None:
    """Promise 2: the same request a hundred times in parallel, under one key and under many."""
    body = roster({"anna": 60, "ben": 0})
    acts = [call("POST", "/v1/sessions/g1/attendance", body, key=f"k{n % 10}") for n in range(100)]
    answers = await asyncio.gather(*acts)

    assert {answer.status_code for answer in answers} == {200}
    assert len(await said(store, without=("SendNotice.v1", "MissesNoticed.v1"))) == 2
    assert (await call("GET", "/v1/participants/anna")).json()["sessions"] == 1


async def test_misses_warn_and_propose_once(call: Call, store: Store) -> None:
    """SC-M2, SC-M3, SC-M10: three program days, over HTTP, in the order they were; each notice once."""
    for day in range(4):
        body = roster({"anna": 0}, later(0) + timedelta(days=day))
        await call("POST", f"/v1/sessions/g{day}/attendance", body, key=f"k{day}")

    told = await said(store, without=("SessionAttendanceRecorded.v1", "SendNotice.v1"))
    assert [name for name, _ in told] == ["MissesNoticed", "MissesReachedWarning", "OutOfProgramProposed"]
    notices = [row["data"] for row in await store.database.find("journal", {"type": "SendNotice.v1"})]
    words = ("we-missed-you", "misses-noticed", "misses-to-call", "out-of-program-proposed")
    assert [sum(f'"{template}"' in data for data in notices) for template in words] == [1, 1, 1, 1]
    misses = (await call("GET", "/v1/participants/anna")).json()["misses"]["SKILLS_GROUP"]
    assert misses == {"in_a_row": 4, "limit": 3, "out_of_program_proposed": True}


async def test_absence_on_leave_is_excused_and_after_the_return_it_counts(call: Call, store: Store) -> None:
    """SC-M4: leave is heard from intake; the repeated message changes nothing."""
    intake = Intake()
    admitted = intake.admits("anna", 0)
    away, back = intake.sends_on_leave("anna", 10), intake.hears_of_return("anna", 100)
    await store.commit([admitted, away, away])
    await call("POST", "/v1/sessions/g1/attendance", roster({"anna": 0}, later(20)), key="k1")
    on_leave = (await call("GET", "/v1/participants/anna")).json()
    await store.commit([back, away, back])
    await call("POST", "/v1/sessions/g2/attendance", roster({"anna": 0}, later(3000)), key="k2")
    returned = (await call("GET", "/v1/participants/anna")).json()

    assert (on_leave["level"], on_leave["on_leave"], on_leave["planned_minutes"]) == ("PHP", True, 0)
    assert (returned["on_leave"], returned["misses"]["SKILLS_GROUP"]["in_a_row"]) == (False, 1)


async def test_a_leave_that_was_over_does_not_excuse_up_to_the_next_move(call: Call, store: Store) -> None:
    """SC-M4: out of order: the roster of between the return and the move comes after the move was heard."""
    intake = Intake()
    leave = [intake.sends_on_leave("anna", 10), intake.hears_of_return("anna", 100)]
    await store.commit([intake.admits("anna", 0), *leave, intake.admits("anna", 5000)])
    await call("POST", "/v1/sessions/g1/attendance", roster({"anna": 0}, later(3000)))

    assert (await call("GET", "/v1/participants/anna")).json()["misses"]["SKILLS_GROUP"]["in_a_row"] == 1


async def test_a_leave_heard_late_is_made_good_by_the_same_roster(call: Call, store: Store) -> None:
    """SC-M4, SC-M7: late; posted again, the roster corrects what was counted before the leave was known."""
    body = roster({"anna": 0}, later(20))
    await call("POST", "/v1/sessions/g1/attendance", body, key="k1")
    await store.commit([Intake().sends_on_leave("anna", 10)])
    corrected = await call("POST", "/v1/sessions/g1/attendance", body, key="k2")

    assert corrected.json()["said"] == ["SessionAttendanceRecorded.v1"]
    assert (await call("GET", "/v1/participants/anna")).json()["misses"]["SKILLS_GROUP"]["in_a_row"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (roster({"anna": 60}, datetime.now(UTC) + timedelta(days=1)), "in-the-future"),
        (roster({"anna": 61}), "minutes-over-planned"),
        ({**roster({}), "attended": [{"participant_id": "anna", "minutes": 1}] * 2}, "participant-named-twice"),
        (roster({"anna": 60}, planned_minutes=0), "malformed"),
        (roster({"Anna Smith, absent": 60}), "malformed"),
    ],
)
async def test_a_roster_that_makes_no_sense_is_not_taken(
    call: Call, store: Store, body: dict[str, Any], code: str
) -> None:
    """SC-M7: refused whole, nothing said."""
    answer = await call("POST", "/v1/sessions/g1/attendance", body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await said(store) == []


async def test_a_first_appointment_is_booked_once(call: Call, store: Store) -> None:
    """SC-A1: in the future, as appointments are; said twice, booked once."""
    starts_at = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = {"level": "IOP", "starts_at": starts_at, "receiving_team_accepted": True}
    for key in ("k1", "k1", "k2"):
        assert (await call("POST", "/v1/participants/anna/first-appointments", body, key=key)).status_code == 200

    assert [name for name, _ in await said(store)] == ["FirstAppointmentBooked"]
    assert "IOP" in (await call("GET", "/v1/participants/anna")).json()["first_appointments"]
