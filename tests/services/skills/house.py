"""Skills as its doors see it: a store for messages, and its HTTP application on the same database."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from common.auth import Door
from common.clock import Clock
from common.contracts.message import Contract
from common.contracts.words import Role
from common.desk import Desk
from common.envelope import Envelope, instant
from common.mongo import Database
from common.store import Store
from common.units import Delivery, Outcome
from skills.app import SERVICE, app
from skills.settings import Settings
from throughline.embedded import tokens

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""Some instant in the past of the real clock."""


def delivery(data: Contract, sequence: int, source: str = "intake") -> Delivery:
    """A message as Kafka would bring it; events come on their own stream, commands on ours."""
    envelope = Envelope(
        id=f"{source}-{data.TOPIC}-{data.subject()}-{sequence}",
        source=f"/throughline/{source}",
        type=data.type_name(),
        topic=data.TOPIC,
        subject=data.subject(),
        sequence=sequence,
        attributes={"ce_time": instant(data.at)},
        value=data.model_dump_json().encode(),
    )
    return Delivery(envelope)


async def fresh_store(mongo_uri: str) -> Store:
    """A store on a database nobody else uses."""
    store = Store(SERVICE, Database(mongo_uri, f"t{uuid4().hex}"), Clock(), "test")
    await store.prepare()
    return store


async def hear(store: Store, *messages: Contract, first: int = 1) -> Outcome:
    """Let messages of one stream be heard, numbered from `first`."""
    return await store.commit([delivery(data, n) for n, data in enumerate(messages, first)])


async def said(store: Store, participant: str) -> list[str]:
    """The types of what was said about a participant, in order."""
    rows = await store.database.find(
        "journal", {"subject": participant, "topic": "skills.progress"}, sort=[("sequence", 1)]
    )
    return [row["type"].removesuffix(".v1") for row in rows]


async def state(store: Store, participant: str) -> dict[str, Any]:
    """The stored state of a participant."""
    document = await store.database.get("skillsrecord", participant)
    assert document is not None
    found: dict[str, Any] = document["state"]
    return found


@dataclass(frozen=True)
class Caller:
    """Sends requests as somebody with the roles named."""

    http: httpx.AsyncClient
    folder: Path

    def headers(self, roles: Iterable[Role], key: str) -> dict[str, str]:
        """What a request of somebody with these roles carries."""
        token = tokens.mint(self.folder, "s-1", roles)
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": key}

    async def post(self, path: str, body: dict[str, Any], *roles: Role, key: str | None = None) -> httpx.Response:
        """Write, as a clinician unless said otherwise, with a fresh key unless given one."""
        headers = self.headers(roles or (Role.CLINICIAN,), key or uuid4().hex)
        return await self.http.post(f"/v1{path}", json=body, headers=headers)

    async def get(self, path: str, *roles: Role) -> httpx.Response:
        """Read, as a utilization nurse unless said otherwise: any staff may."""
        return await self.http.get(f"/v1{path}", headers=self.headers(roles or (Role.UR_NURSE,), "-"))


@asynccontextmanager
async def doors_open(store: Store, folder: Path) -> AsyncIterator[Caller]:
    """The HTTP application on the store, without its Kafka side; tokens are signed by a key in `folder`."""
    settings = Settings(jwks=str(tokens.create_key(folder)))
    asgi, clock = app(settings), Clock()
    desk = Desk(store, clock, lambda: None)
    asgi.state.desk, asgi.state.clock, asgi.state.database = desk, clock, store.database
    asgi.state.door = Door(settings.jwks, settings.issuer, settings.audience)
    working = asyncio.create_task(desk.run())
    transport = httpx.ASGITransport(app=asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://skills") as http:
        yield Caller(http, folder)
    desk.close()
    await working
