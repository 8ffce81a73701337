"""One mongod for all service tests of a run; every test gets databases of its own names."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from throughline.embedded.servers import broker, mongod


@pytest_asyncio.fixture(scope="session")
async def mongo_uri(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A real one-node replica set."""
    folder: Path = tmp_path_factory.mktemp("mongod")
    async with mongod(folder) as uri:
        yield uri


@pytest_asyncio.fixture(scope="session")
async def kafka(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A real broker that speaks Kafka's protocol."""
    folder: Path = tmp_path_factory.mktemp("broker")
    async with broker(folder) as bootstrap:
        yield bootstrap
