"""A house of its own for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from family.app import app
from family.settings import Settings
from services.one_house import House, house_of
from services.one_service import signing_key


@pytest_asyncio.fixture
async def house(mongo_uri: str, tmp_path: Path) -> AsyncIterator[House]:
    """Family with nothing in it."""
    async with house_of(app(Settings(jwks=signing_key(tmp_path))), mongo_uri, tmp_path) as house:
        yield house
