"""Operations, running on a real mongod with a clock that stands still."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from services.operations.telling import Running, Telling, later, running


@pytest_asyncio.fixture
async def operations(mongo_uri: str, tmp_path: Path) -> AsyncIterator[Running]:
    """Operations ten days after the house began."""
    async with running(mongo_uri, tmp_path, later(days=10)) as one:
        yield one


@pytest_asyncio.fixture
async def tell() -> Telling:
    """A house that has said nothing yet."""
    return Telling()
