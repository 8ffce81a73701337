"""The witness writes down what happened, in the transaction in which it happened, and nothing else."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

import common.store
from chaos.ledger import ACTS, DELIVERIES, TIMERS, Witness
from common.change import TimerFired, change
from common.contracts.plumbing import DiscardParked, ReplayParked
from common.store import Store
from common.units import Act, Due
from services.common.counting import NOON, SERVICE, Ledger, delivery, lesson
from services.one_service import forget, fresh_store

PLACE = "/throughline/skills|skills.progress|a"


@pytest_asyncio.fixture
async def store(mongo_uri: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    """A store that is witnessed."""
    monkeypatch.setattr(common.store, "Batch", Witness)
    store = await fresh_store(mongo_uri, SERVICE)
    yield store
    await forget(store)


async def seen(store: Store, collection: str) -> dict[str, Any]:
    """What was applied, by place."""
    return {doc["_id"]: (doc["applied"], doc["ids"]) for doc in await store.database.find(collection, {})}


async def test_what_comes_twice_is_witnessed_once(store: Store) -> None:
    """Only what is applied counts: duplicates, held and parked messages are not there."""
    await store.commit([delivery(lesson("a", "1"), 1), delivery(lesson("a", "1"), 1), delivery(lesson("a", "3"), 3)])
    await store.commit([delivery(lesson("b", "POISON"), 1), delivery(lesson("b", "2"), 2)])
    assert await seen(store, DELIVERIES) == {PLACE: ([1], ["a-1"])}

    await store.commit([delivery(lesson("a", "2"), 2)])

    assert await seen(store, DELIVERIES) == {PLACE: ([1, 2, 3], ["a-1", "a-2", "a-3"])}


async def test_a_replayed_message_is_witnessed_when_it_is_applied(store: Store) -> None:
    """Parked messages stand there once an operator had them applied, and only then."""
    await store.commit([delivery(lesson("a", code), n) for n, code in enumerate(("POISON", "2"), 1)])
    place = {"about": "a", "source": "/throughline/skills", "topic": "skills.progress", "by": "op-1", "at": NOON}
    dry = ReplayParked(**place, dry_run=True)
    discard = DiscardParked(**place, message_id="a-1", reason="test")
    await store.commit([delivery(dry, 1, topic="skills.commands"), delivery(discard, 2, topic="skills.commands")])
    assert PLACE not in await seen(store, DELIVERIES)

    await store.commit([delivery(ReplayParked(**place), 3, topic="skills.commands")])

    assert (await seen(store, DELIVERIES))[PLACE] == ([2], ["a-2"])


async def test_an_act_is_witnessed_once_by_its_key(store: Store) -> None:
    """What was answered from memory did not happen again; what was refused did not happen."""
    effects = (change(Ledger, "a", Ledger.hear, lesson("a", "1")),)
    refused = (change(Ledger, "a", Ledger.hear, lesson("a", "POISON")),)
    await store.commit([Act(id, NOON, effects, key="k", fingerprint="f") for id in ("x", "y")])
    await store.commit([Act("z", NOON, effects), Act("no", NOON, refused, key="l", fingerprint="f")])

    assert await seen(store, ACTS) == {"k": ([["SkillTaught.v1"]], ["x"]), "z": ([["SkillTaught.v1"]], ["z"])}


async def test_a_timer_is_witnessed_as_it_fires(store: Store) -> None:
    """A timer that was found twice fired once."""
    await store.commit([delivery(lesson("a", "LATER"), 1)])
    (timer,) = await store.database.find("timers", {})
    fired = TimerFired("ledger", "a", "later", timer["due_at"], NOON, timer["data"])
    due = Due(timer["_id"], timer["once"], fired, "c")
    await store.commit([due, due])

    ((applied, ids),) = (await seen(store, TIMERS)).values()
    assert len(applied) == 1
    assert ids == [timer["once"]]


async def test_what_is_rolled_back_is_not_witnessed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The witness is part of the transaction."""

    async def failing(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("common.journal.Journal.write", failing)
    with pytest.raises(ZeroDivisionError):
        await store.commit([delivery(lesson("a", "1"), 1)])

    assert await seen(store, DELIVERIES) == {}
