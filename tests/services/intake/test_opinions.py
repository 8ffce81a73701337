"""Opinions on the level of care through the doors: shown with the proposal, heeded by the signature."""

from datetime import timedelta

from common.contracts.words import Role
from services.intake.conftest import House
from services.intake.test_messages import admitted
from services.one_service import NOON, said


async def test_a_proposal_shows_its_conflict_and_is_signed_with_a_reason(house: House) -> None:
    """IN-O2, IN-O3, IN-O5: banner, stable code, reason kept; put right, taken back, said twice."""
    pid, _ = await admitted(house)
    path, mine = f"/participants/{pid}/loc-opinions", f"/participants/{pid}/transitions"
    body = {"tool": "LOCUS", "composite": 24, "rater": "payer"}
    told = await house.caller.post(path, body, Role.UR_NURSE, key="k")
    again = await house.caller.post(path, body, Role.UR_NURSE, key="k")
    oid = told.json()["extra"]["opinion_id"]
    refused = await house.caller.post(mine, {"to_level": "IOP", "reason": "goals-met"})
    despite = {"to_level": "IOP", "reason": "goals-met", "despite_opinion": "sum-before-medication"}
    proposed = await house.caller.post(mine, despite)

    assert (told.status_code, again.json()["repeated"], proposed.status_code) == (201, True, 201)
    assert (refused.status_code, refused.json()["code"]) == (409, "opinion-asks-for-more")
    (row,) = [row for row in (await house.caller.get(mine)).json() if row["kind"] == "STEP_DOWN"]
    assert [(one["opinion_id"], one["level"]) for one in row["conflict"]] == [(oid, "RESIDENTIAL")]
    assert row["signed_despite"][0]["despite_reason"] == "sum-before-medication"
    assert (await house.caller.get(f"/participants/{pid}/explanation")).json()["opinions"][0]["asks_for_more"]

    await house.caller.post(f"{path}/{oid}/correct", {**body, "composite": 18}, Role.UR_NURSE)
    assert not any(row["conflict"] for row in (await house.caller.get("/transitions")).json())
    voided = [(await house.caller.post(f"{path}/{oid}/void", {"reason": "other-person"})).json() for _ in range(2)]
    assert ["LocOpinionVoided.v1" in one["said"] for one in voided] == [True, False]
    assert [one["stands"] for one in (await house.caller.get(path)).json()] == ["void"]


async def test_what_makes_no_sense_or_is_not_ones_to_say_changes_nothing(house: House) -> None:
    """IN-O4: bad input and who may, with their codes."""
    pid, _ = await admitted(house)
    path, before = f"/participants/{pid}/loc-opinions", await said(house.store, pid, "intake.reviews")
    good = {"tool": "CLINICAL", "level": "PHP", "rater": "hospital"}
    ahead = (NOON + timedelta(hours=1)).isoformat()
    answers = [
        await house.caller.post(path, {**good, "level": None}),
        await house.caller.post(path, {"tool": "LOCUS", "composite": 36, "rater": "payer"}),
        await house.caller.post(path, {**good, "rater": "Dr. Anna Smith"}),
        await house.caller.post(path, {**good, "formed_at": ahead}),
        await house.caller.post(f"{path}/x/void", {"reason": "r"}),
        await house.caller.post(path, good, Role.SCHEDULER),
    ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (422, "level-missing"),
        (422, "composite-out-of-range"),
        (422, "malformed"),
        (422, "in-the-future"),
        (404, "no-such-opinion"),
        (403, "role-missing"),
    ]
    assert await said(house.store, pid, "intake.reviews") == before
