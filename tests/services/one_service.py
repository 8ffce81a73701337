"""One service as its doors see it: a store for messages, and its HTTP application on the same database."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from pymongo import AsyncMongoClient

from common.auth import Door
from common.clock import Clock
from common.contracts import EVENT_TOPICS
from common.contracts.message import Contract
from common.contracts.words import Role
from common.desk import Desk
from common.envelope import Envelope, instant
from common.mongo import Database, Driver
from common.service import Service
from common.settings import Settings
from common.store import Store
from common.timers import fire_once
from common.units import Delivery, Outcome
from throughline.embedded import tokens
from throughline.embedded.clock_face import write_clock

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""Some instant in the past of the real clock."""
driver: Driver = "motor"
"""What stores are made with; conftest.py sets it for every test."""
_homes: dict[Store, tuple[str, str]] = {}
_prepared: set[str] = set()
_emptied: defaultdict[str, list[str]] = defaultdict(list)


def delivery(data: Contract, sequence: int, source: str = "") -> Delivery:
    """A message as Kafka would bring it; an event by its owner, a command by `source` (intake, if not said)."""
    owner = EVENT_TOPICS.get(data.TOPIC) or source or "intake"
    envelope = Envelope(
        id=f"{owner}-{data.TOPIC}-{data.subject()}-{sequence}",
        source=f"/throughline/{owner}",
        type=data.type_name(),
        topic=data.TOPIC,
        subject=data.subject(),
        sequence=sequence,
        attributes={"ce_time": instant(data.at)},
        value=data.model_dump_json().encode(),
    )
    return Delivery(envelope)


async def fresh_store(mongo_uri: str, service: Service, clock: Clock | None = None) -> Store:
    """A store on a database nobody else uses; an emptied one, where one with the same indexes is left.

    To make some thirty collections and delete them again takes longer than most tests, and mongod keeps the files of
    what was deleted for minutes: enough tests, and it had no file handles left.
    """
    left = _emptied[_shape(mongo_uri, service)]
    name = left.pop() if left else f"t{uuid4().hex}"
    store = Store(service, Database(mongo_uri, name, driver), clock or Clock(), "test")
    _homes[store] = (mongo_uri, name)
    if name not in _prepared:
        await store.prepare()
        _prepared.add(name)
    return store


def second_instance(store: Store, clock: Clock | None = None) -> Store:
    """What another instance of the service has: connections of its own to the same database."""
    mongo_uri, name = _homes[store]
    return Store(store.service, Database(mongo_uri, name, driver), clock or Clock(), "test")


async def forget(store: Store) -> None:
    """Empty the database, so that another test may have it, and close the connection."""
    await store.database.close()
    mongo_uri, name = _homes.pop(store)
    async with AsyncMongoClient[dict[str, Any]](mongo_uri) as client:
        database = client[name]
        for collection in await database.list_collection_names():
            await database[collection].delete_many({})
    _emptied[_shape(mongo_uri, store.service)].append(name)


def _shape(mongo_uri: str, service: Service) -> str:
    """What databases must have in common to be taken for one another."""
    indexes = {name: [index.document for index in service.indexes[name]] for name in sorted(service.indexes)}
    return repr((mongo_uri, sorted(kind.__name__ for kind in service.aggregates), indexes))


async def hear(store: Store, *messages: Contract, first: int = 1) -> Outcome:
    """Let messages of one stream be heard, numbered from `first`."""
    return await store.commit([delivery(data, n) for n, data in enumerate(messages, first)])


async def said(store: Store, subject: str, topic: str = "") -> list[str]:
    """The types of what was said about a subject, in order, on the service's main stream or the one named."""
    query = {"subject": subject, "topic": topic or store.service.main_stream}
    rows = await store.database.find("journal", query, sort=[("sequence", 1)])
    return [row["type"].removesuffix(".v1") for row in rows]


async def state(store: Store, collection: str, id: str) -> dict[str, Any]:
    """The stored state of an aggregate."""
    document = await store.database.get(collection, id)
    assert document is not None
    found: dict[str, Any] = document["state"]
    return found


@dataclass(frozen=True)
class Caller:
    """Sends requests as somebody with the roles named."""

    http: httpx.AsyncClient
    folder: Path

    def headers(self, roles: Iterable[Role], key: str, by: str = "s-1") -> dict[str, str]:
        """What a request of somebody with these roles carries."""
        token = tokens.mint(self.folder, by, roles)
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": key}

    async def post(
        self, path: str, body: dict[str, Any], *roles: Role, key: str | None = None, by: str = "s-1"
    ) -> httpx.Response:
        """Write, as a clinician unless said otherwise, with a fresh key unless given one."""
        headers = self.headers(roles or (Role.CLINICIAN,), key or uuid4().hex, by)
        return await self.http.post(f"/v1{path}", json=body, headers=headers)

    async def put(self, path: str, body: dict[str, Any], *roles: Role, key: str | None = None) -> httpx.Response:
        """Set, as a scheduler unless said otherwise."""
        headers = self.headers(roles or (Role.SCHEDULER,), key or uuid4().hex)
        return await self.http.put(f"/v1{path}", json=body, headers=headers)

    async def get(self, path: str, *roles: Role) -> httpx.Response:
        """Read, as a utilization nurse unless said otherwise: any staff may."""
        return await self.http.get(f"/v1{path}", headers=self.headers(roles or (Role.UR_NURSE,), "-"))


def signing_key(folder: Path) -> str:
    """A new key in `folder` that signs staff tokens; where its public half is."""
    return str(tokens.create_key(folder))


@asynccontextmanager
async def doors_open(asgi: FastAPI, store: Store, folder: Path, clock: Clock | None = None) -> AsyncIterator[Caller]:
    """The HTTP application on the store, without its Kafka side."""
    settings: Settings = asgi.state.settings
    clock = clock or Clock()
    desk = Desk(store, clock, lambda _: None)
    asgi.state.desk, asgi.state.clock, asgi.state.database = desk, clock, store.database
    asgi.state.door = Door(settings.jwks, settings.issuer, settings.audience)
    working = asyncio.create_task(desk.run())
    transport = httpx.ASGITransport(app=asgi, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        yield Caller(http, folder)
    desk.close()
    await working


def stopped_clock(folder: Path, at: datetime) -> tuple[Clock, Path]:
    """A clock that shows `at` until its face is written again, and its face."""
    face = folder / "clock"
    write_clock(face, at)
    return Clock(face), face


async def fire_timers_until(store: Store, clock: Clock, face: Path, at: datetime) -> int:
    """Move the clock and let everything that is due by then fire; returns how many fired."""
    write_clock(face, at)
    desk = Desk(store, clock, lambda _: None)
    working = asyncio.create_task(desk.run())
    fired = 0
    while some := await fire_once(desk):
        fired += some
    desk.close()
    await working
    return fired
