"""Levels of care through the doors: planned, corrected, taken back, interrupted; refused without a trace."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from common.contracts import family, scheduling, skills
from common.contracts.words import LevelOfCare, ParticipantId, Role, SkillModule
from services.intake.conftest import House
from services.intake.test_messages import admitted, episode, signed_step_up
from services.one_service import NOON, hear, said

DAY = timedelta(days=1)


async def answered(house: House, pid: str, transition: str, to_level: LevelOfCare, first: int, turn: int) -> None:
    """Scheduling, family and skills do as asked; `first` numbers scheduling's next message, `turn` the others'."""
    about: dict[str, Any] = {"at": house.clock.now(), "participant_id": pid, "transition_id": transition}
    carried = {"module": SkillModule.MINDFULNESS, "lesson_index": 3, "lessons_taught": 3, "dit_session_index": 0}
    await hear(house.store, scheduling.PlaceHeld(**about, level=to_level), first=first)
    await hear(house.store, family.AlternativeSupportPlanUsed(**about, to_write=True), first=turn)
    await hear(house.store, skills.CurriculumCarried(**about, to_level=to_level, **carried), first=turn)


async def confirmed(house: House, pid: str, transition: str, levels: tuple[LevelOfCare, LevelOfCare], at: int) -> None:
    """The destination confirms, the old place is free; `at` numbers scheduling's next message."""
    about: dict[str, Any] = {"at": house.clock.now(), "participant_id": pid, "transition_id": transition}
    await hear(house.store, scheduling.PlaceConfirmed(**about, level=levels[1]), first=at)
    await hear(house.store, scheduling.PlaceReleased(**about, level=levels[0]), first=at + 1)


async def test_a_planned_step_down_survives_until_its_date_is_corrected_and_taken_back(house: House) -> None:
    """IN-T8, IN-T11, IN-T12: over the spring clock change; both truths are answered; two moves, nothing deleted."""
    pid, _ = await admitted(house)
    body = {"to_level": "IOP", "reason": "goals-met", "planned_on": "2026-03-09"}
    planned = (await house.caller.post(f"/participants/{pid}/transitions", body)).json()["extra"]["transition_id"]
    await answered(house, pid, planned, LevelOfCare.IOP, 3, 1)
    begins = datetime(2026, 3, 9, 4, tzinfo=UTC)
    await house.wait_until(begins - timedelta(minutes=1))
    assert (await episode(house, pid))["transition"]["phase"] == "ready"
    await house.wait_until(begins)
    await confirmed(house, pid, planned, (LevelOfCare.PHP, LevelOfCare.IOP), 4)
    await house.wait_until(begins + 3 * DAY)

    late = {"effective_at": (begins + DAY).isoformat(), "reason": "began-a-day-later"}
    corrected = await house.caller.post(f"/participants/{pid}/transitions/{planned}/correct", late)
    assert corrected.status_code == 200
    between = (begins + DAY / 2).isoformat().replace("+", "%2B")
    before = (begins + 2 * DAY).isoformat().replace("+", "%2B")
    true_then = (await house.caller.get(f"/participants/{pid}/levels?as_of={between}&on=2026-03-09")).json()
    known_then = (await house.caller.get(f"/participants/{pid}/levels?as_of={between}&known_at={before}")).json()
    assert (true_then["level"], true_then["level_on"], known_then["level"]) == ("PHP", "PHP", "IOP")

    back = await house.caller.post(f"/participants/{pid}/transitions/{planned}/undo", {})
    undo = back.json()["extra"]["transition_id"]
    await answered(house, pid, undo, LevelOfCare.PHP, 6, 2)
    await confirmed(house, pid, undo, (LevelOfCare.IOP, LevelOfCare.PHP), 7)
    levels = (await house.caller.get(f"/participants/{pid}/levels")).json()
    assert [stay["level"] for stay in levels["levels"]] == ["PHP", "IOP", "PHP"]
    assert (await episode(house, pid))["level"] == "PHP"


async def test_the_group_named_with_a_signature_is_asked_for_once(house: House) -> None:
    """IN-T13: the same act again, or the same signature under another key, asks for nothing more; nonsense is named."""
    pid, _ = await admitted(house)
    path, body = f"/participants/{pid}/transitions", {"to_level": "IOP", "reason": "goals-met"}
    wrong = await house.caller.post(path, {**body, "preferred_group_id": "no such name"})
    first = await house.caller.post(path, {**body, "preferred_group_id": "evening-sun"}, key="k")
    again = await house.caller.post(path, {**body, "preferred_group_id": "evening-sun"}, key="k")
    tid = first.json()["extra"]["transition_id"]
    late = await house.caller.post(f"{path}/{tid}/sign", {"preferred_group_id": "evening-moon"})

    assert (wrong.status_code, again.json()["repeated"], late.json()["said"]) == (422, True, [])
    rows = await house.store.database.find("journal", {"type": "HoldPlace.v1", "data": {"$regex": tid}})
    held = [scheduling.HoldPlace.model_validate_json(row["data"]) for row in rows]
    assert [one.preferred_group_id for one in held] == ["evening-sun"]


async def test_an_emergency_a_return_and_a_discharge_that_never_was(house: House) -> None:
    """IN-E12, IN-E13, IN-E14: two acts and their repetitions; the level goes on."""
    pid, transition = await signed_step_up(house)
    sent = await house.caller.post(f"/participants/{pid}/emergency", {"reason": "suicide-attempt"}, Role.MEDICAL)
    again = await house.caller.post(f"/participants/{pid}/emergency", {"reason": "suicide-attempt"}, Role.MEDICAL)
    assert (sent.status_code, again.json()["said"]) == (201, [])
    now = await episode(house, pid)
    assert (now["level"], now["kept_place"], now["transition"]["phase"]) == ("EXTERNAL_ACUTE", "PHP", "compensating")
    busy = await house.caller.post(f"/participants/{pid}/transitions", {"to_level": "PHP", "reason": "evaluated"})
    assert (busy.status_code, busy.json()["code"]) == (409, "transition-open")
    about: dict[str, Any] = {"at": NOON, "participant_id": pid, "transition_id": transition}
    await hear(house.store, scheduling.PlaceReleased(**about, level=LevelOfCare.RESIDENTIAL), first=3)
    back = await house.caller.post(f"/participants/{pid}/transitions", {"to_level": "PHP", "reason": "evaluated"})
    assert "TransitionCompleted.v1" in back.json()["said"]

    await house.caller.post(f"/participants/{pid}/discharge", {"disposition": "completed", "reason": "goals-met"})
    reopened = await house.caller.post(f"/participants/{pid}/discharge/reopen", {"reason": "wrong-person"})
    twice = await house.caller.post(f"/participants/{pid}/discharge/reopen", {"reason": "wrong-person"})
    assert ("DischargeVoided.v1" in reopened.json()["said"], twice.json()["said"]) == (True, [])
    regained: dict[str, Any] = {**about, "transition_id": reopened.json()["extra"]["transition_id"]}
    place = {"level": LevelOfCare.PHP}
    await hear(
        house.store,
        scheduling.PlaceHeld(**regained, **place),
        scheduling.PlaceHeld(**regained, **place),
        scheduling.PlaceConfirmed(**regained, **place),
        first=4,
    )
    now = await episode(house, pid)
    assert (now["level"], now["status"], now["transition"]) == ("PHP", "open", None)
    assert await house.wait_until(NOON + 4 * DAY) > 0
    assert "FollowUpDue" not in await said(house.store, pid)


async def test_what_makes_no_sense_has_a_stable_code_and_changes_nothing(house: House) -> None:
    """Bad input: impossible dates, unknown ids, wrong states, a version that is gone."""
    pid, ids = await admitted(house)
    stranger, tid = ParticipantId("nobody"), ids["transition_id"]
    when = {"effective_at": (NOON + DAY).isoformat(), "reason": "r"}
    cases: list[tuple[str, dict[str, Any], int, str]] = [
        (f"/participants/{stranger}/emergency", {"reason": "r"}, 409, "not-in-care"),
        (f"/participants/{stranger}/discharge/reopen", {"reason": "r"}, 409, "not-discharged"),
        (f"/participants/{pid}/discharge/reopen", {"reason": "r"}, 409, "not-discharged"),
        (f"/participants/{pid}/discharge/correct", when, 404, "no-such-level-change"),
        (f"/participants/{pid}/transitions/none/correct", when, 404, "no-such-level-change"),
        (f"/participants/{pid}/transitions/{tid}/correct", when, 422, "in-the-future"),
        (f"/participants/{pid}/transitions/{tid}/correct", {**when, "effective_at": "2026-02-30"}, 422, "malformed"),
        (
            f"/participants/{pid}/transitions/{tid}/correct",
            {**when, "effective_at": NOON.isoformat()[:19]},
            422,
            "malformed",
        ),
        (f"/participants/{pid}/transitions/none/undo", {}, 404, "no-such-level-change"),
        (f"/participants/{pid}/transitions/{tid}/undo", {}, 409, "cannot-undo"),
        (
            f"/participants/{pid}/transitions/none/defer",
            {"until": when["effective_at"], "reason": "r"},
            404,
            "no-such-transition",
        ),
        (f"/participants/{pid}/transitions/none/participant-view", {"agrees": True}, 404, "no-such-transition"),
        (
            f"/participants/{pid}/transitions",
            {"to_level": "IOP", "reason": "r", "planned_on": "2026-03-01"},
            422,
            "in-the-past",
        ),
        (
            f"/participants/{pid}/transitions",
            {"to_level": "IOP", "reason": "r", "planned_on": "2199-12-31"},
            422,
            "too-far-ahead",
        ),
        (
            f"/participants/{pid}/transitions",
            {"to_level": "IOP", "reason": "r", "planned_on": "2026-02-30"},
            422,
            "malformed",
        ),
        (
            f"/participants/{pid}/discharge",
            {"disposition": "administrative", "reason": "lost-contact"},
            422,
            "outreach-missing",
        ),
        (f"/participants/{pid}/emergency", {"reason": "r", "happened_at": when["effective_at"]}, 422, "in-the-future"),
    ]
    before, version = await said(house.store, pid), (await house.caller.get(f"/participants/{pid}")).json()["version"]
    for path, body, status, code in cases:
        answer = await house.caller.post(path, body)
        assert (path, answer.status_code, answer.json()["code"]) == (path, status, code)
        assert answer.headers["content-type"] == "application/problem+json"
    assert await said(house.store, pid) == before
    assert (await house.caller.get(f"/participants/{pid}")).json()["version"] == version
    unknown = await house.caller.get("/participants/nobody/levels")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no-such-participant")


async def test_of_two_who_read_the_same_version_one_decides(house: House) -> None:
    """HTTP: two acts race with one `If-Match`; the second is told to read again, and nothing of it happened."""
    pid, _ = await admitted(house)
    version = (await house.caller.get(f"/participants/{pid}")).json()["version"]

    async def act(path: str, body: dict[str, Any]) -> httpx.Response:
        headers = {**house.caller.headers((Role.CLINICIAN,), path), "If-Match": f'"{version}"'}
        return await house.caller.http.post(f"/v1/participants/{pid}{path}", json=body, headers=headers)

    answers = await asyncio.gather(
        act("/emergency", {"reason": "suicide-attempt"}),
        act("/discharge", {"disposition": "completed", "reason": "goals-met"}),
        act("/leave", {"return_due_at": (NOON + DAY).isoformat()}),
    )
    refused = [answer for answer in answers if answer.status_code == 412]
    assert sorted(answer.is_success for answer in answers) == [False, False, True]
    assert {answer.json()["code"] for answer in refused} == {"stale-version"}
    assert len(refused) == 2
