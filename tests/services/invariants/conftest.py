"""One journey through the whole house, read once; tests take copies of its documents."""

import pytest
import pytest_asyncio

from services.invariants.journey import travel
from services.invariants.walk import walking
from throughline.invariants.reading import read_house
from throughline.invariants.shapes import House


@pytest.fixture
def driver() -> None:
    """Checks read what a journey left, whichever driver wrote it: once is enough."""


@pytest_asyncio.fixture(scope="session")
async def travelled(mongo_uri: str, tmp_path_factory: pytest.TempPathFactory) -> House:
    """What real services left in real stores."""
    async with walking(mongo_uri, tmp_path_factory.mktemp("walk")) as walk:
        await travel(walk)
        return await read_house(mongo_uri)
