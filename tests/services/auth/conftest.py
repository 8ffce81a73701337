"""One mongod with authentication, made ready as a site would make it, for all tests here."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.auth.guarded import Site, guarded, set_up


@pytest_asyncio.fixture(scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A mongod without users when it starts, and then set up."""
    async with guarded(tmp_path_factory.mktemp("auth")) as made:
        said = await set_up(made)
        assert said[:2] == ["initiated the replica set rs0", "made the admin admin"]
        yield made
