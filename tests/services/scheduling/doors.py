"""Scheduling's HTTP door on a real mongod, with real tokens and a clock that stands still until it is moved."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from common.contracts.words import Role
from common.store import Store
from scheduling.app import SERVICE, app
from scheduling.settings import Settings
from services.one_service import NOON, Caller, doors_open, forget, fresh_store, signing_key, stopped_clock

SCHEDULER, CLINICIAN, LEADER = Role.SCHEDULER, Role.CLINICIAN, Role.SKILLS_LEADER


@asynccontextmanager
async def scheduling(mongo_uri: str, folder: Path, store: Store | None = None) -> AsyncIterator[tuple[Caller, Store]]:
    """The door at Monday noon UTC, and its store; on the database of another instance where one is given."""
    folder.mkdir(exist_ok=True)
    settings = Settings(jwks=signing_key(folder), zone="America/New_York")
    clock, _ = stopped_clock(folder, NOON)
    own = store or await fresh_store(mongo_uri, SERVICE, clock)
    async with doors_open(app(settings), own, folder, clock) as caller:
        yield caller, own
    if store is None:
        await forget(own)


def group(**more: Any) -> dict[str, Any]:
    """A skills group on Mondays at ten in New York, eight times."""
    return {
        "kind": "SKILLS",
        "first_at": "2026-03-09T14:00:00Z",
        "zone": "America/New_York",
        "rule": "FREQ=WEEKLY;COUNT=8",
        "minutes": 90,
        "room": "r1",
        "leader": "s-lead",
        "at_most": 2,
    } | more
