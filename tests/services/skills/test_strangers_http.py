"""Writes about somebody of whom intake has not told."""

from common.store import Store
from services.one_service import Caller, hear
from services.skills.test_messages import opened

HEADER = "X-Participant-Heard-Of"
TARGET = {"rank": 1, "what": "self-harm", "agreed": True}


async def test_the_answer_says_that_nobody_has_told_of_this_participant(caller: Caller, store: Store) -> None:
    """SK-O6: kept all the same, repeated too; once intake has told of them it says so no more."""
    early = await caller.post("/participants/p-1/targets", TARGET, key="k")
    again = await caller.post("/participants/p-1/targets", TARGET, key="k")
    danger = await caller.post("/participants/p-1/danger-reports", {"source": "staff"})
    await hear(store, opened())
    late = await caller.post("/participants/p-1/targets", TARGET, key="k")

    assert [answer.headers.get(HEADER) for answer in (early, again, late)] == ["not-yet", "not-yet", None]
    assert [early.status_code, again.status_code, danger.status_code, late.status_code] == [201] * 4
    assert early.json()["said"] == ["TargetSet.v1"] and danger.json()["said"]
