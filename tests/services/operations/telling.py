"""A house that speaks: numbers what each service says, as the journal would, and a desk that hears it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from fastapi import FastAPI

from common import web
from common.auth import Door
from common.clock import WIDTH, Clock
from common.contracts import EVENT_TOPICS
from common.contracts.message import Contract
from common.desk import Desk
from common.envelope import Envelope, instant
from common.settings import Settings
from common.store import Store
from common.units import Delivery
from operations.app import SERVICE
from operations.doors import console, http, replays
from services.one_service import forget, fresh_store
from throughline.embedded.tokens import create_key, mint

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def later(**span: float) -> datetime:
    """So long after the house began."""
    return BEGIN + timedelta(**span)


def named(word: str) -> str:
    """An id as real ones are, the same for the same word."""
    return str(uuid5(NAMESPACE_OID, word))


@dataclass
class Telling:
    """Everything said so far, numbered per stream and subject."""

    numbers: Counter[str] = field(default_factory=Counter)

    def __call__(self, data: Contract, topic: str = "", recorded_at: datetime | None = None) -> Delivery:
        """The next message of its stream, as Kafka brings it; plumbing names the stream it is said on."""
        topic = topic or data.TOPIC
        self.numbers[f"{topic}|{data.subject()}"] += 1
        sequence = self.numbers[f"{topic}|{data.subject()}"]
        source = f"/throughline/{EVENT_TOPICS[topic]}"
        attributes = {
            "ce_time": instant(data.at),
            "ce_recordedtime": instant(recorded_at or data.at),
            "ce_correlationid": named("correlation"),
            "ce_causationid": named("cause"),
        }
        return Delivery(
            Envelope(
                id=named(f"{topic}|{data.subject()}|{sequence}"),
                source=source,
                type=data.type_name(),
                topic=topic,
                subject=data.subject(),
                sequence=sequence,
                attributes=attributes,
                value=data.model_dump_json().encode(),
            )
        )


@dataclass
class Running:
    """Operations without a broker: its real store, desk and HTTP frame; messages come by `store.commit`."""

    app: FastAPI
    store: Store
    folder: Path

    def token(self, *roles: str) -> str:
        """A staff token of this run."""
        return mint(self.folder, "staff-olga", roles)

    async def hear(self, *deliveries: Delivery) -> None:
        """Take them as one batch."""
        await self.store.commit(deliveries)


@asynccontextmanager
async def running(mongo_uri: str, folder: Path, now: datetime) -> AsyncIterator[Running]:
    """Operations on a database nobody else uses; its domain clock stands at `now`."""
    face = folder / "clock"
    face.write_text(now.isoformat(timespec="microseconds").ljust(WIDTH))
    clock = Clock(face)
    store = await fresh_store(mongo_uri, SERVICE, clock)
    desk = Desk(store, clock, lambda _: None)
    work = asyncio.create_task(desk.run())
    app = FastAPI()
    web.answer_problems(app)
    for router in (http.router, replays.router, console.router):
        app.include_router(router)
    settings = Settings(service="operations", jwks=str(create_key(folder)), clock_file=face)
    state: dict[str, Any] = {"clock": clock, "database": store.database, "desk": desk, "settings": settings}
    app.state.door = Door(settings.jwks, settings.issuer, settings.audience)
    for name, part in state.items():
        setattr(app.state, name, part)
    try:
        yield Running(app, store, folder)
    finally:
        desk.close()
        await work
        await forget(store)
