"""Scheduling's doors as a new integrator tries them: what no calendar knows, too much, and what OpenAPI promises."""

from pathlib import Path
from typing import Any

import pytest

from common.large import LARGEST_BODY
from services.scheduling.doors import SCHEDULER, group, scheduling

ALL_DAY: dict[str, Any] = {"weekdays": [5] * 7}
FIRST: dict[str, Any] = {"level": "PHP", "starts_at": "9999-12-31T12:00:00Z", "receiving_team_accepted": True}


async def test_a_day_that_no_calendar_knows_changes_nothing(mongo_uri: str, tmp_path: Path) -> None:
    """A slip in the year stops at the door: no level loses its days by it, and no participant's messages are parked."""
    async with scheduling(mongo_uri, tmp_path) as (caller, store):
        wrong = [
            await caller.put("/levels/PHP/days", {**ALL_DAY, "exceptions": [{"on": "9999-12-31", "places": 0}]}),
            await caller.put("/levels/PHP/days/p1", {"weekdays": [0], "from_on": "0001-01-01"}),
            await caller.put("/groups/g1", group(first_at="9999-12-31T12:00:00Z", leader="s-1")),
            await caller.put("/groups/g1", group(zone="America", leader="s-1")),
            await caller.post("/participants/p1/first-appointments", FIRST),
            await caller.get("/levels/PHP/days?from_on=9999-12-31"),
            await caller.get("/census?as_of=0001-01-01T00:00:00%2B14:00"),
            await caller.get("/hours?day=9999-12-31"),
            await caller.get("/participants/p1/sessions?from=9999-12-31T00:00:00Z"),
            await caller.get("/on-call?from=9999-12-31T00:00:00Z"),
        ]
        told = [(answer.status_code, answer.json()["code"]) for answer in wrong]
        assert told == [(422, "malformed")] * 3 + [(422, "zone-unknown")] + [(422, "malformed")] * 6
        assert await store.database.count("journal", {}) == 0


async def test_whoever_may_be_somebodys_therapist_can_be_rostered(mongo_uri: str, tmp_path: Path) -> None:
    """SC-S5: an id as a token of an OpenID provider carries it, in a body and in a path."""
    async with scheduling(mongo_uri, tmp_path) as (caller, _):
        led = await caller.put("/groups/g1", group(leader="auth0|5f7c", co_leader="eva@site"))
        limited = await caller.put("/staff/auth0%7C5f7c/caseload", {"at_most": 3})
        calendar = await caller.get("/calendars/STAFF/auth0%7C5f7c.ics")
        nobody = await caller.put("/staff/Eva%20Meier/caseload", {"at_most": 3})
        assert [led.status_code, limited.status_code, calendar.status_code] == [200, 200, 200]
        assert "BEGIN:VEVENT" in calendar.text
        assert (nobody.status_code, nobody.json()["code"]) == (422, "no-staff-id")


async def test_what_is_no_json_is_told_how_to_be(mongo_uri: str, tmp_path: Path) -> None:
    """A forgotten Content-Type is a line that helps, not a riddle."""
    async with scheduling(mongo_uri, tmp_path) as (caller, _):
        answer = await caller.http.put(
            "/v1/levels/PHP", content=b'{"places": 1}', headers=caller.headers([SCHEDULER], "k")
        )
        assert answer.json()["errors"] == [{"at": "body", "is": "send JSON, as Content-Type: application/json"}]


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_without_end_is_not_read(mongo_uri: str, tmp_path: Path, declared: bool) -> None:
    """Nobody fills the memory, also without a token and without saying how much comes."""

    async def chunks() -> Any:
        for _ in range(LARGEST_BODY // 2**20 + 2):
            yield b" " * 2**20

    async with scheduling(mongo_uri, tmp_path) as (caller, _):
        content = b" " * (LARGEST_BODY + 1) if declared else chunks()
        answer = await caller.http.put("/v1/levels/PHP", content=content)
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
        assert answer.headers["content-type"] == "application/problem+json"


async def test_openapi_says_what_comes(mongo_uri: str, tmp_path: Path) -> None:
    """Whoever makes a client from /openapi.json knows the token, the Idempotency-Key and every problem's shape."""
    async with scheduling(mongo_uri, tmp_path) as (caller, _):
        document = (await caller.http.get("/openapi.json")).json()
    write, read = document["paths"]["/v1/levels/{level}"]["put"], document["paths"]["/v1/hours"]["get"]
    assert write["security"] == [{"bearer": []}]
    assert {one["name"]: one["required"] for one in write["parameters"]}["idempotency-key"] is True
    assert set(write["responses"]) == {"200", "400", "401", "403", "404", "409", "412", "413", "422", "503"}
    assert set(read["responses"]) == {"200", "401", "403", "422", "503"}
    assert write["responses"]["422"]["content"].keys() == {"application/problem+json"}
    assert "HTTPValidationError" not in str(document)
