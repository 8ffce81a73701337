"""A relay at work on a real broker, what is said through it, and what arrives."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from common.change import change
from common.contracts.plumbing import StreamTails
from common.mongo import Database
from common.relay import Relay
from common.store import Store
from common.units import Act
from services.common.counting import NOON, Ledger, lesson

STREAM = "skills.progress"


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
