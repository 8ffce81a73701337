"""One witnessed journey through the whole house, read once; tests take drafts of what was seen."""

import pytest
import pytest_asyncio

import common.store
from chaos.ledger import Witness
from chaos.seen import Seen, read_stores
from services.chaos.drafts import Draft, act_with_a_key, with_a_wire
from services.invariants.journey import travel
from services.invariants.walk import walking


@pytest.fixture
def driver() -> None:
    """Checks read what a journey left, whichever driver wrote it: once is enough."""


@pytest_asyncio.fixture(scope="session")
async def right(mongo_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What real services left in real stores, and the log of a broker that carried it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(common.store, "Batch", Witness)
        async with walking(mongo_uri, tmp_path_factory.mktemp("walk")) as walk:
            await travel(walk)
            acknowledged = await act_with_a_key(walk)
            return with_a_wire(await read_stores(mongo_uri), acknowledged)


@pytest.fixture
def draft(right: Seen) -> Draft:
    """A copy that may be broken."""
    return Draft(right)
