"""How long the house could not be used: time in which some service was not ready, or a client had to ask again."""

import asyncio
import time
from collections.abc import Iterable, Mapping

import httpx

EVERY_SECONDS = 0.3
LOOK_TIMEOUT = 1.0

Span = tuple[float, float]


class Watch:
    """Asks every service at `/readyz` again and again; `spans` are when some service did not say yes."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = urls
        self.spans: list[Span] = []

    async def run(self) -> None:
        """Look for ever."""
        async with httpx.AsyncClient(trust_env=False, timeout=LOOK_TIMEOUT) as client:
            while True:
                began = time.monotonic()
                ready = await asyncio.gather(*(_ready(client, url) for url in self._urls.values()))
                await asyncio.sleep(max(0.0, EVERY_SECONDS - (time.monotonic() - began)))
                if not all(ready):
                    self.spans.append((began, time.monotonic()))


async def _ready(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(f"{url}/readyz")).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def covered(spans: Iterable[Span]) -> float:
    """Seconds that lie in at least one of the spans."""
    total, until = 0.0, 0.0
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total
