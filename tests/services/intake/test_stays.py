"""What intake asks itself about stays, on a real mongod: repeated, late, out of order."""

from datetime import timedelta
from typing import Any

from common.contracts import CONTRACTS
from common.contracts.coverage import LookAtContinuedStay, StayCommand
from common.contracts.words import Role
from services.intake.conftest import House
from services.intake.test_messages import admitted, episode
from services.one_service import NOON, delivery, said, state

DAY = timedelta(days=1)
AUTHORISED = {"payer": "p", "level": "PHP", "units": 9, "from_on": "2026-03-01", "through_on": "2026-03-30"}


async def asked_of_itself(house: House, pid: str) -> list[StayCommand]:
    """Every command intake has for itself about somebody, in order."""
    query = {"topic": "intake.commands", "subject": pid}
    rows = await house.store.database.find("journal", query, sort=[("sequence", 1)])
    read = [CONTRACTS[row["type"]].model_validate_json(row["data"]) for row in rows]
    return [one for one in read if isinstance(one, StayCommand)]


async def stays(house: House, pid: str) -> list[tuple[str, str, str | None]]:
    """The stays as they are counted."""
    known: list[dict[str, Any]] = (await state(house.store, "coverage", pid))["stays"]
    return [(one["level"], one["from_on"], one["until_on"]) for one in known]


async def test_stays_follow_an_emergency_a_return_and_a_correction(house: House) -> None:
    """IN-A7, IN-A8, IN-A9: the commands overtake each other and come twice; counted once, in their order."""
    pid, _ = await admitted(house)
    await house.caller.post(f"/participants/{pid}/authorisations", AUTHORISED, Role.UR_NURSE)
    await house.wait_until(NOON + 2 * DAY)
    for _ in range(2):
        await house.caller.post(f"/participants/{pid}/emergency", {"reason": "evaluation"}, Role.MEDICAL)
    await house.wait_until(NOON + 4 * DAY)
    back = await house.caller.post(f"/participants/{pid}/transitions", {"to_level": "PHP", "reason": "evaluated"})
    tid = back.json()["extra"]["transition_id"]
    late = {"effective_at": (NOON + 4 * DAY - timedelta(hours=16)).isoformat(), "reason": "came-the-evening-before"}
    fixed = await house.caller.post(f"/participants/{pid}/transitions/{tid}/correct", late)
    asked = await asked_of_itself(house, pid)
    assert (fixed.status_code, (await episode(house, pid))["level"]) == (200, "PHP")
    names = ["CheckAuthorisation", "PauseStay", "CheckAuthorisation", "ResumeStay", "MoveStay"]
    assert [type(one).__name__ for one in asked] == names

    numbered = [delivery(one, n) for n, one in enumerate(asked, 1)]
    for some in (numbered[1:], numbered[:1], numbered[::-1]):
        assert (await house.store.commit(some)).parked == []
    assert await stays(house, pid) == [("PHP", "2026-03-02", "2026-03-04"), ("PHP", "2026-03-05", None)]
    types = await said(house.store, pid, "intake.reviews")
    assert [types.count(one) for one in ("AuthorisationChecked", "StayEnded", "StayMoved")] == [2, 1, 1]


async def test_why_care_goes_on_is_asked_once_and_answered_by_a_person(house: House) -> None:
    """IN-P8: asked twice and late, it is one task; an incomplete answer changes nothing, a repeated one neither."""
    pid, _ = await admitted(house)
    await house.caller.post(
        f"/participants/{pid}/authorisations", {**AUTHORISED, "through_on": "2026-03-05"}, Role.UR_NURSE
    )
    asked = [one for one in await asked_of_itself(house, pid) if isinstance(one, LookAtContinuedStay)]
    numbered = [delivery(one, n) for n, one in enumerate((*await asked_of_itself(house, pid), *asked), 1)]
    await house.store.commit(numbered[::-1])
    await house.store.commit(numbered)
    path = f"/participants/{pid}/reviews"
    body = {"review": "continued-stay", "outcome": "goes-on", "lower_unsafe_because": "no-safe-home"}
    incomplete = await house.caller.post(path, body)
    whole = await house.caller.post(path, {**body, "plan_change": "more-exposure"})
    again = await house.caller.post(path, {**body, "plan_change": "more-exposure"})

    assert (incomplete.status_code, incomplete.json()["code"]) == (422, "review-incomplete")
    assert (whole.status_code, again.json()["said"]) == (201, [])
    types = await said(house.store, pid, "intake.reviews")
    assert [types.count(one) for one in ("ContinuedStayReviewed", "ReviewHeld")] == [1, 1]
