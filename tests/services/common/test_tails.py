"""The ends of streams are told on a real broker, so that whoever lost the last messages hears of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from common import relay as relaying
from common import shards as sharding
from common import tails
from common.contracts.plumbing import ResendRange
from common.desk import Desk
from common.journal import SHARDS
from common.shards import Shards
from common.store import Store
from services.common.counting import NOON, SERVICE, delivery, lesson
from services.common.relaying import STREAM, emptied, eventually, heard, publishing, reading, say
from services.one_service import forget, fresh_store
from throughline.embedded.processes import port_of, reserve_port
from throughline.embedded.servers import bootstrap, broker_child


@pytest_asyncio.fixture
async def store(mongo_uri: str) -> AsyncIterator[Store]:
    """A store that speaks under a name of its own."""
    store = await fresh_store(mongo_uri, replace(SERVICE, name=f"s{uuid4().hex}"))
    yield store
    await forget(store)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases and ticks short enough to wait for."""
    monkeypatch.setattr(sharding, "SOON", {"$add": ["$$NOW", 800]})
    monkeypatch.setattr(relaying, "RENEW_SECONDS", 0.2)
    monkeypatch.setattr(tails, "TICK_SECONDS", 0.4)


@pytest.mark.usefixtures("impatient")
async def test_the_ends_of_streams_that_moved_are_told_once(store: Store, kafka: str) -> None:
    """Lost tails: after a while everybody hears how far each subject is; what did not move is not told again."""
    async with publishing(store, kafka) as relay, reading(kafka) as reader:
        await say(store, relay, "1", "2", "3")
        assert await heard(reader, store, 1, tails=True) == [{"p": 3}]
        await say(store, relay, "1", about="q")
        assert await heard(reader, store, 1, tails=True) == [{"q": 1}]


@pytest.mark.usefixtures("impatient")
async def test_an_end_is_told_again_after_it_was_sent_again(store: Store, kafka: str) -> None:
    """What is sent again may be lost again: then whoever is still behind must hear of it once more."""
    async with publishing(store, kafka) as relay, reading(kafka) as reader:
        await say(store, relay, "1", "2")
        assert await heard(reader, store, 1, tails=True) == [{"p": 2}]
        missing = ResendRange(at=NOON, about="p", topic=STREAM, first=2, last=2)
        await store.commit([delivery(missing, 1, topic=f"{store.service.name}.commands")])
        assert await heard(reader, store, 1, tails=True) == [{"p": 2}]


@contextmanager
def own_port() -> Iterator[int]:
    """A port for a broker that is restarted."""
    with reserve_port() as held:
        yield port_of(held)


@pytest.mark.usefixtures("impatient")
async def test_after_a_broker_that_forgot_every_tail_is_told(store: Store, tmp_path: Path) -> None:
    """A broker that lost its log gives an offset again: then all subjects are told, also those long at rest."""
    with own_port() as port:
        child = broker_child(tmp_path, port)
        child.start()
        await child.until_ready()
        try:
            async with publishing(store, bootstrap(port)) as relay:
                await say(store, relay, "1", "2", about="rests")
                await eventually(emptied(store.database))
                await say(store, relay, "1", "2", "3", about="moves")
                await eventually(emptied(store.database))
                await asyncio.sleep(1.5)
                await child.stop()
                child.start()
                await child.until_ready()
                async with reading(bootstrap(port)) as reader:
                    told: dict[str, int] = {}
                    while not {"rests", "moves"} <= told.keys():
                        told |= (await heard(reader, store, 1, tails=True))[0]
                assert told == {"rests": 2, "moves": 3}
        finally:
            await child.stop()


async def test_who_is_behind_the_told_end_asks_for_exactly_the_rest(store: Store) -> None:
    """A listener that heard less than was told asks the owner for the missing range; one that heard all is silent."""
    desk = Desk(store, store_clock(store), lambda _: None)
    working = asyncio.create_task(desk.run())
    await desk.take([delivery(lesson("a", "1"), 1), delivery(lesson("b", "1"), 1)])
    ends = {f"/throughline/skills|{STREAM}|a": 1, f"/throughline/skills|{STREAM}|b": 4, f"/stranger|{STREAM}|c": 9}
    await tails.ask_for_lost_tails(desk, ends)
    desk.close()
    await working
    asked = await store.database.find("journal", {"type": "ResendRange.v1"})
    assert [(row["topic"], row["subject"]) for row in asked] == [("skills.commands", "b")]
    assert {key: json.loads(asked[0]["data"])[key] for key in ("first", "last")} == {"first": 2, "last": 4}


def store_clock(store: Store) -> Any:
    """The clock the store goes by."""
    return store._clock


@pytest.mark.usefixtures("impatient")
async def test_only_what_was_told_counts_as_told(store: Store) -> None:
    """A shard that came to us meanwhile was not told yet, nor one whose tails somebody asked for meanwhile."""
    one, other = (Shards(store.database, name, {}) for name in ("one", "other"))
    await one.prepare()
    await one.renew()
    await other.renew()
    await one.renew()
    await other.renew()
    told = dict(one.told)
    assert len(told) == len(other.told) == SHARDS // 2
    await other.give_up()
    await one.renew()
    await one.note_told(told, NOON, page=False)
    assert {shard for shard, how in one.told.items() if how.until == NOON} == set(told)
    before = dict(one.told)
    await other.recall()
    await one.note_told(before, NOON, page=False)
    await one.renew()
    assert {how.until for how in one.told.values()} == {sharding.LONG_AGO}


async def test_after_a_recall_everything_is_told_four_times(store: Store) -> None:
    """A listener may still stand beyond the first telling, in a log that is gone; pages count as one telling."""
    shards = Shards(store.database, "one", {})
    await shards.prepare()
    await shards.renew()
    await shards.recall()
    untold = {sharding.LONG_AGO}
    for _ in range(sharding.TELL_AGAIN):
        await shards.note_told(dict(shards.told), NOON, page=True)
        assert {how.until for how in shards.told.values()} == {NOON}
        await shards.note_told(dict(shards.told), NOON, page=False)
        assert {how.until for how in shards.told.values()} == untold
    await shards.note_told(dict(shards.told), NOON, page=False)
    assert {how.until for how in shards.told.values()} == {NOON}
