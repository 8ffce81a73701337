"""A real service process whose outside is not there: when it starts, and later."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

import servers
from throughline.embedded.processes import Child, port_of, reserve_port


@pytest.fixture
def driver() -> None:
    """The process has its own."""


def skills(folder: Path, port: int, mongo: str, kafka: str) -> Child:
    """The service, as a site runs it, with little patience for its database."""
    told = {
        "THROUGHLINE_MONGO": mongo,
        "THROUGHLINE_KAFKA": kafka,
        "THROUGHLINE_EMBEDDED_BROKER": "true",
        "THROUGHLINE_PORT": str(port),
    }

    async def answers() -> bool:
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(f"http://127.0.0.1:{port}/readyz")).is_success

    folder.mkdir(exist_ok=True)
    return Child("skills", [sys.executable, "-m", "skills"], folder, port, {**os.environ, **told}, answers)


async def until(done: Callable[[], bool]) -> None:
    """Wait, but not for ever."""
    async with asyncio.timeout(60):
        while not done():  # noqa: ASYNC110
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("missing", ["broker", "database"])
async def test_a_service_that_waits_for_its_outside_ends_when_told_to(
    missing: str, mongo_uri: str, kafka: str, tmp_path: Path
) -> None:
    """Promise 8: a stop is a stop, also before there was a start; it says so, without a traceback."""
    with reserve_port() as mine, reserve_port() as nobody:
        away = f"127.0.0.1:{port_of(nobody)}"
        mongo = mongo_uri if missing == "broker" else f"mongodb://{away}/?serverSelectionTimeoutMS=500"
        child = skills(tmp_path, port_of(mine), mongo, away if missing == "broker" else kafka)
        child.start()
        try:
            await until(lambda: "waiting for database and broker" in child.log.read_text())
            child.send(signal.SIGTERM)
            async with asyncio.timeout(8):
                await child.gone()
        finally:
            await child.stop()
    said = child.log.read_text()
    assert "told to end before it had started" in said
    assert "Traceback" not in said


async def silent(port: int) -> float:
    """How long the broker has said nothing, as Prometheus hears it."""
    async with httpx.AsyncClient(trust_env=False) as client:
        said = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    found = re.search(r"^throughline_broker_silent_seconds (\S+)$", said, re.MULTILINE)
    assert found is not None
    return float(found[1])


async def test_a_broker_that_is_gone_is_seen_and_the_service_answers_on(mongo_uri: str, tmp_path: Path) -> None:
    """Nobody has to say anything for the silence to be seen; requests do not need the broker."""
    with reserve_port() as mine:
        port = port_of(mine)
        async with servers.broker(servers.SOURCE, tmp_path) as kafka:
            child = skills(tmp_path / "skills", port, mongo_uri, kafka)
            child.start()
            try:
                await child.until_ready()
                await asyncio.sleep(1.5)
                assert await silent(port) < 10
            except BaseException:
                await child.stop()
                raise
        try:
            async with asyncio.timeout(60):
                while await silent(port) < 15:  # noqa: ASYNC110
                    await asyncio.sleep(0.5)
            async with httpx.AsyncClient(trust_env=False) as client:
                assert (await client.get(f"http://127.0.0.1:{port}/readyz")).is_success
        finally:
            await child.stop()
