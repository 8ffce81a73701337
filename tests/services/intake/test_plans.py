"""Goals and the safety plan over HTTP: agreed together, read by those who treat."""

from typing import Any

from common.contracts.words import Role
from services.intake.conftest import House
from services.intake.test_messages import admitted
from services.one_service import said

GOAL: dict[str, Any] = {
    "kind": "life-worth-living",
    "words": "my own flat, and Mia often",
    "proposed_by": "participant",
}
PLAN: dict[str, Any] = {
    "together": True,
    "warning_signs": ["I stop answering"],
    "coping": ["walk"],
    "supporters": ["aunt", "friend"],
    "professionals": ["the line"],
    "means_safety": ["locked box"],
}


async def test_a_goal_is_proposed_and_agreed_and_its_words_stay_on_the_restricted_stream(house: House) -> None:
    """IN-G1, IN-G3, IN-G5: sent twice, once; a stale version is refused."""
    pid, _ = await admitted(house)
    path = f"/participants/{pid}/goals"
    missing = (await house.caller.get(path, Role.CLINICIAN)).json()["life_worth_living_missing"]
    gid = (await house.caller.post(path, GOAL, key="k")).json()["extra"]["goal_id"]
    again = await house.caller.post(path, GOAL, key="k")
    for _ in range(2):
        await house.caller.post(f"{path}/{gid}/agree", {"author": "therapist", "version": 1})
    stale = await house.caller.post(f"{path}/{gid}/agree", {"author": "participant", "version": 2})
    shown = (await house.caller.get(path, Role.MEDICAL)).json()
    types = await said(house.store, pid)
    assert (missing, again.json()["repeated"]) == (True, True)
    assert (shown["life_worth_living_missing"], [g["shared"] for g in shown["goals"]]) == (False, [True])
    assert (types.count("GoalProposed"), types.count("GoalAgreed")) == (1, 1)
    assert (stale.status_code, stale.json()["code"]) == (409, "other-words")
    rows = await house.store.database.find("journal", {"subject": pid})
    assert {row["topic"] for row in rows if "Mia" in str(row)} == {"intake.contacts"}


async def test_a_safety_plan_shows_who_of_its_people_may_hear_of_it(house: House) -> None:
    """IN-G4, IN-G5: operators, schedulers and integrations do not read it."""
    pid, _ = await admitted(house)
    path = f"/participants/{pid}/safety-plan"
    none = await house.caller.get(path, Role.CLINICIAN)
    await house.caller.post(f"/participants/{pid}/releases", {"supporter_id": "aunt", "scopes": ["SAFETY_PLAN"]})
    written = await house.caller.post(path, PLAN)
    incomplete = await house.caller.post(path, {**PLAN, "coping": []})
    shown = (await house.caller.get(path, Role.CLINICIAN)).json()
    scheduler = await house.caller.get(path, Role.SCHEDULER)
    assert (none.status_code, none.json()["code"], written.status_code) == (404, "no-safety-plan", 201)
    assert (shown["version"], shown["may_hear"]) == (1, {"aunt": True, "friend": False})
    assert (incomplete.status_code, incomplete.json()["code"]) == (422, "plan-incomplete")
    assert scheduler.status_code == 403
    assert (await said(house.store, pid)).count("SafetyPlanUpdated") == 1
