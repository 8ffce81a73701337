"""Long absences over HTTP on a real mongod: who is asked about, and what a person answers."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from common.contracts.words import Role
from services.one_service import Caller
from services.scheduling.doors import scheduling
from services.scheduling.house import Intake, later

ROSTER = {"kind": "PROGRAM", "level": "PHP", "planned_minutes": 60}
REVIEW = "/participants/anna/absence-review"


async def took_roll(door: Caller, day: int, minutes: int = 0) -> Any:
    """Anna's day, so many days before noon of Monday."""
    body = {**ROSTER, "starts_at": (later(0) - timedelta(days=9 - day)).isoformat()}
    return await door.post(f"/sessions/g{day}/attendance", body | {"attended": [one("anna", minutes)]}, Role.SCHEDULER)


def one(who: str, minutes: int) -> dict[str, Any]:
    """A line of a roster."""
    return {"participant_id": who, "minutes": minutes}


async def test_a_long_absence_waits_for_a_person_until_they_say_what_follows(mongo_uri: str, tmp_path: Path) -> None:
    """SC-M11, SC-M12: out of order, repeated; only who is entitled decides; whose episode ended is not listed."""
    async with scheduling(mongo_uri, tmp_path) as (door, store):
        intake = Intake()
        await store.commit([intake.admits("anna", -20_000)])
        for day in (4, 0, 3, 1, 1, 2):
            last = await took_roll(door, day)
        waiting = (await door.get("/absence-reviews")).json()
        refused = await door.post(REVIEW, {"decision": "HOLD"}, Role.SCHEDULER)
        nonsense = await door.post(REVIEW, {"decision": "GONE"}, Role.CLINICIAN)
        nobody = await door.post("/participants/ben/absence-review", {"decision": "HOLD"}, Role.CLINICIAN)
        await store.commit([intake.closes("anna", 0)])
        gone = (await door.get("/absence-reviews")).json()
        done = await door.post(REVIEW, {"decision": "HOLD"}, Role.CLINICIAN)
        again = await door.post(REVIEW, {"decision": "HOLD"}, Role.MEDICAL)
        other = await door.post(REVIEW, {"decision": "GO_ON"}, Role.MEDICAL)

    assert last.json()["said"].count("AbsenceReviewProposed.v1") == 1
    assert [(row["participant_id"], row["level"], row["absent_days"]) for row in waiting] == [("anna", "PHP", 5)]
    assert (refused.status_code, nonsense.json()["code"]) == (403, "malformed")
    assert (nobody.status_code, nobody.json()["code"], gone) == (409, "no-absence-review", [])
    assert (done.json()["said"], again.json()["said"]) == (["AbsenceReviewed.v1"], [])
    assert (other.status_code, other.json()["code"]) == (409, "absence-reviewed")
