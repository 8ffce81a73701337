"""The worker that delivers to a gateway, and what it leaves behind."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from common.desk import Desk
from common.outbound import DELIVERIES, Outbound
from notifications.doors.gateway import Gateway, settle
from services.one_house import House


@asynccontextmanager
async def worker_of(house: House, url: str, desk: Desk | None = None) -> AsyncIterator[Outbound]:
    """What delivers for a house."""
    async with httpx.AsyncClient() as http:
        yield Outbound(desk or house.desk, Gateway(url, house.store.database, house.desk.clock, http).send, settle)


def fresh() -> str:
    """The id of a notice that no gateway has seen."""
    return uuid4().hex


async def delivery_of(house: House, notice: str) -> dict[str, Any]:
    """The delivery record of a notice."""
    found = await house.store.database.get(DELIVERIES, notice)
    assert found is not None
    return found


async def time_passes(house: House) -> None:
    """Every wait is over: that after a failed try, and that for somebody who had it in hand."""
    past = {"$set": {"next_try_at": datetime(1970, 1, 1, tzinfo=UTC)}}
    await house.store.database.update(DELIVERIES, {"state": "due"}, past)


async def facts(house: House, type: str) -> list[dict[str, Any]]:
    """What was said of one type."""
    rows = await house.store.database.find("journal", {"type": f"{type}.v1"}, sort=[("sequence", 1)])
    return [json.loads(row["data"]) for row in rows]
