"""Leave, an absence without leave, and words beside a code, through the doors."""

from datetime import timedelta

from common.contracts.words import Role
from services.intake.conftest import House
from services.intake.test_messages import admitted
from services.one_service import NOON, said


async def test_who_answers_for_somebody_on_leave_may_hear_of_their_schedule(house: House) -> None:
    """IN-E16: refused whole without a release; with one, what was agreed is kept until the return."""
    pid, _ = await admitted(house)
    path = f"/participants/{pid}"
    body = {"return_due_at": (NOON + timedelta(days=1)).isoformat(), "destination": "family", "supporter_id": "su-1"}
    refused = await house.caller.post(f"{path}/leave", body)
    await house.caller.post(f"{path}/releases", {"supporter_id": "su-1", "scopes": ["SCHEDULE"]})
    started = [await house.caller.post(f"{path}/leave", body, key="k") for _ in range(2)]
    away = (await house.caller.get(path)).json()["away"]
    odd = await house.caller.post(f"{path}/leave/return", {"checked": "perhaps"})
    back = await house.caller.post(f"{path}/leave/return", {"checked": True})

    assert (refused.status_code, refused.json()["code"]) == (409, "not-released")
    assert [one.status_code for one in started] == [201, 201]
    assert (away["destination"], away["supporter_id"]) == ("family", "su-1")
    assert (odd.status_code, back.status_code) == (422, 200)
    assert (await house.caller.get(path)).json()["away"]["destination"] is None
    assert (await said(house.store, pid)).count("LeaveStarted") == 1


async def test_words_stand_beside_the_code_on_the_restricted_stream_alone(house: House) -> None:
    """IN-S10: read by those who treat; a day program has no elopement (IN-E17)."""
    pid, _ = await admitted(house)
    path = f"/participants/{pid}/transitions"
    tid = (await house.caller.post(path, {"to_level": "OUTPATIENT_BOOSTER", "reason": "wish"})).json()["extra"][
        "transition_id"
    ]
    no = {"reason": "not-yet", "words": "She would rather wait for her sister."}
    await house.caller.post(f"{path}/{tid}/refuse", no)
    read, hidden = [await house.caller.get(f"{path}/{tid}/words", role) for role in (Role.MEDICAL, Role.SCHEDULER)]
    gone = await house.caller.post(f"/participants/{pid}/elopement", {})

    assert [(one["act"], one["words"]) for one in read.json()] == [("refused", no["words"])]
    assert hidden.status_code == 403
    assert "DecisionWorded" in await said(house.store, pid, "intake.contacts")
    assert "DecisionWorded" not in await said(house.store, pid)
    assert "sister" not in str((await house.caller.get(path)).json())
    assert gone.json()["code"] == "not-residential"


async def test_a_leave_ahead_begins_by_its_timer_and_may_be_called_off(house: House) -> None:
    """IN-E18: repeated it is planned once; what is shown is what is agreed; nobody is away before."""
    pid, _ = await admitted(house)
    path = f"/participants/{pid}"
    body = {
        "starts_at": (NOON + timedelta(days=2)).isoformat(),
        "return_due_at": (NOON + timedelta(days=3)).isoformat(),
    }
    planned = [await house.caller.post(f"{path}/leave", body, key=key) for key in ("k", "k", "k2")]
    shown = (await house.caller.get(path)).json()
    past = await house.caller.post(f"{path}/leave", {**body, "starts_at": NOON.isoformat()})
    timers = await house.store.database.find("timers", {"name": "leave-starts"})
    off = [await house.caller.post(f"{path}/leave/call-off", {"reason": "plans-changed"}, key=key) for key in "ab"]

    assert [one.json()["said"] for one in planned] == [["LeavePlanned.v1"], ["LeavePlanned.v1"], []]
    assert (shown["status"], shown["away"]["ahead"] is not None) == ("open", True)
    assert (past.status_code, past.json()["code"], len(timers)) == (422, "in-the-past", 1)
    assert [one.json()["said"] for one in off] == [["PlannedLeaveCalledOff.v1"], []]
    assert (await house.caller.get(path)).json()["away"]["ahead"] is None
    assert await house.store.database.find("timers", {"name": "leave-starts"}) == []
