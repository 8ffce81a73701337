"""The inbox as it moves: two real instances, and a client that loses them."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from common.clock import Clock
from common.contracts.words import RecipientKind, Role
from common.house import DRAIN_SECONDS
from common.mongo import Database
from common.store import Store
from notifications.app import SERVICE
from notifications.views import live
from rules.notifications.story import AUNT, granted, revoked, to_aunt, to_staff
from services import one_service
from services.notifications.following import Follower
from services.one_house import House
from services.one_service import NOON, delivery, signing_key
from throughline.embedded import tokens
from throughline.embedded.processes import LOOPBACK, Child, port_of, reserve_port

STAFF, SUPPORTER = RecipientKind.STAFF, RecipientKind.SUPPORTER


def child(folder: Path, name: str, mongo_uri: str, kafka: str, jwks: str) -> Child:
    """One instance of notifications, as a process."""
    with reserve_port() as held:
        port = port_of(held)

    async def answers() -> bool:
        with suppress(httpx.HTTPError):
            async with httpx.AsyncClient() as http:
                return (await http.get(f"http://{LOOPBACK}:{port}/readyz")).is_success
        return False

    told = {"HOST": LOOPBACK, "PORT": str(port), "KAFKA": kafka, "MONGO": mongo_uri, "JWKS": jwks}
    told |= {"EMBEDDED_BROKER": "true", "MONGO_DRIVER": one_service.driver, "PARTITIONS": "4"}
    env = {f"THROUGHLINE_{key}": value for key, value in told.items()}
    return Child(name, [sys.executable, "-m", "notifications"], folder, port, env, answers)


@pytest_asyncio.fixture
async def instances(mongo_uri: str, kafka: str, tmp_path: Path) -> AsyncIterator[tuple[Child, Child, Store]]:
    """Two instances that share a database, and a third that writes to it."""
    jwks = signing_key(tmp_path)
    one, other = (child(tmp_path, name, mongo_uri, kafka, jwks) for name in ("one", "other"))
    database = Database(mongo_uri, "notifications", one_service.driver)
    one.start()
    other.start()
    await asyncio.gather(one.until_ready(), other.until_ready())
    yield one, other, Store(SERVICE, database, Clock(), "test")
    await asyncio.gather(one.stop(), other.stop())
    await database.drop()
    await database.close()


def url_of(instance: Child) -> str:
    """Where an instance answers."""
    return f"http://{LOOPBACK}:{instance.port}"


async def tell(store: Store, first: int, last: int) -> None:
    """Notices come in, one transaction after the other."""
    for number in range(first, last + 1):
        await store.commit([delivery(to_staff(f"n-{number:02}", "proposal-to-sign"), number)])


async def test_nothing_is_lost_and_nothing_twice_when_an_instance_is_killed(
    instances: tuple[Child, Child, Store], tmp_path: Path
) -> None:
    """NO-E1, NO-E3: the client comes again to the other one; told to end, that ends within the drain time."""
    one, other, store = instances
    token = {"Authorization": f"Bearer {tokens.mint(tmp_path, 'staff-eva', [Role.CLINICIAN])}"}
    eva = Follower(token)
    following = asyncio.create_task(eva.follow(url_of(one), 99))
    while not eva.last_id:  # noqa: ASYNC110 - until it has begun
        await asyncio.sleep(0.05)
    await tell(store, 1, 5)
    while len(eva.told) < 5:  # noqa: ASYNC110 - as it comes
        await asyncio.sleep(0.05)
    writing = asyncio.create_task(tell(store, 6, 40))
    await asyncio.sleep(0.2)
    one.send(signal.SIGKILL)
    with pytest.raises(httpx.HTTPError):
        await following
    async with asyncio.timeout(30):
        await eva.follow(url_of(other), 40)
    await writing

    assert eva.ids == [f"n-{number:02}" for number in range(1, 41)]

    staying = asyncio.create_task(eva.follow(url_of(other), 99))
    await asyncio.sleep(1.0)
    began = monotonic()
    other.send(signal.SIGTERM)
    await asyncio.wait_for(staying, DRAIN_SECONDS)
    assert monotonic() - began < DRAIN_SECONDS / 2
    await asyncio.wait_for(other.gone(), DRAIN_SECONDS)
    assert "timeout graceful shutdown exceeded" not in other.log.read_text()
    assert eva.ids == [f"n-{number:02}" for number in range(1, 41)]


async def news(house: House, place: live.Place, kind: RecipientKind = STAFF, to: str = "staff-eva") -> live.News:
    """What moved since a place."""
    return await live.since(house.store.database, kind, [to], place, house.desk.clock.now())


def ids(found: live.News) -> list[str]:
    """The notices told."""
    return [item["notice_id"] for _, item in found.items]


async def test_what_is_committed_late_is_told_late_and_not_lost(house: House) -> None:
    """NO-E2: a transaction that took four seconds moved its notice before one that was told already."""
    await house.hear(1, to_staff("n-1"))
    first = await news(house, live.Place(NOON))
    await house.hear(2, to_staff("n-2"))
    again = await news(house, live.place_in(str(first.place)))
    await house.hear(3, to_staff("n-late"))
    early = await house.store.database.now() - timedelta(seconds=4)
    await house.store.database.update("notices", {"notice_id": "n-late"}, {"$set": {"moved_at": early}})

    late = await news(house, live.place_in(str(again.items[-1][0])))

    assert [ids(found) for found in (first, again, late)] == [["n-1"], ["n-2"], ["n-late"]]
    assert ids(await news(house, late.place)) == []


async def test_a_connection_that_ends_between_two_events_goes_on_with_the_second(house: House) -> None:
    """NO-E1: each event's id says what was told up to it."""
    for number in range(1, 4):
        await house.hear(number, to_staff(f"n-{number}"))
    found = await news(house, live.Place(NOON))

    for taken in range(3):
        assert ids(await news(house, live.place_in(str(found.items[taken][0])))) == ids(found)[taken + 1 :]


async def test_who_begins_is_told_only_what_comes_after(house: House) -> None:
    """NO-E1: the inbox has the rest."""
    await house.hear(1, to_staff("n-1"))
    begun = await live.now_at(house.store.database, STAFF, ["staff-eva"])
    await house.hear(2, to_staff("n-2"))
    await house.hear(2, to_staff("n-2"))

    assert ids(await news(house, begun)) == ["n-2"]


async def test_what_is_seen_elsewhere_is_told_as_seen(house: House) -> None:
    """NO-E1: once, however often it is said."""
    await house.hear(1, to_staff("n-1"))
    told = await news(house, live.Place(NOON))
    for key in ("k-1", "k-2"):
        await house.post("/v1/participants/p-ana/notices/n-1/acknowledge", key=key)

    seen = await news(house, told.place)

    ((_, item),) = seen.items
    assert (item["notice_id"], item["stage"]) == ("n-1", "acknowledged")
    assert ids(await news(house, seen.place)) == []


async def test_a_supporter_is_told_only_while_the_release_stands(house: House) -> None:
    """NO-E3, NO-S5: also what was sent before it was taken back."""
    await house.hear(1, granted())
    await house.hear(1, to_aunt(), source="family")
    assert ids(await news(house, live.Place(NOON), SUPPORTER, AUNT)) == ["n-1"]

    await house.hear(2, revoked())
    assert ids(await news(house, live.Place(NOON), SUPPORTER, AUNT)) == []


async def test_who_missed_too_much_is_asked_to_read_the_inbox_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO-E2: and goes on from there."""
    monkeypatch.setattr(live, "MOST", 3)
    for number in range(1, 5):
        await house.hear(number, to_staff(f"n-{number}"))
    found = await news(house, live.Place(NOON))
    await house.hear(5, to_staff("n-5"))

    assert (found.missed, ids(found)) == (True, [])
    assert ids(await news(house, found.place)) == ["n-5"]


async def test_the_stream_is_for_staff_with_a_token_and_an_id_that_reads(house: House) -> None:
    """NO-E3: as the inbox; nobody is left waiting."""
    about: dict[str, Any] = {"recipient_kind": "STAFF", "recipient_id": "staff-eva"}
    bare = await house.http.get("/v1/inbox/stream", params=about)
    token = house.caller.headers([Role.CLINICIAN], uuid4().hex, "staff-eva")
    wrong = await house.http.get("/v1/inbox/stream", params=about, headers={**token, "Last-Event-ID": "yesterday"})

    assert bare.status_code == 401
    assert (wrong.status_code, wrong.json()["code"]) == (422, "event-id-unreadable")
