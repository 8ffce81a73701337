"""Ladders on a real database: over HTTP, and over a restart."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from common.contracts.words import Role
from common.desk import Desk
from common.store import Store
from common.timers import fire_once
from notifications.app import app
from notifications.settings import Settings
from rules.notifications.story import ANA, to_staff
from services.one_house import House, house_of
from services.one_service import NOON, signing_key

MINUTE = timedelta(minutes=1)


@pytest_asyncio.fixture
async def house(mongo_uri: str, tmp_path: Path) -> AsyncIterator[House]:
    """Notifications with ladders."""
    settings = Settings(jwks=signing_key(tmp_path))
    async with house_of(app(settings), mongo_uri, tmp_path) as house:
        yield house


async def told(house: House) -> list[str]:
    """Everybody who was told, the first first."""
    rows = await house.store.database.find("notices", {}, sort=[("sent_at", 1), ("_id", 1)])
    return [row["recipient_id"] for row in rows]


async def test_a_ladder_climbs_until_somebody_has_it(house: House) -> None:
    """NO-L1, NO-L2, NO-L3: acknowledged over HTTP, it stands still; a request that comes again changes nothing."""
    await house.hear(1, to_staff("n-1"))
    await house.hear(2, to_staff("n-1"))
    await house.fire()
    house.set_clock(NOON + 5 * MINUTE)
    await house.fire()
    assert await told(house) == ["staff-eva", "on-call-clinician", "backup-clinician", "on-site-lead"]

    taken = await house.post("/v1/ladders/n-1/acknowledge", who="staff-max")
    again = await house.post("/v1/ladders/n-1/acknowledge", who="staff-max")
    house.set_clock(NOON + 29 * MINUTE)
    assert await house.fire() == 0

    assert (taken.json()["said"], again.json()["said"]) == (["LadderAcknowledged.v1"], [])
    (row,) = await house.get("/v1/ladders")
    assert (row["ladder_id"], row["rest"], row["by"], row["participant_id"]) == (
        "n-1",
        "acknowledged",
        "staff-max",
        ANA,
    )


async def test_who_acknowledges_the_notice_has_the_matter(house: House) -> None:
    """NO-L3: the inbox is enough."""
    await house.hear(1, to_staff("n-1"))
    seen = await house.post(f"/v1/participants/{ANA}/notices/n-1/acknowledge")

    assert seen.json()["said"] == ["NoticeAcknowledged.v1", "LadderAcknowledged.v1"]
    assert await house.fire() == 0


async def test_who_does_not_take_ladders_stops_none_by_reading_their_inbox(house: House) -> None:
    """NO-L3: a scheduler's own notice of the matter is theirs to acknowledge; the next ones are told all the same."""
    await house.hear(1, to_staff("n-1"))
    to_desk = to_staff("n-1~nobody-on-call~0~scheduler", "nobody-on-call")
    await house.hear(2, to_desk.model_copy(update={"recipient_id": "scheduler"}))
    path = f"/v1/participants/{ANA}/notices/{to_desk.notice_id}/acknowledge"
    seen = await house.post(path, who="staff-sam", role=Role.SCHEDULER)

    assert seen.json()["said"] == ["NoticeAcknowledged.v1"]
    assert [row["rest"] for row in await house.get("/v1/ladders")] == ["climbing"]


async def test_acknowledged_is_not_resolved(house: House) -> None:
    """NO-L3, NO-L4: with stable codes; an operator does not take clinical matters."""
    await house.hear(1, to_staff("n-1"))
    await house.post("/v1/ladders/n-1/acknowledge")
    early = await house.post("/v1/ladders/n-1/resolve")
    operator = await house.post("/v1/ladders/n-1/contact", role=Role.OPERATOR)
    contact = await house.post("/v1/ladders/n-1/contact")
    resolved = await house.post("/v1/ladders/n-1/resolve")
    unknown = await house.post("/v1/ladders/n-9/acknowledge")

    assert (early.status_code, early.json()["code"]) == (409, "no-contact-yet")
    assert operator.status_code == 403
    assert (contact.json()["said"], resolved.json()["said"]) == (["LadderContactMade.v1"], ["LadderResolved.v1"])
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no-such-ladder")
    assert await house.get("/v1/ladders") == []


async def test_a_ladder_goes_on_after_a_restart(house: House) -> None:
    """NO-L2: another process, which remembers nothing, tells the next ones when it is their time."""
    await house.hear(1, to_staff("n-1"))
    await house.fire()
    house.set_clock(NOON + 11 * MINUTE)

    store = Store(house.store.service, house.store.database, house.desk.clock, "test")
    desk = Desk(store, house.desk.clock, lambda _: None)
    working = asyncio.create_task(desk.run())
    fired = [await fire_once(desk) for _ in range(4)]
    desk.close()
    await working

    assert fired == [1, 1, 0, 0]
    assert "supervisor" in await told(house)
