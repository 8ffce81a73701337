"""A house of its own for every test, without a gateway and with one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from notifications.app import app
from notifications.settings import Settings
from services.one_gateway import Outside, gateway_running
from services.one_house import House, house_of
from services.one_service import signing_key


@pytest_asyncio.fixture
async def house(mongo_uri: str, tmp_path: Path) -> AsyncIterator[House]:
    """Notifications with nothing in it."""
    async with house_of(app(Settings(jwks=signing_key(tmp_path))), mongo_uri, tmp_path) as house:
        yield house


@pytest_asyncio.fixture(scope="session")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Outside]:
    """A gateway that deduplicates, as a process of its own."""
    async with gateway_running(tmp_path_factory.mktemp("gateway")) as gateway:
        yield gateway


@pytest_asyncio.fixture
async def open_house(mongo_uri: str, tmp_path: Path, gateway: Outside) -> AsyncIterator[House]:
    """Notifications with a gateway that is there, and nothing in it."""
    await gateway.be_away(0)
    settings = Settings(jwks=signing_key(tmp_path), gateway=gateway.url)
    async with house_of(app(settings), mongo_uri, tmp_path) as house:
        yield house
