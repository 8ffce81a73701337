"""A client that stays with an inbox: reads server-sent events over a real connection, and comes again."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx

EVA = {"recipient_kind": "STAFF", "recipient_id": ["staff-eva", "clinician"]}


@dataclass
class Follower:
    """Follows one or more inboxes; `last_id` is what a browser would remember."""

    headers: dict[str, str]
    about: dict[str, Any] = field(default_factory=lambda: dict(EVA))
    last_id: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)

    async def events(self, url: str) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Each event of one connection, until that ends."""
        resumed = {"Last-Event-ID": self.last_id} if self.last_id else {}
        async with (
            httpx.AsyncClient(timeout=httpx.Timeout(30.0)) as http,
            http.stream(
                "GET", f"{url}/v1/inbox/stream", params=self.about, headers={**self.headers, **resumed}
            ) as answer,
        ):
            answer.raise_for_status()
            block: dict[str, str] = {}
            async for line in answer.aiter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    block[name] = value
                elif "id" in block:
                    self.last_id = block["id"]
                    yield block["event"], json.loads(block["data"])
                    block = {}

    async def follow(self, url: str, until: int) -> None:
        """Take what is told, until it is so much in all, or the connection ends."""
        async for event, data in self.events(url):
            if event == "notice":
                self.told.append(data)
            if len(self.told) >= until:
                return

    @property
    def ids(self) -> list[str]:
        """The notices told, in order."""
        return [item["notice_id"] for item in self.told]
