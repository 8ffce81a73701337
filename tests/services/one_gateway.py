"""The outside world: a gateway that deduplicates, as a process of its own."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from chaos.gateway import lines_of
from throughline.embedded.processes import LOOPBACK, Child, port_of, reserve_port

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Outside:
    """A gateway that runs: where it is, what it wrote down, and how it is told to be away."""

    url: str
    file: Path
    http: httpx.AsyncClient

    def answered(self, key: str) -> list[tuple[int, bool]]:
        """Status, and whether it was the first acceptance, of every request with this key."""
        return [(line["status"], line["first"]) for line in lines_of(self.file) if line["key"] == key]

    async def be_away(self, seconds: float) -> None:
        """Answer 503 for so long."""
        (await self.http.post("/_fail", json={"seconds": seconds})).raise_for_status()

    async def has_another(self, key: str) -> None:
        """Somebody else used this key for another body."""
        (await self.http.post("/", content=b"other", headers={"Idempotency-Key": key})).raise_for_status()


@asynccontextmanager
async def gateway_running(folder: Path) -> AsyncIterator[Outside]:
    """A gateway that nobody has sent anything yet; what it writes down lies in `folder`."""
    with reserve_port() as held:
        url, file = f"http://{LOOPBACK}:{port_of(held)}", folder / "gateway.jsonl"
        argv = [sys.executable, "-m", "chaos.gateway", "--port", str(port_of(held)), "--file", str(file)]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS), os.environ.get("PYTHONPATH", "")))}
        child = Child("gateway", argv, folder, port_of(held), env, lambda: _answers(url))
        try:
            child.start()
            await child.until_ready()
            async with httpx.AsyncClient(base_url=url) as http:
                yield Outside(url, file, http)
        finally:
            await child.stop()


async def _answers(url: str) -> bool:
    try:
        async with httpx.AsyncClient() as http:
            return (await http.post(f"{url}/_fail", json={"seconds": 0})).is_success
    except httpx.TransportError:
        return False
