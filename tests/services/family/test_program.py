"""The work with supporters at its doors: who reads what, and what travels."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from common.contracts.lessons import LessonTakenBack
from common.contracts.skills import SkillTaught
from common.contracts.words import ReleaseScope, Role, SkillModule
from family.doors.program_file import ProgramInvalid, program_in
from family.settings import STANDARD_FILE
from rules.family.story import ANA, AUNT, granted
from services.family.test_connections import as_oneself
from services.one_house import House
from services.one_service import NOON

PAGE = f"/v1/participants/{ANA}"
AUNTS = f"{PAGE}/supporters/{AUNT}"
PLAN: dict[str, Any] = {
    "session_types": ["FAM_INDIV"],
    "goals": ["PRACTISE_TOGETHER"],
    "barriers": [],
    "readiness": "WILLING",
    "agreed_with_supporter": True,
    "words": "we want to quarrel less on Sundays",
}
AGREEMENT = {"version": 1, "supporter_ids": [AUNT], "helps": ["a walk round the lighthouse"]}
STOP = SkillTaught(at=NOON, participant_id=ANA, module=SkillModule.DISTRESS_TOLERANCE, lesson="STOP")


async def write(house: House, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The family clinician writes; returns what they are told beside the receipt."""
    answer = await house.post(path, body, role=Role.FAMILY_CLINICIAN)
    assert answer.status_code in (200, 201), answer.text
    extra: dict[str, Any] = answer.json()["extra"]
    return extra


async def work(house: House, role: Role = Role.FAMILY_CLINICIAN) -> Any:
    """The work as somebody of the care team reads it."""
    headers = house.caller.headers([role], "-", "staff-eva")
    return (await house.http.get(f"{PAGE}/engagement", headers=headers)).raise_for_status().json()


async def everything(house: House) -> None:
    """A plan, a lesson, a try, a misconception, practice and an agreement."""
    await house.hear(1, granted(ReleaseScope.SKILLS_CURRICULUM, ReleaseScope.FAMILY_SESSIONS))
    await write(house, f"{AUNTS}/plan", PLAN)
    await house.hear(1, STOP)
    await house.hear(1, STOP)
    await write(house, f"{AUNTS}/modules", {"module": "ORIENTATION"})
    await write(house, f"{AUNTS}/validations", {"level": 2, "felt": 7, "situation": "after the phone call"})
    await write(house, f"{AUNTS}/misconceptions", {"misconception": "WILLPOWER"})
    practice = await write(house, f"{PAGE}/home-practices", {"skill": "STOP", "supporter_ids": [AUNT]})
    log = f"{PAGE}/home-practices/{practice['practice_id']}/log"
    await write(house, log, {"supporter_id": AUNT, "helped": True, "shared": False})
    await write(house, log, {"helped": True, "shared": True})
    await write(house, f"{PAGE}/home-agreement", AGREEMENT)
    for who in (None, AUNT):
        await write(house, f"{PAGE}/home-agreement/agree", {"version": 1, "supporter_id": who})


async def test_the_care_team_reads_all_of_it_and_the_family_learns_in_step(house: House) -> None:
    """FA-E1, FA-E2, FA-E3, FA-E7."""
    await everything(house)

    page = await work(house)
    (aunt,) = page["supporters"]
    assert (aunt["plan"]["version"], aunt["words"][0]["words"]) == (1, PLAN["words"])
    assert [one["lesson"] for one in aunt["lessons"]] == [page["now_learning"]["lesson"]] == ["STOP"]
    assert (aunt["next_module"], aunt["misconceptions"]) == ("CONDITION_FACTS", {"WILLPOWER": "OBSERVED"})
    assert [one["felt"] for one in aunt["validations"]] == [7]
    assert len(page["home_practices"][0]["log"]) == 2
    assert page["home_agreement_in_force"]["text"]["helps"] == AGREEMENT["helps"]
    assert await house.said("notifications.commands") == ["SendNotice"]


def taken_back(taught_at: datetime | None, *, missed: bool = False) -> LessonTakenBack:
    """STOP did not reach Ana at noon after all."""
    known = {**dict(STOP), "at": NOON + timedelta(hours=1), "held_at": NOON, "missed": missed, "taught_at": taught_at}
    return LessonTakenBack.model_validate({**known, "lesson_index": None, "next_lesson": ""})


async def test_a_lesson_taken_back_is_read_by_nobody_and_taught_again_it_is(house: House) -> None:
    """FA-E2: repeated it is one act; a miss taken back means nothing; out of order it is held until its turn."""
    await everything(house)
    await house.hear(2, taken_back(None, missed=True))
    kept = await work(house)
    await house.hear(3, taken_back(None))
    await house.hear(3, taken_back(None))
    gone = await work(house)
    await house.hear(4, STOP)
    anew = await work(house)
    later = NOON + timedelta(minutes=30)
    await house.hear(5, taken_back(later))

    assert [len(page["supporters"][0]["lessons"]) for page in (kept, gone, anew)] == [1, 0, 1]
    assert gone["now_learning"] is None
    (lesson,) = (await work(house))["supporters"][0]["lessons"]
    assert datetime.fromisoformat(lesson["at"]) == later
    assert await house.said("notifications.commands") == ["SendNotice"]


async def test_their_own_words_travel_nowhere(house: House) -> None:
    """FA-E1, FA-E7: what is said in words stays in this store."""
    await everything(house)

    journal = repr(await house.store.database.find("journal", {}))
    assert all(word not in journal for word in ("Sundays", "lighthouse", "phone call"))
    kept = repr(await house.store.database.find("familywords", {}))
    assert all(word in kept for word in ("Sundays", "lighthouse", "phone call"))


async def test_what_a_supporter_believes_is_for_the_family_clinician(house: House) -> None:
    """FA-E6: not for others of the team, nor for the participant."""
    await everything(house)

    assert "WILLPOWER" in repr(await work(house))
    assert "WILLPOWER" not in repr(await work(house, Role.CLINICIAN))
    own = await house.http.get(f"{PAGE}/together", headers=as_oneself(house))
    assert "WILLPOWER" not in own.text
    path = f"{AUNTS}/misconceptions"
    assert (await house.post(path, {"misconception": "WILLPOWER"}, role=Role.CLINICIAN)).status_code == 403


async def test_the_participant_reads_what_is_shared(house: House) -> None:
    """FA-E4: their own entries, and those of others only where they are shared."""
    await everything(house)

    own = (await house.http.get(f"{PAGE}/together", headers=as_oneself(house))).raise_for_status().json()
    assert [one["supporter_id"] for one in own["home_practices"][0]["log"]] == [None]
    assert own["home_agreement_in_force"]["version"] == 1
    assert (await house.http.get(f"{PAGE}/together", headers=as_oneself(house, "p-ben"))).status_code == 403


async def test_the_program_is_readable_and_a_wrong_one_says_where(house: House, tmp_path: Any) -> None:
    """FA-E8."""
    program = await house.get("/v1/family-program")
    assert program["sessions"]["FAM_COACH"]["minutes"] == [10, 20]

    wrong = tmp_path / "policy.yaml"
    wrong.write_text(STANDARD_FILE.read_text().replace("settle_minutes: 60", "settle_minutes: soon"))
    with pytest.raises(ProgramInvalid, match="settle_minutes"):
        program_in(wrong)
    wrong.write_text("sessions: [")
    with pytest.raises(ProgramInvalid, match="cannot be read"):
        program_in(wrong)
