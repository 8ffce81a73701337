"""What a listener keeps to itself: that it stopped, and how long it waits for a broker that says nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer

import common.listen
import servers
from common.clock import Clock
from common.desk import Desk
from common.envelope import attributes_of, instant
from common.limit import AT_LEAST
from common.listen import Listener
from common.settings import Settings
from common.store import Store
from common.topics import ensure_topics
from services.common.counting import NOON, SERVICE, lesson, lessons
from services.one_service import forget, fresh_store


@pytest.fixture
def driver() -> None:
    """What is tried here does not touch the driver."""


@pytest_asyncio.fixture
async def broker(tmp_path: Path) -> AsyncIterator[tuple[AsyncExitStack, str]]:
    """A broker of its own, and what takes it away when it is closed."""
    async with AsyncExitStack() as stack:
        yield stack, await stack.enter_async_context(servers.broker(servers.SOURCE, tmp_path))


@pytest_asyncio.fixture
async def store(mongo_uri: str) -> AsyncIterator[Store]:
    """A store with an empty ledger."""
    store = await fresh_store(mongo_uri, SERVICE)
    yield store
    await forget(store)


@pytest_asyncio.fixture
async def listener(
    broker: tuple[AsyncExitStack, str], store: Store, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Listener]:
    """A listener at work; it stops without waiting long for what it cannot finish."""
    settings = Settings(service=store.service.name, kafka=broker[1], embedded_broker=True, partitions=1)
    desk = Desk(store, Clock(), lambda _: None)
    listener = Listener(store.service, desk, settings)
    await ensure_topics(store.service, settings)
    working = asyncio.create_task(desk.run())
    await listener.broker.start()
    await until(listener.assigned)
    yield listener
    monkeypatch.setattr(common.listen, "GRACEFUL_SECONDS", 0.2)
    await listener.stop()
    for task in listener._working:
        task.cancel()
    desk.close()
    await working


async def until(done: Callable[[], object]) -> None:
    """Wait, but not for ever."""
    async with asyncio.timeout(30):
        while not done():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def say(kafka: str, *said: tuple[str, str]) -> None:
    """Teach lessons: (participant, code)."""
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for who, code in said:
            data = lesson(who, code)
            attributes = attributes_of(
                data,
                ce_id=uuid4().hex,
                ce_source="/throughline/skills",
                ce_subject=who,
                ce_sequence="1",
                ce_time=instant(NOON),
            )
            headers = [(name, value.encode()) for name, value in attributes.items()]
            await producer.send(data.TOPIC, data.model_dump_json().encode(), key=who.encode(), headers=headers)


async def test_what_flows_past_a_refused_batch_does_not_say_that_all_is_well(
    broker: tuple[AsyncExitStack, str], store: Store, listener: Listener
) -> None:
    """Only the batch that was refused ends the state "stopped", when it is taken at last."""
    await say(broker[1], *((f"p{n}", "POISON") for n in range(AT_LEAST * 3)))
    await until(lambda: listener.stopped)
    await say(broker[1], ("good", "1"))
    async with asyncio.timeout(30):
        while await lessons(store, "good") != ["1"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.2)
    assert listener.stopped
    assert await store.database.count("parked", {}) < AT_LEAST


async def test_a_rebalance_waits_for_a_silent_broker_only_so_long(
    broker: tuple[AsyncExitStack, str], store: Store, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """aiokafka tries a commit for as long as the broker is away; what was not committed is read again, and dropped."""
    monkeypatch.setattr(common.listen, "COMMIT_PATIENCE", 0.5)
    await say(broker[1], ("good", "1"))
    await until(lambda: listener._hands._through)
    await broker[0].aclose()
    consumer = listener._consumer
    assert consumer is not None
    async with asyncio.timeout(10):
        await listener.on_partitions_revoked([*consumer.assignment()])
    assert listener._hands.due(consumer.assignment())
