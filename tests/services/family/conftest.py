"""A house of its own for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from services.family.house import House, house_of


@pytest_asyncio.fixture
async def house(mongo_uri: str, tmp_path: Path) -> AsyncIterator[House]:
    """Family with nothing in it."""
    async with house_of(mongo_uri, tmp_path) as house:
        yield house
