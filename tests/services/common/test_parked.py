"""What waits for an operator: tried again in order, tried on a dry run, given up; never lost, never doubled."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from common.clock import Clock
from common.contracts.plumbing import DiscardParked, ReplayParked
from common.mongo import Session, is_outage
from common.store import Store
from common.units import Delivery
from services.common.counting import NOON, SERVICE, delivery, lesson, lessons
from services.one_service import forget, fresh_store

PLACE: dict[str, Any] = {
    "at": NOON,
    "about": "a",
    "source": "/throughline/skills",
    "topic": "skills.progress",
    "by": "op-1",
}
POSITION = "/throughline/skills|skills.progress|a"
MORE_THAN_ONE_ORDER_TAKES = 203


class PulledOut(Exception):
    """The process ended here."""


class Dying(Store):
    """A store whose process ends after everything is written and before it is committed."""

    async def _write(self, session: Session, *rest: Any) -> Any:
        await super()._write(session, *rest)
        raise PulledOut


@pytest_asyncio.fixture
async def store(mongo_uri: str) -> AsyncIterator[Store]:
    """A store with an empty ledger."""
    store = await fresh_store(mongo_uri, SERVICE)
    yield store
    await forget(store)


def replay(number: int, **more: Any) -> Delivery:
    """The operator's order to try again."""
    return delivery(ReplayParked(**PLACE, **more), number, topic="family.commands")


def discard(number: int, message_id: str = "a-1", **more: Any) -> Delivery:
    """The operator's order to give one message up."""
    order = DiscardParked(**{**PLACE, **more}, message_id=message_id, reason="superseded")
    return delivery(order, number, topic="family.commands")


async def parked_story(store: Store, *codes: str) -> None:
    """Lessons about `a`; the first one cannot be counted, so that all of them wait."""
    await store.commit([delivery(lesson("a", code), n) for n, code in enumerate(codes, 1)])


async def position(store: Store, key: str = POSITION) -> dict[str, Any]:
    """How far the listener is with a subject."""
    found = await store.database.get("positions", key) or {}
    return {name: found.get(name) for name in ("last", "parked", "held")}


async def states(store: Store) -> dict[str, str]:
    """What became of each parked message."""
    return {doc["message_id"]: doc["state"] for doc in await store.database.find("parked", {})}


async def said(store: Store, *types: str) -> list[dict[str, Any]]:
    """The facts of these types, as they stand in the journal, in order."""
    wanted = {"type": {"$in": [f"{type}.v1" for type in types]}}
    rows = await store.database.find("journal", wanted, sort=[("topic", 1), ("subject", 1), ("sequence", 1)])
    return [json.loads(row["data"]) for row in rows]


async def until_done(store: Store, one: Delivery) -> None:
    """Commit, again and again while another writer was first."""
    while True:
        try:
            await store.commit([one])
        except Exception as error:
            assert is_outage(error)
        else:
            return


async def test_a_replay_says_what_went_through_and_what_stopped_it(store: Store) -> None:
    """Promise 4: every message looked at has its outcome, and the answer says how many still wait."""
    await parked_story(store, "POISON", "2", "BUG", "4")
    await store.commit([discard(1), replay(2, ticket="t|0|1")])

    (answer,) = await said(store, "ReplayAnswered")
    (tried,) = await said(store, "ReplayTried")
    assert [fact["message_id"] for fact in await said(store, "MessageReplayed")] == ["a-2"]
    assert (tried["message_id"], tried["outcome"], tried["reason"]) == ("a-3", "refused-again", "bug-ZeroDivisionError")
    assert (answer["applied"], answer["left"], answer["reason"]) == (1, 2, "bug-ZeroDivisionError")
    assert (answer["ticket"], answer["by"]) == ("t|0|1", "op-1")
    assert await position(store) == {"last": 4, "parked": 2, "held": 0}


async def test_a_dry_run_tells_every_outcome_and_changes_nothing(store: Store) -> None:
    """Promise 4: decided on a trial; state, inbox and parked messages stay as they are."""
    await parked_story(store, "POISON", "2", "POISON", "4")
    await store.commit([discard(1)])
    before = (await states(store), await position(store), await lessons(store, "a"))

    await store.commit([replay(2, dry_run=True)])

    tried = await said(store, "ReplayTried")
    assert [(fact["message_id"], fact["outcome"], fact["reason"]) for fact in tried] == [
        ("a-2", "would-apply", ""),
        ("a-3", "refused-again", "poisoned"),
        ("a-4", "waits-behind", "behind-parked"),
    ]
    (answer,) = await said(store, "ReplayAnswered")
    assert (answer["applied"], answer["left"], answer["dry_run"]) == (1, 2, True)
    assert (await states(store), await position(store), await lessons(store, "a")) == before
    assert await said(store, "MessageReplayed", "SkillTaught") == []


async def test_a_dry_run_and_a_real_one_in_one_batch_do_not_disturb_each_other(store: Store) -> None:
    """Promise 4: what the trial decided is forgotten before the next order is carried out."""
    await parked_story(store, "POISON", "2", "3")
    await store.commit([discard(1), replay(2, dry_run=True), replay(3)])

    assert await lessons(store, "a") == ["2", "3"]
    assert len(await said(store, "SkillTaught")) == 2


async def test_an_order_that_comes_twice_is_carried_out_once(store: Store) -> None:
    """Promise 2: a repeated replay or discard changes nothing and says nothing more."""
    await parked_story(store, "POISON", "2", "POISON")
    await store.commit([discard(1), replay(2), discard(1), replay(2)])
    facts = await store.database.count("journal", {})
    await store.commit([discard(1), replay(2)])

    assert await store.database.count("journal", {}) == facts
    assert await lessons(store, "a") == ["2"]
    assert await position(store) == {"last": 3, "parked": 1, "held": 0}


async def test_orders_that_come_out_of_order_wait_and_harm_nothing(store: Store) -> None:
    """Promises 3 and 4: a late predecessor lets the held order on; the inbox of its subject is not forgotten."""
    await parked_story(store, "POISON", "2")
    await store.commit([replay(2)])
    assert await states(store) == {"a-1": "parked", "a-2": "parked"}

    await store.commit([discard(1)])
    await parked_story(store, "POISON", "2")
    await store.commit([replay(3)])

    assert await lessons(store, "a") == ["2"]
    assert (await states(store))["a-1"] == "discarded"
    assert (await position(store))["last"] == 2


async def test_more_than_one_order_takes_is_reached_by_the_next(store: Store) -> None:
    """Promise 4: what is beyond the limit stays parked, counted, and is applied in order by the next order."""
    await parked_story(store, "POISON", *(str(n) for n in range(2, MORE_THAN_ONE_ORDER_TAKES + 1)))
    await store.commit([discard(1), replay(2)])
    (first,) = await said(store, "ReplayAnswered")
    assert 0 < first["applied"] < MORE_THAN_ONE_ORDER_TAKES - 1
    assert first["left"] == (await position(store))["parked"] == MORE_THAN_ONE_ORDER_TAKES - 1 - first["applied"]

    await store.commit([delivery(lesson("a", "last"), MORE_THAN_ONE_ORDER_TAKES + 1)])
    await store.commit([replay(3)])

    wanted = [*(str(n) for n in range(2, MORE_THAN_ONE_ORDER_TAKES + 1)), "last"]
    assert await lessons(store, "a") == wanted
    assert (await position(store))["parked"] == 0


@pytest.mark.parametrize("order", [replay(2), discard(2, "a-2")], ids=["replay", "discard"])
async def test_a_process_that_ends_inside_an_order_leaves_it_whole(store: Store, order: Delivery) -> None:
    """Promise 4: killed before its commit, the order never was; heard again, it happens once and has its twin."""
    await parked_story(store, "POISON", "2", "3")
    await store.commit([discard(1)])
    before = (await states(store), await position(store), await store.database.count("journal", {}))
    dying = Dying(SERVICE, store.database, Clock(), "test")
    with pytest.raises(PulledOut):
        await dying.commit([order])
    assert (await states(store), await position(store), await store.database.count("journal", {})) == before

    await store.commit([order])
    await store.commit([order])

    settled = {id: state for id, state in (await states(store)).items() if state != "parked"}
    twins = await said(store, "MessageReplayed", "MessageDiscarded")
    assert sorted(fact["message_id"] for fact in twins) == sorted(settled)
    assert (await position(store))["parked"] == 3 - len(settled)


async def test_an_order_and_a_new_message_of_the_subject_never_pass_each_other(mongo_uri: str, store: Store) -> None:
    """Promise 4: both write the position, so two writers at once end as if one had been after the other."""
    await parked_story(store, "POISON", "2", "3")
    await store.commit([discard(1)])
    other = Store(SERVICE, store.database, Clock(), "test")
    await asyncio.gather(until_done(store, replay(2)), until_done(other, delivery(lesson("a", "4"), 4)))
    await store.commit([replay(3)])

    assert await lessons(store, "a") == ["2", "3", "4"]
    assert await position(store) == {"last": 4, "parked": 0, "held": 0}


async def test_an_order_does_not_wait_behind_what_it_is_to_free(store: Store) -> None:
    """Promise 4: an order nobody can read parks, and later orders about that very stream are still carried out."""
    wrong = replace(replay(1).envelope, value=b'{"at": "yesterday"}')
    await store.commit([Delivery(wrong)])
    own = {"source": "/throughline/skills", "topic": "family.commands"}
    await store.commit([discard(2, wrong.id, **own)])

    assert await states(store) == {wrong.id: "discarded"}
    assert (await position(store, "/throughline/skills|family.commands|a"))["parked"] == 0


async def test_an_order_about_a_place_nobody_knows_begins_nothing(store: Store) -> None:
    """Promise 3: no position of a stream that was never heard; the answer says that nothing waits."""
    await store.commit([delivery(ReplayParked(**{**PLACE, "about": "nobody"}), 1, topic="family.commands")])

    (answer,) = await said(store, "ReplayAnswered")
    assert (answer["applied"], answer["left"]) == (0, 0)
    assert await store.database.get("positions", "/throughline/skills|skills.progress|nobody") is None


async def test_a_service_does_not_answer_on_the_stream_that_stands_still(mongo_uri: str) -> None:
    """Promise 4: an answer about the own main stream would only wait behind it; the replay itself works."""
    own = await fresh_store(mongo_uri, replace(SERVICE, name="skills"))
    await parked_story(own, "POISON", "2")
    order = delivery(ReplayParked(**PLACE), 1, topic="skills.commands")
    await own.commit([order])

    assert await said(own, "ReplayTried", "ReplayAnswered") == []
    assert await states(own) == {"a-1": "parked", "a-2": "parked"}
    await forget(own)
