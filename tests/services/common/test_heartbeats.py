"""Who speaks is heard on every partition it ever spoke on, whichever of its instances that was."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest
import pytest_asyncio

from common import tails
from common.contracts.plumbing import StreamTails
from common.journal import SHARDS, shard_of
from common.relay import Relay
from common.store import Store
from services.common.counting import SERVICE
from services.common.relaying import emptied, eventually, publishing, reading, say
from services.one_service import forget, fresh_store


@pytest_asyncio.fixture
async def store(mongo_uri: str) -> AsyncIterator[Store]:
    """A store that speaks under a name of its own."""
    store = await fresh_store(mongo_uri, replace(SERVICE, name=f"s{uuid4().hex}"))
    yield store
    await forget(store)


async def both_have_a_share(one: Relay, other: Relay) -> bool:
    """Whether two instances divided the shards between them."""
    return bool(one.shards.mine and other.shards.mine) and len(one.shards.mine | other.shards.mine) == SHARDS


async def test_a_partition_on_which_a_dead_instance_spoke_is_not_silent(
    store: Store, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listener that hears nothing for a minute pages somebody: one instance less is no reason."""
    monkeypatch.setattr(tails, "TICK_SECONDS", 0.4)
    source = store.service.source
    async with publishing(store, kafka, "other") as other, reading(kafka) as reader:
        async with publishing(store, kafka, "one") as one:
            await eventually(lambda: both_have_a_share(one, other))
            about = next(subject for subject in map(str, range(999)) if shard_of(subject) in one.shards.mine)
            await say(store, one, "1", about=about)
            await eventually(emptied(store.database))
            await asyncio.sleep(1.0)
        await reader.seek_to_end()
        heartbeats = 0
        async with asyncio.timeout(30):
            async for record in reader:
                headers = dict(record.headers)
                ours = headers.get("ce_source") == source.encode()
                if ours and headers["ce_type"] == StreamTails.type_name().encode():
                    heartbeats += json.loads(record.value)["ends"] == {}
                if heartbeats == 2:
                    return
