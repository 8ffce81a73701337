"""Family on a database of its own, as its doors see it, with a clock that a test sets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
from common.timers import fire_once
from common.units import Delivery
from family.app import SERVICE, app
from family.settings import Settings
from throughline.embedded import tokens
from throughline.embedded.clock_face import clock_file, write_clock

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class House:
    """One service on a real database: messages, timers and requests go in, the journal comes out."""

    store: Store
    desk: Desk
    http: httpx.AsyncClient
    folder: Path

    def set_clock(self, now: datetime) -> None:
        """It is now `now`."""
        write_clock(clock_file(self.folder), now)

    async def hear(self, sequence: int, data: Contract, source: str = "intake") -> None:
        """A message comes in by its topic, numbered as its sender numbered it."""
        await self.desk.take([delivery(data, sequence, source)])

    async def fire(self) -> int:
        """Every timer that is due fires; returns how many were."""
        return await fire_once(self.desk)

    async def post(
        self, path: str, body: Any = None, *, role: Role = Role.CLINICIAN, who: str = "staff-eva", key: str = ""
    ) -> httpx.Response:
        """A request of a member of staff, once per key."""
        headers = {**self._token(role, who), "Idempotency-Key": key or uuid4().hex}
        return await self.http.post(path, json=body or {}, headers=headers)

    async def get(self, path: str, **query: Any) -> Any:
        """What a member of staff reads."""
        answer = await self.http.get(path, params=query, headers=self._token(Role.UR_NURSE, "staff-eva"))
        return answer.raise_for_status().json()

    async def said(self, topic: str = "family.engagement") -> list[str]:
        """The types of everything in the journal on one topic, in order, without version."""
        rows = await self.store.database.find("journal", {"topic": topic}, sort=[("subject", 1), ("sequence", 1)])
        return [row["type"].removesuffix(".v1") for row in rows]

    def _token(self, role: Role, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {tokens.mint(self.folder, who, [role])}"}


def delivery(data: Contract, sequence: int, source: str) -> Delivery:
    """A message as Kafka would bring it."""
    envelope = Envelope(
        id=f"{source}-{data.TOPIC}-{sequence}",
        source=f"/throughline/{source}",
        type=data.type_name(),
        topic=data.TOPIC,
        subject=data.subject(),
        sequence=sequence,
        attributes={"ce_time": instant(data.at), "ce_correlationid": "c"},
        value=data.model_dump_json().encode(),
    )
    return Delivery(envelope)


@asynccontextmanager
async def house_of(mongo_uri: str, folder: Path) -> AsyncIterator[House]:
    """The service, without its Kafka side, on a database nobody else uses; it is noon."""
    write_clock(clock_file(folder), NOON)
    clock, database = Clock(clock_file(folder)), Database(mongo_uri, f"t{uuid4().hex}")
    store = Store(SERVICE, database, clock, "test")
    await store.prepare()
    settings = Settings(jwks=str(tokens.create_key(folder)))
    asgi, desk = app(settings), Desk(store, clock, lambda: None)
    asgi.state.desk, asgi.state.clock, asgi.state.database = desk, clock, database
    asgi.state.door = Door(settings.jwks, settings.issuer, settings.audience)
    working = asyncio.create_task(desk.run())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=asgi), base_url="http://family") as http:
        yield House(store, desk, http, folder)
    desk.close()
    await working
    await database.drop()
    database.close()
