"""A promised bed that slips, through the doors of intake: repeated, late, out of order."""

from datetime import UTC, datetime, timedelta
from typing import Any

from common.contracts import scheduling
from common.contracts.places import BedHoldReplanned
from common.contracts.words import BedId, LevelOfCare
from services.intake.conftest import House
from services.intake.test_levels import answered, confirmed
from services.intake.test_messages import admitted, episode
from services.one_service import delivery, hear, said

RES = LevelOfCare.RESIDENTIAL
BEGINS = datetime(2026, 3, 5, 5, tzinfo=UTC)


async def told(house: House, template: str) -> int:
    """How many notices of a kind were asked for."""
    rows = await house.store.database.find("journal", {"type": "SendNotice.v1"})
    return sum(f'"{template}"' in row["data"] for row in rows)


async def test_a_stay_waits_for_its_bed_and_begins_when_it_is_free(house: House) -> None:
    """IN-T14, IN-T15: two truths of one bed in the wrong order, each said twice; one move, at the later instant."""
    pid, _ = await admitted(house)
    body = {"to_level": "RESIDENTIAL", "reason": "respite", "planned_on": "2026-03-05"}
    tid = (await house.caller.post(f"/participants/{pid}/transitions", body)).json()["extra"]["transition_id"]
    await answered(house, pid, tid, RES, 3, 1)
    about: dict[str, Any] = {"participant_id": pid, "transition_id": tid, "level": RES}
    moved = {**about, "was_bed_id": BedId("b1"), "bed_id": BedId("b1"), "reason": "stay-longer"}
    earlier, later = (BEGINS + timedelta(minutes=n) for n in (20, 40))
    first = BedHoldReplanned(**moved, at=house.clock.now(), from_at=earlier)
    second = BedHoldReplanned(**moved, at=house.clock.now(), from_at=later)
    await house.store.commit([delivery(second, 5), delivery(second, 5)])
    await house.store.commit([delivery(first, 4), delivery(first, 4)])
    assert [await told(house, one) for one in ("bed-replanned", "place-replanned")] == [2, 2]

    await house.wait_until(BEGINS)
    refused = scheduling.PlaceNotConfirmed(**about, at=BEGINS, reason="still-taken", promised_at=later)
    await hear(house.store, refused, refused, first=6)
    now = await episode(house, pid)
    assert (now["level"], now["transition"]["phase"]) == ("PHP", "ready")
    await house.wait_until(later)
    await confirmed(house, pid, tid, (LevelOfCare.PHP, RES), 8)
    await hear(house.store, refused, first=10)

    assert (await episode(house, pid))["level"] == "RESIDENTIAL"
    types = await said(house.store, pid)
    assert (types.count("TransitionDue"), types.count("LevelOfCareChanged")) == (3, 2)
    assert "TransitionCompensating" not in types
