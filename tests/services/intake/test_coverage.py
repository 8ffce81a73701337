"""Authorisations over HTTP, messages and time: what is missing is said, and care goes on."""

from datetime import datetime, timedelta
from typing import Any

from common.contracts import scheduling
from common.contracts.words import LevelOfCare, ParticipantId, Role, SessionId, SessionKind
from services.intake.conftest import House
from services.intake.test_messages import admitted, answers, episode
from services.one_service import NOON, hear, said

DAY = timedelta(days=1)
AUTHORISED: dict[str, Any] = {
    "payer": "pay-1",
    "level": "PHP",
    "units": 3,
    "from_on": "2026-03-02",
    "through_on": "2026-03-10",
}


def attended(pid: ParticipantId, at: datetime) -> scheduling.SessionAttendanceRecorded:
    """A program day, attended."""
    return scheduling.SessionAttendanceRecorded(
        at=at,
        participant_id=pid,
        session_id=SessionId(f"s-{at:%d}"),
        kind=SessionKind.PROGRAM,
        level=LevelOfCare.PHP,
        planned_minutes=300,
        attended_minutes=300,
        counted_as_attended=True,
    )


async def test_units_are_counted_by_attendance_and_warned_of_once(house: House) -> None:
    """IN-A2, IN-A3: said twice, late, and before the authorisation was recorded."""
    pid, _ = await admitted(house)
    await hear(house.store, attended(pid, NOON), attended(pid, NOON), first=3)
    path = f"/participants/{pid}/authorisations"
    recorded = await house.caller.post(path, AUTHORISED, Role.UR_NURSE, key="k")
    again = await house.caller.post(path, AUTHORISED, Role.UR_NURSE, key="k")
    await hear(house.store, attended(pid, NOON - DAY), attended(pid, NOON), first=5)
    shown = (await house.caller.get(path)).json()
    assert (recorded.status_code, again.json()["repeated"]) == (201, True)
    assert [(a["used"], a["stands"]) for a in shown["authorisations"]] == [(1, "in-force")]
    assert (await said(house.store, pid)).count("AuthorisationRunningOut") == 1


async def test_a_lapsed_authorisation_blocks_nothing_and_is_told(house: House) -> None:
    """IN-A4, IN-A6: durable timers; sessions count and the level changes all the same."""
    pid, _ = await admitted(house)
    path = f"/participants/{pid}/authorisations"
    await house.caller.post(path, AUTHORISED, Role.UR_NURSE)
    await house.wait_until(NOON + 25 * DAY)
    outcome = await hear(house.store, attended(pid, NOON + 24 * DAY), first=3)
    up = await house.caller.post(f"/participants/{pid}/transitions", {"to_level": "RESIDENTIAL", "reason": "unsafe"})
    told = answers(pid, up.json()["extra"]["transition_id"], LevelOfCare.RESIDENTIAL)
    await hear(house.store, told["held"], first=4)
    await hear(house.store, told["family"])
    await hear(house.store, told["skills"])
    shown = (await house.caller.get(path)).json()
    await hear(house.store, told["confirmed"], told["freed"], first=5)
    types = await said(house.store, pid)
    assert outcome.parked == []
    for kind in ("AuthorisationLapsed", "CareNotAuthorised", "CertificationLapsed"):
        assert (kind, types.count(kind)) == (kind, 1)
    assert shown["authorisations"][0]["stands"] == "lapsed"
    assert shown["not_authorised"] == {"PHP": ["2026-03-26"]}
    assert (await episode(house, pid))["level"] == "RESIDENTIAL"
    assert (await house.caller.get(path)).json()["certifications"] == []


async def test_the_house_fires_each_warning_once_however_often_it_looks(house: House) -> None:
    """IN-A3, IN-A6: the clock goes on a day at a time, and each day twice."""
    pid, _ = await admitted(house)
    await house.caller.post(f"/participants/{pid}/authorisations", {**AUTHORISED, "units": 50}, Role.UR_NURSE)
    for n in range(40):
        await house.wait_until(NOON + n * DAY / 2)
    types = await said(house.store, pid)
    assert types.count("AuthorisationRunningOut") == 3
    assert (types.count("AuthorisationLapsed"), types.count("CertificationDue")) == (1, 3)


async def test_a_physician_certifies_and_nobody_else(house: House) -> None:
    """IN-A5"""
    pid, _ = await admitted(house)
    path = f"/participants/{pid}/certifications"
    body = {"level": "PHP", "kind": "recertification", "certified_on": "2026-03-02", "hours_per_week": 25}
    clinician = await house.caller.post(path, body)
    physician = await house.caller.post(path, body, Role.MEDICAL)
    (due,) = (await house.caller.get(f"/participants/{pid}/authorisations")).json()["certifications"]
    assert (clinician.status_code, physician.status_code) == (403, 201)
    page = (await house.caller.get("/authorisations?limit=1")).json()
    assert ([item["id"] for item in page["items"]], page["next"]) == ([pid], pid)
    assert (await house.caller.get(f"/authorisations?after={pid}")).json() == {"items": [], "next": None}
    assert (due["recertified_on"], due["due_on"], due["overdue"]) == ("2026-03-02", "2026-04-01", False)
