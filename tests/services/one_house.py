"""One service as a house of its own: messages, timers and requests go in, the journal comes out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI

from common.contracts.message import Contract
from common.contracts.words import Role
from common.desk import Desk
from common.store import Store
from common.timers import fire_once
from services.one_service import NOON, Caller, delivery, doors_open, forget, fresh_store, stopped_clock
from throughline.embedded.clock_face import write_clock

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class House:
    """A service without its Kafka side, on a real database, with a clock that a test sets."""

    store: Store
    desk: Desk
    caller: Caller
    face: Path

    @property
    def http(self) -> httpx.AsyncClient:
        """The door, for somebody without a token."""
        return self.caller.http

    def set_clock(self, now: datetime) -> None:
        """It is now `now`."""
        write_clock(self.face, now)

    async def hear(self, sequence: int, data: Contract, source: str = "") -> None:
        """A message comes in by its topic, numbered as its sender numbered it."""
        await self.desk.take([delivery(data, sequence, source)])

    async def fire(self) -> int:
        """Every timer that is due fires; returns how many were."""
        return await fire_once(self.desk)

    async def post(
        self, path: str, body: Any = None, *, role: Role = Role.CLINICIAN, who: str = "staff-eva", key: str = ""
    ) -> httpx.Response:
        """A request of a member of staff, once per key."""
        headers = self.caller.headers([role], key or uuid4().hex, who)
        return await self.http.post(path, json=body or {}, headers=headers)

    async def get(self, path: str, **query: Any) -> Any:
        """What a member of staff reads."""
        answer = await self.http.get(path, params=query, headers=self.caller.headers([Role.UR_NURSE], "-", "staff-eva"))
        return answer.raise_for_status().json()

    async def said(self, topic: str = "") -> list[str]:
        """The types of everything in the journal on the main stream or the topic named, in order, without version."""
        query = {"topic": topic or self.store.service.main_stream}
        rows = await self.store.database.find("journal", query, sort=[("subject", 1), ("sequence", 1)])
        return [row["type"].removesuffix(".v1") for row in rows]


@asynccontextmanager
async def house_of(asgi: FastAPI, mongo_uri: str, folder: Path) -> AsyncIterator[House]:
    """The service of an application, on a database nobody else uses; it is noon."""
    clock, face = stopped_clock(folder, NOON)
    store = await fresh_store(mongo_uri, asgi.state.service, clock)
    async with doors_open(asgi, store, folder, clock) as caller:
        yield House(store, asgi.state.desk, caller, face)
    await forget(store)
