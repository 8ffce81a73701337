"""What the house asks of its database, whichever driver does it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from common.mongo import Database, Session
from services import one_service


@pytest_asyncio.fixture
async def database(mongo_uri: str) -> AsyncIterator[Database]:
    """An empty database."""
    database = Database(mongo_uri, f"t{uuid4().hex}", one_service.driver)
    yield database
    await database.drop()
    await database.close()


@pytest.mark.parametrize("kept", [True, False])
async def test_a_transaction_is_kept_whole_or_not_at_all(database: Database, kept: bool) -> None:
    """What was inserted, updated and deleted in it stands together, or never was."""
    await database.insert("rows", [{"_id": "a", "n": 1}, {"_id": "b", "n": 1}])

    async def work(session: Session) -> int:
        await database.insert("rows", [{"_id": "c", "n": 1}, {"_id": "d", "n": 1}], session=session)
        await database.update("rows", {"_id": {"$gte": "b"}}, {"$set": {"n": 2}}, session=session)
        deleted = await database.delete("rows", {"_id": {"$lte": "b"}}, session=session)
        return deleted if kept else deleted // 0

    if kept:
        assert await database.transaction(work) == 2
    else:
        with pytest.raises(ZeroDivisionError):
            await database.transaction(work)

    rows = {row["_id"]: row["n"] for row in await database.find("rows", {})}
    assert rows == ({"c": 2, "d": 2} if kept else {"a": 1, "b": 1})


async def test_nothing_to_insert_is_an_empty_answer(database: Database) -> None:
    """Already done is no error."""
    await database.insert("rows", [])
    assert await database.delete("rows", {}) == 0


async def test_an_aggregation_is_answered_as_a_list(database: Database) -> None:
    """One driver gives the cursor at once, the other has to be waited for."""
    await database.insert("rows", [{"_id": str(n), "even": n % 2 == 0, "n": n} for n in range(1, 6)])
    summed: list[dict[str, Any]] = [{"$group": {"_id": "$even", "sum": {"$sum": "$n"}}}, {"$sort": {"_id": 1}}]
    assert await database.aggregate("rows", summed) == [{"_id": False, "sum": 9}, {"_id": True, "sum": 6}]


async def test_the_driver_is_the_one_asked_for(database: Database) -> None:
    """Else every test would run twice with the same one."""
    assert type(database._client).__module__.split(".")[0] == one_service.driver


async def test_a_successor_frees_what_its_killed_predecessor_locked(mongo_uri: str, database: Database) -> None:
    """A transaction left open by a process of the same name is ended at once; those of others go on."""
    name, who = f"t{uuid4().hex}", f"family@{uuid4().hex[:8]}"
    dead, other, successor = (Database(mongo_uri, name, one_service.driver, by) for by in (who, "other", who))
    await dead.insert("rows", [{"_id": "a", "n": 1}, {"_id": "b", "n": 1}])
    begun: asyncio.Queue[str] = asyncio.Queue()

    async def leave_open(left: Database, row: str) -> None:
        async def work(session: Session) -> None:
            await left.update("rows", {"_id": row}, {"$set": {"n": 2}}, session=session)
            begun.put_nowait(row)
            await asyncio.Event().wait()

        await left.transaction(work)

    open_ones = [asyncio.create_task(leave_open(dead, "a")), asyncio.create_task(leave_open(other, "b"))]
    await begun.get()
    await begun.get()
    assert await successor.end_predecessor() == 1
    async with asyncio.timeout(2):
        await successor.update("rows", {"_id": "a"}, {"$set": {"n": 3}})
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await successor.update("rows", {"_id": "b"}, {"$set": {"n": 3}})
    for task in open_ones:
        task.cancel()
    await asyncio.wait(open_ones)
    assert (await successor.get("rows", "a") or {})["n"] == 3
    await successor.drop()
    for one in (dead, other, successor):
        await one.close()
