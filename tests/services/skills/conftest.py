"""Skills on a database of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from common.store import Store
from services.one_service import Caller, doors_open, forget, fresh_store, signing_key
from skills.app import app, rules_of, service
from skills.settings import Settings


@pytest_asyncio.fixture
async def store(mongo_uri: str) -> AsyncIterator[Store]:
    """An empty store."""
    store = await fresh_store(mongo_uri, service(rules_of(Settings())))
    yield store
    await forget(store)


@pytest_asyncio.fixture
async def caller(store: Store, tmp_path: Path) -> AsyncIterator[Caller]:
    """Somebody who calls skills over HTTP."""
    async with doors_open(app(Settings(jwks=signing_key(tmp_path))), store, tmp_path) as caller:
        yield caller
