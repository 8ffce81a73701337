"""The store's one verb: everything of a batch happens once, in order, together."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio

from common.change import Forget, Refused, TimerFired, change
from common.contracts.plumbing import DiscardParked, ReplayParked, ResendRange
from common.mongo import is_outage
from common.store import Store
from common.units import Act, Answer, Due
from services.common.counting import NOON, SERVICE, Ledger, delivery, lesson, lessons
from services.one_service import forget, fresh_store


@pytest_asyncio.fixture
async def store(mongo_uri: str) -> AsyncIterator[Store]:
    """A store with an empty ledger."""
    store = await fresh_store(mongo_uri, SERVICE)
    yield store
    await forget(store)


async def test_a_batch_is_applied_in_order_and_journalled_without_gaps(store: Store) -> None:
    """Promises 1 and 3: state and journal commit together, sequences are gapless per subject."""
    await store.commit([delivery(lesson(p, str(n)), n) for n in (1, 2, 3) for p in ("a", "b")])

    rows = await store.database.find("journal", {"subject": "a"}, sort=[("sequence", 1)])
    assert await lessons(store, "a") == ["1", "2", "3"]
    assert [row["sequence"] for row in rows] == [1, 2, 3]
    assert {row["attributes"]["ce_causationid"] for row in rows} == {"a-1", "a-2", "a-3"}


async def test_said_twice_happens_once(store: Store) -> None:
    """Promise 2: a repeated message changes nothing, in one batch or across batches."""
    one = delivery(lesson("a", "1"), 1)
    await store.commit([one, one])
    again = await store.commit([one])

    assert await lessons(store, "a") == ["1"]
    assert again.tally == {"duplicate": 1}
    assert await store.database.count("journal", {}) == 1


async def test_a_message_after_a_gap_waits_for_the_missing_one(store: Store) -> None:
    """Promise 3: order per subject; the later message is held, others flow."""
    await store.commit([delivery(lesson("a", "1"), 1), delivery(lesson("a", "3"), 3), delivery(lesson("b", "1"), 1)])
    assert await lessons(store, "a") == ["1"]
    assert await lessons(store, "b") == ["1"]

    await store.commit([delivery(lesson("a", "3"), 3)])
    await store.commit([delivery(lesson("a", "2"), 2)])

    assert await lessons(store, "a") == ["1", "2", "3"]
    assert await store.database.count("held", {}) == 0


async def test_a_poison_message_stops_one_subject_and_later_ones_park_behind_it(store: Store) -> None:
    """Promise 4: refused, buggy and unreadable messages park; the others of the batch are applied."""
    outcome = await store.commit(
        [
            delivery(lesson("a", "POISON"), 1),
            delivery(lesson("a", "2"), 2),
            delivery(lesson("b", "BUG"), 1),
            delivery(lesson("c", "1"), 1, body=b'{"at": "yesterday"}'),
            delivery(lesson("d", "1"), 1),
        ]
    )

    reasons = {p["message_id"]: p["reason"] for p in outcome.parked}
    assert reasons == {
        "a-1": "poisoned",
        "a-2": "behind-parked",
        "b-1": "bug-ZeroDivisionError",
        "c-1": "unreadable-body",
    }
    assert await lessons(store, "a") == []
    assert await lessons(store, "d") == ["1"]
    assert await store.database.count("journal", {"type": "MessageParked.v1"}) == 4


async def test_a_service_that_hears_itself_does_not_talk_itself_into_parking_for_ever(mongo_uri: str) -> None:
    """Promise 4: a fault on the own main stream is parked, but not announced on that very stream."""
    own = await fresh_store(mongo_uri, replace(SERVICE, name="skills"))
    outcome = await own.commit([delivery(lesson("a", "POISON"), 1)])
    assert [p["reason"] for p in outcome.parked] == ["poisoned"]
    assert await own.database.count("journal", {}) == 0
    await forget(own)


async def test_a_discard_and_a_replay_apply_what_waited_in_order(store: Store) -> None:
    """Promise 4: a discard needs a reason and a person, a replay goes the normal way; nothing else shrinks the set."""
    await store.commit([delivery(lesson("a", c), n) for n, c in enumerate(("POISON", "2", "3"), 1)])
    place = {"about": "a", "source": "/throughline/skills", "topic": "skills.progress", "by": "op-1", "at": NOON}
    replay = ReplayParked(**place)
    await store.commit([delivery(replay, 1, topic="skills.commands")])
    assert await lessons(store, "a") == []

    discard = DiscardParked(**place, message_id="a-1", reason="test")
    await store.commit([delivery(discard, 2, topic="skills.commands")])
    await store.commit([delivery(replay, 3, topic="skills.commands"), delivery(lesson("a", "4"), 4)])

    states = {d["message_id"]: d["state"] for d in await store.database.find("parked", {})}
    assert await lessons(store, "a") == ["2", "3", "4"]
    assert states == {"a-1": "discarded", "a-2": "replayed", "a-3": "replayed"}


async def test_a_request_to_send_again_puts_the_range_into_the_outbox(store: Store) -> None:
    """Promise 3: the owner of the journal sends a missing range again."""
    await store.commit([delivery(lesson("a", str(n)), n) for n in (1, 2, 3)])
    await store.database.delete("outbox", {})
    missing = ResendRange(at=NOON, about="a", topic="skills.progress", first=2, last=3)
    await store.commit([delivery(missing, 1, topic="skills.commands")])

    (entry,) = await store.database.find("outbox", {})
    again = await store.database.find("journal", {"_id": {"$in": entry["rows"]}}, sort=[("sequence", 1)])
    assert [row["sequence"] for row in again] == [2, 3]


async def test_a_request_to_send_again_is_heeded_even_while_it_is_held(store: Store) -> None:
    """Two services that each miss the other's first request must not wait for each other for ever."""
    await store.commit([delivery(lesson("a", "1"), 1)])
    await store.database.delete("outbox", {})
    missing = ResendRange(at=NOON, about="a", topic="skills.progress", first=1, last=1)
    outcome = await store.commit([delivery(missing, 2, topic="skills.commands")])

    assert outcome.tally == {"gap": 1}
    assert await store.database.count("held", {}) == 1
    assert await store.database.count("outbox", {}) == 1


async def test_the_same_act_with_the_same_key_gets_the_same_answer(store: Store) -> None:
    """HTTP writes are idempotent by key: one effect, one answer; another body is refused."""

    def act(id: str, fingerprint: str) -> Act:
        effects = (change(Ledger, "a", Ledger.hear, lesson("a", "1")),)
        return Act(id, NOON, effects, key="k", fingerprint=fingerprint, answer={"made": id})

    first = (await store.commit([act("x", "f")])).answers["x"]
    second = (await store.commit([act("y", "f"), act("z", "g")])).answers

    assert isinstance(first, Answer)
    assert isinstance(second["y"], Answer)
    assert second["y"].repeated
    assert second["y"].extra == first.extra == {"made": "x"}
    assert isinstance(second["z"], Refused)
    assert await lessons(store, "a") == ["1"]


async def test_a_hundred_identical_acts_at_once_have_one_effect(store: Store) -> None:
    """Idempotency holds when two writers race: the transaction of the second is retried and sees the first."""
    effects = (change(Ledger, "a", Ledger.hear, lesson("a", "1")),)
    acts = [Act(str(n), NOON, effects, key="k", fingerprint="f") for n in range(100)]
    await asyncio.gather(*(_until_done(store, one) for one in acts))

    assert await lessons(store, "a") == ["1"]


async def _until_done(store: Store, act: Act) -> None:
    while True:
        try:
            await store.commit([act])
        except Exception as error:
            assert is_outage(error)
        else:
            return


async def test_a_timer_fires_once_and_only_as_it_stands(store: Store) -> None:
    """Promise 7: a timer fires in the transaction that removes it; a second or outdated firing does nothing."""
    await store.commit([delivery(lesson("a", "LATER"), 1)])
    (timer,) = await store.database.find("timers", {})
    fired = TimerFired("ledger", "a", "later", timer["due_at"], timer["due_at"], timer["data"])
    due = Due(timer["_id"], timer["once"], fired, "c")
    moved = Due(timer["_id"], "an earlier setting", fired, "c")
    await store.commit([moved])
    assert await lessons(store, "a") == []

    await store.commit([due, due])
    await store.commit([due])

    assert await lessons(store, "a") == ["TIMED"]
    assert await store.database.count("timers", {}) == 0


async def test_what_was_called_off_earlier_in_the_batch_does_not_fire(store: Store) -> None:
    """Promise 7: answered and due in one batch, it was answered first; set anew, the new setting stands."""
    await store.commit([delivery(lesson("a", "LATER"), 1), delivery(lesson("b", "LATER"), 1)])
    called_off, again = [
        Due(one["_id"], one["once"], TimerFired("ledger", one["aggregate_id"], "later", NOON, NOON, one["data"]), "c")
        for one in await store.database.find("timers", {}, sort=[("_id", 1)])
    ]
    answered = Act("answered", NOON, (change(Ledger, "a", lambda _: [Forget("later")]),))
    outcome = await store.commit([answered, delivery(lesson("b", "LATER"), 2), called_off, again])

    assert (await lessons(store, "a"), await lessons(store, "b")) == ([], [])
    assert outcome.tally["timer-repeated"] == 2
    (left,) = await store.database.find("timers", {})
    assert (left["_id"], left["once"] == again.once) == (again.id, False)
