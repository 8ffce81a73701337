"""The relay on a real broker: in order, shared among instances, and nothing lost by whoever dies or forgets."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest
import pytest_asyncio

from common import relay as relaying
from common import shards as sharding
from common import tails
from common.journal import SHARDS
from common.relay import Relay
from common.store import Store
from services.common.counting import SERVICE
from services.common.relaying import emptied, eventually, heard, publishing, reading, say
from services.one_service import forget, fresh_store

Monkey = pytest.MonkeyPatch


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


async def test_what_is_said_arrives_in_order_and_leaves_the_outbox(store: Store, kafka: str) -> None:
    """Promises 1 and 3: by memory or read back from the journal, each subject's messages go in order."""
    await say(store, None, "1", "2", about="a")
    async with publishing(store, kafka) as relay, reading(kafka) as reader:
        await say(store, relay, "3", "4", about="a")
        await say(store, relay, "1", "2", about="b")
        there = await heard(reader, store, 6)
        await eventually(emptied(store.database))
    assert [sequence for subject, sequence in there if subject == "a"] == [1, 2, 3, 4]
    assert [sequence for subject, sequence in there if subject == "b"] == [1, 2]
    assert await store.database.count("journal", {}) == 6


async def test_published_but_not_marked_is_published_again(
    store: Store, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash between the acknowledgement and the mark repeats messages, in order, and loses none."""

    async def die(relay: Relay, entries: object) -> None:
        raise asyncio.CancelledError

    await say(store, None, "1", "2")
    async with reading(kafka) as reader:
        with monkeypatch.context() as crash:
            crash.setattr(Relay, "_mark", die)
            async with publishing(store, kafka):
                assert await heard(reader, store, 2) == [("p", 1), ("p", 2)]
        assert await store.database.count("outbox", {}) == 2
        await say(store, None, "3")
        async with publishing(store, kafka):
            assert await heard(reader, store, 3) == [("p", 1), ("p", 2), ("p", 3)]


@pytest.mark.usefixtures("impatient")
async def test_instances_share_the_shards_and_inherit_those_of_the_dead(store: Store, kafka: str) -> None:
    """Several instances share the work fairly; when one dies without a word, the other goes on for it."""
    people = [f"p{n}" for n in range(24)]
    async with publishing(store, kafka) as stays, reading(kafka) as reader:
        await eventually(lambda: _holds(stays, SHARDS))
        async with publishing(store, kafka, "two") as dies:
            await eventually(lambda: _holds(dies, SHARDS // 2))
            await eventually(lambda: _holds(stays, SHARDS // 2))
            assert not stays.shards.mine & dies.shards.mine
            for who in people:
                await say(store, stays, "1", about=who)
            assert {subject for subject, _ in await heard(reader, store, len(people))} == set(people)
            await eventually(emptied(store.database))
        for who in people:
            await say(store, stays, "2", about=who)
        again = await heard(reader, store, len(people))
        assert sorted(again) == sorted((who, 2) for who in people)
        await eventually(lambda: _holds(stays, SHARDS))


async def _holds(relay: Relay, shards: int) -> bool:
    return len(relay.shards.mine) == shards


async def test_told_to_stop_it_marks_what_is_published(store: Store, kafka: str, monkeypatch: Monkey) -> None:
    """Promise 8: a stop is no crash; the next instance need not publish again what is acknowledged."""
    monkeypatch.setattr(relaying, "MARK_SECONDS", 60.0)
    async with reading(kafka) as reader, publishing(store, kafka) as relay, asyncio.timeout(20):
        await say(store, relay, "1")
        await heard(reader, store, 1)
        while await store.database.count("outbox", {}):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await say(store, relay, "2")
        while not relay._published:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert await store.database.count("outbox", {}) == 1
    assert await store.database.count("outbox", {}) == 0
