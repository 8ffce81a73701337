"""Asks mongod; changes nothing: what is written matches no document."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pymongo import WriteConcern
from pymongo.errors import OperationFailure, PyMongoError

from throughline.doctor.access import Tried
from throughline.doctor.clocks import Reading
from throughline.doctor.databases import Index, Indexes, Member, Server, Store, Waiting
from throughline.doctor.login import PATIENCE_MS, Client, Login, named

NOTHING = {"_id": "nobody has this id"}
FULL = 0.9
"""ASSUMED: WiredTiger cuts an oplog in steps, so that a full one stays a little under its size."""


async def read_member(login: Login, address: str) -> tuple[Member, Reading | None]:
    """What the mongod at an address says of itself and of the time; asked without a name, as anybody may."""
    async with Login(login.uri).one(address) as client:
        try:
            await client.admin.command("ping")
            before = datetime.now(UTC)
            hello = await client.admin.command("hello", codec_options=client.codec_options)
            after = datetime.now(UTC)
        except PyMongoError as error:
            return Member(address, problem=named(error)), None
    member = Member(
        address,
        set_name=hello.get("setName", ""),
        writable=hello.get("isWritablePrimary", False),
        primary=hello.get("primary", ""),
    )
    return member, Reading(hello["localTime"], before, after)


async def read_login(login: Login) -> str:
    """Why this user cannot come in; empty where it can."""
    async with login.whole() as client:
        try:
            await client.admin.command("connectionStatus")
        except PyMongoError as error:
            return named(error)
    return ""


async def read_access(login: Login, databases: Iterable[str]) -> Tried:
    """Which of these databases the user can read or write."""
    opened = set()
    async with login.whole() as client:
        try:
            await client.admin.command("connectionStatus")
            for name in databases:
                if await _reads(client, name) or await _writes(client, name):
                    opened.add(name)
        except PyMongoError as error:
            return Tried(login.user, problem=named(error))
    return Tried(login.user, frozenset(opened))


async def _reads(client: Client, database: str) -> bool:
    try:
        await client[database].journal.find_one({}, {"_id": 1})
    except OperationFailure:
        return False
    return True


async def _writes(client: Client, database: str) -> bool:
    try:
        await client[database].journal.update_one(NOTHING, {"$set": {"seen": True}})
    except OperationFailure:
        return False
    return True


async def read_server(login: Login, scratch: str) -> Server:
    """What the primary can do, tried in a database this user may write. Raises PyMongoError where it is away."""
    async with login.whole() as client:
        hello = await client.admin.command("hello")
        return Server(
            version=(await client.admin.command("buildInfo"))["version"],
            members=len(hello.get("hosts", [])) or 1,
            majority_problem=await _majority(client, scratch),
            transaction_problem=await _transaction(client, scratch),
            transaction_seconds=await _lifetime(client),
            **await _oplog(client),
        )


async def _majority(client: Client, database: str) -> str:
    confirmed = WriteConcern("majority", j=True, wtimeout=PATIENCE_MS)
    rows = client[database].get_collection("leases", write_concern=confirmed)
    try:
        await rows.update_one(NOTHING, {"$set": {"seen": True}})
    except PyMongoError as error:
        return named(error)
    return ""


async def _transaction(client: Client, database: str) -> str:
    try:
        async with client.start_session() as session, await session.start_transaction():
            await client[database].leases.update_one(NOTHING, {"$set": {"seen": True}}, session=session)
    except PyMongoError as error:
        return named(error)
    return ""


async def _lifetime(client: Client) -> int | None:
    try:
        answer = await client.admin.command("getParameter", 1, transactionLifetimeLimitSeconds=1)
    except OperationFailure:
        return None
    return int(answer["transactionLifetimeLimitSeconds"])


async def _oplog(client: Client) -> dict[str, Any]:
    rows = client.local["oplog.rs"]
    try:
        first = await rows.find_one({}, {"ts": 1}, sort=[("$natural", 1)])
        last = await rows.find_one({}, {"ts": 1}, sort=[("$natural", -1)])
        size = await client.local.command("collStats", "oplog.rs")
    except OperationFailure:
        return {"oplog_hours": None}
    seconds = last["ts"].time - first["ts"].time if first and last else 0
    return {"oplog_hours": seconds / 3600, "oplog_full": size["size"] >= FULL * size["maxSize"]}


async def read_store(login: Login, service: str) -> Store:
    """A service's indexes and what waits in its database."""
    async with login.whole() as client:
        try:
            return Store(service, indexes=await _indexes(client, service), waiting=await _waiting(client, service))
        except PyMongoError as error:
            return Store(service, problem=named(error))


async def _indexes(client: Client, database: str) -> Indexes:
    found: dict[str, dict[str, Index]] = {}
    for collection in await client[database].list_collection_names():
        indexes = await client[database][collection].index_information()
        found[collection] = {name: index_of(index) for name, index in indexes.items() if name != "_id_"}
    return found


def index_of(described: dict[str, Any]) -> Index:
    """An index as mongod or its declaration describes it."""
    key = described["key"]
    pairs = key.items() if isinstance(key, dict) else key
    return Index(tuple((str(name), int(way)) for name, way in pairs), bool(described.get("unique", False)))


async def _waiting(client: Client, database: str) -> Waiting:
    db = client[database]
    oldest = await db.outbox.find_one({}, {"_id": 1}, sort=[("_id", 1)])
    return Waiting(
        unsent=await db.outbox.count_documents({}),
        oldest_unsent_seconds=time.time() - int(oldest["_id"].split("-")[0]) / 1e9 if oldest else 0.0,
        parked=await db.parked.count_documents({"state": "parked"}),
        held=await db.held.count_documents({}),
        quarantined=await db.quarantine.count_documents({}),
        timers_failed=await db.timers.count_documents({"failed": {"$exists": True}}),
    )
