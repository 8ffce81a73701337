"""Danger over HTTP: anybody tells of it, named people judge it, timers remember it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from common.contracts.words import Role
from common.store import Store
from services.one_service import NOON, Caller, fire_timers_until, said, stopped_clock

SCREEN = {
    "instrument": "C-SSRS",
    "version": "SINCE_LAST_CONTACT",
    "answers": {"1": True, "2": True, "3": True, "4": False, "5": False, "6": False},
}
PHQ9 = {"instrument": "PHQ9", "answers": [1] * 8 + [2]}


async def test_a_screen_is_judged_from_its_answers(caller: Caller, store: Store) -> None:
    """SK-R12: the level goes back to who asked; a gap is refused."""
    judged = await caller.post("/participants/p-1/suicide-screens/answers", SCREEN)
    gap = await caller.post("/participants/p-1/suicide-screens/answers", {**SCREEN, "answers": {"1": True}})
    refused = await caller.post("/participants/p-1/suicide-screens/answers", SCREEN, Role.SKILLS_LEADER)

    assert judged.json()["extra"] == {"level": "MODERATE"}
    assert (gap.status_code, gap.json()["code"]) == (422, "screen-incomplete")
    assert refused.status_code == 403
    assert await said(store, "p-1") == ["SuicideScreenAnswered", "SuicideScreenRecorded", "RiskFlagRaised"]


async def test_an_endorsed_item_is_followed_until_a_person_acts(caller: Caller, store: Store, tmp_path: Path) -> None:
    """SK-R11, SK-R16, SK-R17: shown as asked, said late once, ended by a screen; the flag stays until it is cleared."""
    handed_in = await caller.post("/participants/p-1/questionnaires", PHQ9, Role.INTEGRATION)
    asked = (await caller.get("/participants/p-1/risk", Role.CLINICIAN)).json()
    clock, face = stopped_clock(tmp_path, NOON)
    tomorrow = datetime.now(UTC) + timedelta(hours=5)
    for _ in range(2):
        await fire_timers_until(store, clock, face, tomorrow)
    await caller.post("/participants/p-1/suicide-screens/answers", SCREEN)
    after = (await caller.get("/participants/p-1/risk", Role.CLINICIAN)).json()

    assert handed_in.json()["extra"]["crisis_line"] == "988"
    assert [len(asked["screens_asked"]), len(after["screens_asked"])] == [1, 0]
    assert (await said(store, "p-1")).count("SuicideScreenLate") == 1
    assert len(after["open_flags"]) == 2
    assert after["highest"] == "MODERATE"


async def test_anybody_may_tell_of_danger_and_named_people_look_at_it(caller: Caller, store: Store) -> None:
    """SK-R14, SK-R16, repeated with one key"""
    path, body = "/participants/p-1/danger-reports", {"source": "supporter"}
    told = [await caller.post(path, body, Role.SCHEDULER, key="k") for _ in range(2)]
    (flag,) = (await caller.get("/participants/p-1/risk", Role.MEDICAL)).json()["open_flags"]
    review = f"/participants/p-1/risk-flags/{flag['flag_id']}/review"
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()

    assert {answer.status_code for answer in told} == {201}
    assert (await caller.post(review, {"review_on": day}, Role.SCHEDULER)).status_code == 403
    assert (await caller.post(review, {"review_on": day})).json()["said"] == ["RiskFlagReviewed.v1"]
    assert (await caller.post(review, {"review_on": "2026-01-01"})).json()["code"] == "review-in-the-past"
    assert (await caller.get("/participants/p-1/risk", Role.MEDICAL)).json()["open_flags"][0]["review_on"] == day
    assert await said(store, "p-1") == ["DangerNoted", "RiskFlagRaised", "RiskFlagReviewed"]
