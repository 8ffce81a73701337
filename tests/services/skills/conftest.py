"""Skills on a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from common.store import Store
from services.skills.house import Caller, doors_open, fresh_store


@pytest_asyncio.fixture
async def store(mongo_uri: str) -> AsyncIterator[Store]:
    """An empty store."""
    store = await fresh_store(mongo_uri)
    yield store
    await store.database.drop()
    store.database.close()


@pytest_asyncio.fixture
async def caller(store: Store, tmp_path: Path) -> AsyncIterator[Caller]:
    """Somebody who calls skills over HTTP."""
    async with doors_open(store, tmp_path) as caller:
        yield caller
