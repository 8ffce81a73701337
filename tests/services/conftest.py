"""One mongod for all service tests of a run; every test gets databases of its own names, once per driver."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import get_args

import pytest
import pytest_asyncio

import servers
from common.mongo import Driver
from services import one_service


@pytest.fixture(autouse=True, params=get_args(Driver))
def driver(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every service test runs once with each driver; a folder whose tests do not care says so by its own `driver`."""
    monkeypatch.setattr(one_service, "driver", request.param)


@pytest_asyncio.fixture(scope="session")
async def mongo_uri(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A real one-node replica set."""
    folder: Path = tmp_path_factory.mktemp("mongod")
    async with servers.mongod(servers.SOURCE, folder) as uri:
        yield uri


@pytest_asyncio.fixture(scope="session")
async def kafka(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A real broker that speaks Kafka's protocol, or Kafka itself."""
    folder: Path = tmp_path_factory.mktemp("broker")
    async with servers.broker(servers.SOURCE, folder) as bootstrap:
        yield bootstrap
