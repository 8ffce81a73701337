"""A participant with a token of their own."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from common.auth import audience_of_participants
from services.one_service import Caller
from throughline.embedded import tokens


@dataclass(frozen=True)
class Oneself:
    """Reads and writes their own; `pid` may be tried as somebody else's."""

    caller: Caller
    id: str = "p-1"

    def headers(self, key: str) -> dict[str, str]:
        """What their requests carry."""
        token = tokens.mint(self.caller.folder, self.id, (), audience=audience_of_participants("throughline"))
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": key}

    async def post(self, path: str, body: dict[str, Any], *, key: str | None = None, pid: str = "") -> httpx.Response:
        """Hand something in."""
        url = f"/v1/participants/{pid or self.id}/own/{path}"
        return await self.caller.http.post(url, json=body, headers=self.headers(key or uuid4().hex))

    async def put(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Set something."""
        url = f"/v1/participants/{self.id}/own/{path}"
        return await self.caller.http.put(url, json=body, headers=self.headers(uuid4().hex))

    async def get(self, path: str, *, pid: str = "") -> httpx.Response:
        """Read."""
        return await self.caller.http.get(f"/v1/participants/{pid or self.id}/own/{path}", headers=self.headers("-"))
