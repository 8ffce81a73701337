"""What skills does over HTTP with the curriculum."""

from datetime import UTC, datetime, timedelta

from common.contracts.words import Role
from common.store import Store
from services.one_service import Caller, said


async def test_a_person_chooses_a_cycle_and_anybody_reads_it_and_the_skills(caller: Caller, store: Store) -> None:
    """SK-C10, SK-C8: once, by those who lead skills; a cycle that is not there is not followed."""
    body = {"cycle": "adolescent"}
    refused = await caller.post("/participants/p-1/cycle", body, Role.SCHEDULER)
    chosen = [await caller.post("/participants/p-1/cycle", body, Role.SKILLS_LEADER) for _ in range(2)]
    unknown = await caller.post("/participants/p-1/cycle", {"cycle": "yearly"})
    adolescent = (await caller.get("/curriculum?cycle=adolescent")).json()
    skills = (await caller.get("/skills")).json()

    assert (refused.status_code, unknown.json()["code"]) == (403, "cycle-unknown")
    assert [answer.json()["said"] for answer in chosen] == [["CycleChosen.v1"], []]
    assert (await caller.get("/participants/p-1", Role.CLINICIAN)).json()["curriculum"]["cycle"] == "adolescent"
    assert (adolescent["weeks"], adolescent["blocks"][3]["name"]) == (20, "Walking the Middle Path")
    assert {"skill": "TIP", "also": ["TIPP"], "lesson": "TIP"}.items() <= {s["skill"]: s for s in skills}["TIP"].items()
    assert (await caller.get("/curriculum?cycle=yearly")).status_code == 404


async def test_what_somebody_missed_is_offered_where_it_can_be_made_up(caller: Caller, store: Store) -> None:
    """SK-C12, SK-C13, SK-C14: a group goes on without her; what she missed, and where it comes again, is one read."""
    lesson = {"module": "DISTRESS_TOLERANCE", "lesson": "STOP", "participant_ids": ["p-1"], "absent_ids": ["p-2"]}
    held = await caller.post("/lessons", lesson, Role.SKILLS_LEADER)
    ahead = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0)
    meeting = {"module": "DISTRESS_TOLERANCE", "lesson": "STOP", "make_up": True}
    meetings = [{**meeting, "starts_at": (ahead + timedelta(days=day)).isoformat()} for day in range(3)]
    meetings[2]["level"] = "IOP"
    for _ in range(2):
        await caller.post("/groups/g-1/lesson-plan", {"lessons": meetings}, Role.SKILLS_LEADER)
    await caller.post("/groups/g-1/lesson-plan/cancel", {"starts_at": meetings[1]["starts_at"]}, Role.SKILLS_LEADER)
    found = (await caller.get("/participants/p-2/coverage", Role.CLINICIAN)).json()

    assert held.json()["said"] == ["SkillTaught.v1", "LessonMissed.v1"]
    assert await said(store, "group:g-1") == ["LessonPlanned"] * 3 + ["LessonUnplanned"]
    (missing,) = found["missing"]
    assert (missing["lesson"], missing["name"], missing["standing"]) == ("STOP", "STOP", "MISSED")
    (place,) = missing["make_up_at"]
    assert datetime.fromisoformat(place["starts_at"]) == ahead
    assert (await caller.get("/participants/p-9/coverage", Role.CLINICIAN)).status_code == 404

    await caller.post("/lessons", {**lesson, "participant_ids": ["p-2"], "absent_ids": [], "make_up": True})
    again = (await caller.get("/participants/p-2/coverage", Role.CLINICIAN)).json()
    stop = next(one for one in again["lessons"] if one["lesson"] == "STOP")
    assert (again["missing"], stop["standing"]) == ([], "MADE_UP")


async def test_practice_and_homework_are_taken_once_and_read_by_days(caller: Caller, store: Store) -> None:
    """SK-C15, SK-C16, SK-C17: from a log or an app; what is wrong takes nothing."""
    await caller.post("/lessons", {"module": "DISTRESS_TOLERANCE", "lesson": "STOP", "participant_ids": ["p-1"]})
    today = datetime.now(UTC).date() - timedelta(days=1)
    uses = [{"skill": "STOP", "day": str(today - timedelta(days=day)), "code": 5} for day in range(5)]
    bad = await caller.post("/participants/p-1/practice", {"uses": [*uses, {**uses[0], "code": 9}]}, Role.INTEGRATION)
    logged = [await caller.post("/participants/p-1/practice", {"uses": uses}, Role.INTEGRATION) for _ in range(2)]
    work = {"skill": "STOP", "due_on": str(today), "participant_ids": ["p-1", "p-2"]}
    given = (await caller.post("/homework", work, Role.SKILLS_LEADER)).json()
    path = f"/participants/p-1/homework/{given['extra']['homework_id']}/review"
    reviewed = [await caller.post(path, {"outcome": "NOT_YET"}) for _ in range(2)]
    found = (await caller.get("/participants/p-1/coverage", Role.CLINICIAN)).json()

    assert (bad.status_code, bad.json()["code"]) == (422, "skill-code-out-of-range")
    assert [len(answer.json()["said"]) for answer in logged] == [5, 0]
    assert given["said"] == ["HomeworkGiven.v1"] * 2
    assert [answer.json()["said"] for answer in reviewed] == [["HomeworkReviewed.v1"], []]
    (stop,) = found["practice"]
    assert (stop["skill"], stop["mastered"], stop["days_by_code"]) == ("STOP", True, {"5": 5})
    assert next(one for one in found["lessons"] if one["lesson"] == "STOP")["days_practised"] == 5
