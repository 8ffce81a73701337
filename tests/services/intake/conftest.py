"""Intake on a database of its own, with a clock that stands."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest_asyncio

from common.clock import Clock
from common.store import Store
from intake.app import app, rules_of, service
from intake.settings import Settings
from services.one_service import (
    NOON,
    Caller,
    doors_open,
    fire_timers_until,
    forget,
    fresh_store,
    signing_key,
    stopped_clock,
)


@dataclass(frozen=True)
class House:
    """Intake, its store, its caller and its clock."""

    store: Store
    caller: Caller
    clock: Clock
    face: Path

    async def wait_until(self, at: datetime) -> int:
        """Let time pass; returns how many timers fired."""
        return await fire_timers_until(self.store, self.clock, self.face, at)


@pytest_asyncio.fixture
async def house(mongo_uri: str, tmp_path: Path) -> AsyncIterator[House]:
    """Intake with open doors, on Monday 2 March 2026 at noon UTC."""
    settings = Settings(jwks=signing_key(tmp_path))
    clock, face = stopped_clock(tmp_path, NOON)
    store = await fresh_store(mongo_uri, service(rules_of(settings)), clock)
    async with doors_open(app(settings), store, tmp_path, clock) as caller:
        yield House(store, caller, clock, face)
    await forget(store)
