"""The care team over HTTP and messages."""

from datetime import timedelta
from typing import Any

from common.contracts import scheduling
from common.contracts.words import LevelOfCare, SessionId, SessionKind
from services.intake.conftest import House
from services.intake.test_messages import admitted, episode
from services.one_service import NOON, hear, said

TO: dict[str, Any] = {"to_staff": "th-2", "reason": "leave"}


async def test_a_hand_over_goes_by_way_of_the_attended_overlap_session(house: House) -> None:
    """IN-H1, IN-H2: attendance heard twice, completion sent twice."""
    pid, _ = await admitted(house)
    path = f"/participants/{pid}/hand-over"
    hid = (await house.caller.post(path, TO)).json()["extra"]["hand_over_id"]
    early = await house.caller.post(f"{path}/{hid}/complete", {})
    await house.caller.post(f"{path}/{hid}/overlap", {"starts_at": NOON.isoformat(), "session_id": "s-1"})
    attended = scheduling.SessionAttendanceRecorded(
        at=NOON,
        participant_id=pid,
        session_id=SessionId("s-1"),
        kind=SessionKind.INDIVIDUAL,
        level=LevelOfCare.PHP,
        planned_minutes=50,
        attended_minutes=50,
        counted_as_attended=True,
    )
    await hear(house.store, attended, attended, first=3)
    done = [await house.caller.post(f"{path}/{hid}/complete", {}) for _ in range(2)]
    types = await said(house.store, pid)
    assert (early.status_code, early.json()["code"]) == (409, "overlap-missing")
    assert [answer.status_code for answer in done] == [200, 200]
    assert (types.count("OverlapSessionHeld"), types.count("PrimaryTherapistChanged")) == (1, 1)
    assert (await episode(house, pid))["primary_therapist"] == "th-2"


async def test_a_hand_over_left_open_is_told_once(house: House) -> None:
    """IN-H4: a durable timer."""
    pid, _ = await admitted(house)
    await house.caller.post(f"/participants/{pid}/hand-over", TO)
    before = len(await said(house.store, pid, "notifications.commands"))
    await house.wait_until(NOON + timedelta(days=13))
    quiet = await said(house.store, pid, "notifications.commands")
    await house.wait_until(NOON + timedelta(days=15))
    assert len(quiet) == before
    rows = await house.store.database.find("journal", {"subject": pid, "topic": "notifications.commands"})
    assert sum("hand-over-open" in str(row) for row in rows) == 2


async def test_the_team_is_shown_with_supporters_who_may_hear_something(house: House) -> None:
    """IN-H5"""
    pid, _ = await admitted(house)
    team = f"/participants/{pid}/care-team"
    await house.caller.post(team, {"staff_id": "dr-1", "role": "medical"})
    await house.caller.post(team, {"staff_id": "th-9", "role": "cover", "until_on": "2026-03-03"})
    await house.caller.post(f"/participants/{pid}/releases", {"supporter_id": "aunt", "scopes": ["SCHEDULE"]})
    open_end = await house.caller.post(team, {"staff_id": "th-9", "role": "cover"})
    shown = (await house.caller.get(team)).json()
    assert (shown["primary_therapist"], shown["supporters"]) == ("th-1", ["aunt"])
    assert [member["staff_id"] for member in shown["members"]] == ["dr-1", "th-9"]
    assert (open_end.status_code, open_end.json()["code"]) == (422, "until-missing")
    await house.caller.post(f"{team}/dr-1/medical/leave", {})
    await house.wait_until(NOON + timedelta(days=2))
    assert (await house.caller.get(team)).json()["members"] == []
    assert (await house.caller.get("/participants/nobody/care-team")).status_code == 404


async def test_what_is_treated_is_noted_by_its_code(house: House) -> None:
    """IN-G6: an unknown code is refused and changes nothing."""
    pid, _ = await admitted(house)
    path = f"/participants/{pid}/conditions"
    noted = await house.caller.post(path, {"icd10": "F60.3"})
    unknown = await house.caller.post(path, {"icd10": "J45.0"})
    assert (noted.status_code, (await episode(house, pid))["conditions"]) == (
        201,
        ["depression", "borderline-personality"],
    )
    assert (unknown.status_code, unknown.json()["code"]) == (422, "no-such-condition")
    await house.caller.post(f"{path}/depression/set-aside", {"reason": "ruled-out"})
    assert (await episode(house, pid))["conditions"] == ["borderline-personality"]
