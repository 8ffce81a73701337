"""A small house for all tests here: mongod, broker, one service, and the databases of all as they prepare them."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from common.clock import Clock
from common.mongo import Database
from common.settings import Settings
from common.store import Store
from throughline.doctor.checkup import Deployment
from throughline.doctor.declared import declared_services
from throughline.embedded.house import House
from throughline.embedded.servers import PARTITIONS

collect_ignore = [] if os.environ.get("THROUGHLINE_TEST_BROKER") == "kafka" else ["test_rights.py"]


@pytest.fixture
def driver() -> None:
    """The command line has its own."""


@pytest_asyncio.fixture(scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Everything is well in it."""
    async with House(tmp_path_factory.mktemp("doctor") / ".run", services=("skills",)) as house:
        for name, service in declared_services().items():
            database = Database(house.mongo, name)
            await Store(service, database, Clock(), "test").prepare()
            await database.close()
        yield house


@pytest.fixture
def deployment(house: House) -> Deployment:
    """The same, as the doctor is told it."""
    told = {"kafka": house.kafka, "mongo": house.mongo, "embedded_broker": True, "partitions": PARTITIONS}
    return Deployment(Settings(service="doctor").model_copy(update=told), declared_services(), {}, house.urls)
