"""The relay on a real broker: in order, shared among instances, and nothing lost by whoever dies or forgets."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, ConsumerRecord

from common import relay as relaying
from common import shards as sharding
from common import tails
from common.change import change
from common.contracts.plumbing import ResendRange, StreamTails
from common.desk import Desk
from common.journal import SHARDS
from common.mongo import Database
from common.relay import Relay
from common.shards import Shards
from common.store import Store
from common.units import Act
from services.common.counting import NOON, SERVICE, Ledger, delivery, lesson
from services.one_service import forget, fresh_store
from throughline.embedded.processes import port_of, reserve_port
from throughline.embedded.servers import bootstrap, broker_child

STREAM = "skills.progress"
Say = Callable[..., Awaitable[None]]
Monkey = pytest.MonkeyPatch


@pytest_asyncio.fixture
async def store(mongo_uri: str) -> AsyncIterator[Store]:
    """A store that speaks under a name of its own."""
    store = await fresh_store(mongo_uri, replace(SERVICE, name=f"s{id(object())}"))
    yield store
    await forget(store)


@asynccontextmanager
async def publishing(store: Store, kafka: str, owner: str = "one") -> AsyncIterator[Relay]:
    """A relay at work, that dies without a word at the end."""
    relay = Relay(store.database, {"bootstrap_servers": kafka}, embedded=True, source=store.service.source, owner=owner)
    working = asyncio.create_task(relay.run())
    yield relay
    working.cancel()
    await asyncio.wait([working])


async def say(store: Store, relay: Relay | None, *lessons: str, about: str = "p") -> None:
    """Commit lessons one by one, as the desk would."""
    for code in lessons:
        act = Act(f"{about}-{code}", NOON, (change(Ledger, about, Ledger.hear, lesson(about, code)),))
        outcome = await store.commit([act])
        if relay:
            relay.ring(outcome.journalled)


@asynccontextmanager
async def reading(kafka: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A reader of the whole stream, from its beginning."""
    consumer = AIOKafkaConsumer(STREAM, bootstrap_servers=kafka, auto_offset_reset="earliest", fetch_max_wait_ms=50)
    async with consumer:
        yield consumer


async def heard(reader: AIOKafkaConsumer, store: Store, wanted: int, *, tails: bool = False) -> list[Any]:
    """The next records of this speaker: (subject, sequence) of messages, or the ends that tails tell."""
    found: list[Any] = []
    async with asyncio.timeout(20):
        while len(found) < wanted:
            record = await reader.getone()
            if _source(record) != store.service.source:
                continue
            told = _header(record, "ce_type") == StreamTails.type_name()
            if told and tails and (ends := json.loads(record.value)["ends"]):
                found.append(ends)
            elif not told and not tails:
                found.append((record.key.decode(), int(_header(record, "ce_sequence"))))
    return found


def _header(record: "ConsumerRecord[bytes, bytes]", name: str) -> str:
    value: bytes = dict(record.headers)[name]
    return value.decode()


def _source(record: "ConsumerRecord[bytes, bytes]") -> str:
    return _header(record, "ce_source")


async def eventually(question: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Wait until the answer is yes."""
    async with asyncio.timeout(seconds):
        while not await question():  # noqa: ASYNC110 - another process answers
            await asyncio.sleep(0.05)


def emptied(database: Database) -> Callable[[], Awaitable[bool]]:
    """Whether nothing waits in the outbox."""

    async def empty() -> bool:
        return await database.count("outbox", {}) == 0

    return empty


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
