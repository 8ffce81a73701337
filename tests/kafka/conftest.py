"""What only a real Kafka can show. Collected when THROUGHLINE_TEST_BROKER is kafka; then a missing Java is an error."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from throughline.embedded.servers import mongod

collect_ignore_glob = [] if os.environ.get("THROUGHLINE_TEST_BROKER") == "kafka" else ["test_*.py"]


@pytest_asyncio.fixture(scope="session")
async def mongo_uri(tmp_path_factory: "object") -> AsyncIterator[str]:
    """A real one-node replica set."""
    folder: Path = tmp_path_factory.mktemp("mongod")  # type: ignore[attr-defined]
    async with mongod(folder) as uri:
        yield uri
