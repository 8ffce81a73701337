"""The only file that knows which Mongo driver is used: motor, or PyMongo's own async client."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeVar, cast, overload

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import AsyncMongoClient, DeleteOne, IndexModel, InsertOne, ReadPreference, ReplaceOne, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

__all__ = [
    "Database",
    "DeleteOne",
    "Driver",
    "IndexModel",
    "InsertOne",
    "ReplaceOne",
    "Session",
    "UpdateOne",
    "is_duplicate",
    "is_outage",
    "reason_of",
]

Driver = Literal["motor", "pymongo"]
Session = AsyncClientSession
"""A transaction under way, to be handed on. The types are PyMongo's; motor's session takes the same calls."""
DatabaseError = PyMongoError
"""Whatever the database refuses or cannot do just now."""
Document = dict[str, Any]
Write = InsertOne[Document] | ReplaceOne[Document] | UpdateOne | DeleteOne
T = TypeVar("T")

DUPLICATE_KEY = 11000
NOT_LET_IN = (13, 18)
"""Unauthorized, AuthenticationFailed: somebody changes passwords or rights; no message is to blame."""
PASSING = ("TransientTransactionError", "UnknownTransactionCommitResult")
SERVER_SELECTION_MS = 3000
"""How long a call waits for a primary before it counts as an outage."""


def is_outage(error: BaseException) -> bool:
    """Whether waiting and trying again can help: the database is away, or another writer was first."""
    if isinstance(error, (ConnectionFailure, ExecutionTimeout)) or is_duplicate(error):
        return True
    if isinstance(error, OperationFailure) and error.code in NOT_LET_IN:
        return True
    return isinstance(error, PyMongoError) and any(map(error.has_error_label, PASSING))


def is_duplicate(error: BaseException) -> bool:
    """Whether another writer was first with an id: trying again helps once we see what it wrote."""
    if isinstance(error, BulkWriteError):
        return {e.get("code") for e in error.details.get("writeErrors", [])} == {DUPLICATE_KEY}
    return isinstance(error, DuplicateKeyError)


def reason_of(error: BaseException) -> str:
    """What the database calls it ("AuthenticationFailed"); its words may be long, or hold what we wrote."""
    details = error.details if isinstance(error, OperationFailure) else None
    return str((details or {}).get("codeName", ""))


@overload
async def _settled(answer: Awaitable[T]) -> T: ...
@overload
async def _settled(answer: T) -> T: ...
async def _settled(answer: Any) -> Any:
    """What one driver gives at once and the other has to be waited for."""
    return await answer if isinstance(answer, Awaitable) else answer


def _credentials(login: tuple[str, str] | None) -> dict[str, Any]:
    """Users are kept in the database `admin`. Source: MongoDB, authSource."""
    return {"username": login[0], "password": login[1], "authSource": "admin"} if login else {}


class Written(NamedTuple):
    """What a bulk write did: documents matched, upserted, inserted or deleted, and the ids of the upserted."""

    touched: int
    new: frozenset[str]


class Database:
    """One service's own database; made and used in one event loop.

    `who` names the instance to the server, `login` is its user there, and the password.
    """

    def __init__(
        self, uri: str, name: str, driver: Driver = "motor", who: str = "", login: tuple[str, str] | None = None
    ) -> None:
        client = AsyncIOMotorClient if driver == "motor" else AsyncMongoClient
        self._client = cast(
            AsyncMongoClient[Document],
            client(
                uri,
                serverSelectionTimeoutMS=SERVER_SELECTION_MS,
                tz_aware=True,
                uuidRepresentation="standard",
                appname=who or None,
                **_credentials(login),
            ),
        )
        self._db = self._client[name]
        self._who = who

    async def ping(self) -> None:
        """Raise unless the database answers."""
        await self._db.command("ping")

    async def now(self) -> datetime:
        """What its server's clock shows, as `$currentDate` writes it."""
        told: datetime = (await self._db.command("hello", codec_options=self._db.codec_options))["localTime"]
        return told

    async def end_predecessor(self) -> int:
        """End the transactions that a killed process of our name left open, which lock what they wrote; how many."""
        idle: list[Document] = [
            {"$currentOp": {"idleSessions": True}},
            {"$match": {"type": "idleSession", "appName": self._who}},
        ]
        cursor = await _settled(self._client.admin.aggregate(idle))
        left = [{"id": session["lsid"]["id"]} for session in await cursor.to_list(None)]
        if left:
            await self._client.admin.command({"killSessions": left}, codec_options=self._db.codec_options)
        return len(left)

    async def close(self) -> None:
        """Give the connections back."""
        await _settled(self._client.close())

    async def drop(self) -> None:
        """Delete the whole database; for tests."""
        await self._client.drop_database(self._db.name)

    async def prepare(self, indexes: Mapping[str, Sequence[IndexModel]]) -> None:
        """Create the collections and their indexes; already there is fine."""
        existing = set(await self._db.list_collection_names())
        for name, wanted in indexes.items():
            if name not in existing:
                await self._db.create_collection(name, check_exists=False)
            if wanted:
                await self._db[name].create_indexes(list(wanted))

    async def transaction(self, work: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        """Run `work` in one transaction, snapshot to majority; it may run more than once."""
        async with await _settled(self._client.start_session()) as session:
            return await session.with_transaction(
                work,
                read_concern=ReadConcern("snapshot"),
                write_concern=WriteConcern("majority", j=True),
                read_preference=ReadPreference.PRIMARY,
            )

    async def find(
        self,
        collection: str,
        query: Document,
        *,
        session: Session | None = None,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        fields: Mapping[str, int] | None = None,
    ) -> list[Document]:
        """The documents that match, as a list."""
        cursor = self._db[collection].find(query, fields, session=session)
        if sort:
            cursor = cursor.sort(list(sort))
        if limit:
            cursor = cursor.limit(limit)
        return await cursor.to_list(None)

    async def get(self, collection: str, id: str, *, session: Session | None = None) -> Document | None:
        """One document by id."""
        return await self._db[collection].find_one({"_id": id}, session=session)

    async def count(self, collection: str, query: Document) -> int:
        """How many documents match."""
        return await self._db[collection].count_documents(query)

    async def aggregate(self, collection: str, pipeline: Sequence[Document]) -> list[Document]:
        """The rows of an aggregation, as a list."""
        cursor = await _settled(self._db[collection].aggregate(list(pipeline)))
        return await cursor.to_list(None)

    async def write(
        self,
        collection: str,
        writes: Sequence[Write],
        *,
        session: Session | None = None,
        ordered: bool = False,
    ) -> Written:
        """Write in bulk."""
        if not writes:
            return Written(0, frozenset())
        done = await self._db[collection].bulk_write(list(writes), ordered=ordered, session=session)
        touched = done.matched_count + done.upserted_count + done.inserted_count + done.deleted_count
        return Written(touched, frozenset((done.upserted_ids or {}).values()))

    async def insert(self, collection: str, documents: Sequence[Document], *, session: Session | None = None) -> None:
        """Insert documents nobody has yet, in any order."""
        if documents:
            await self._db[collection].insert_many(list(documents), ordered=False, session=session)

    async def delete(self, collection: str, query: Document, *, session: Session | None = None) -> int:
        """Delete every document that matches; returns how many."""
        deleted = await self._db[collection].delete_many(query, session=session)
        return deleted.deleted_count

    async def update(
        self,
        collection: str,
        query: Document,
        update: Document,
        *,
        session: Session | None = None,
        upsert: bool = False,
    ) -> int:
        """Update every document that matches; returns how many matched or were upserted."""
        if upsert:
            one = await self._db[collection].update_one(query, update, upsert=True, session=session)
            return one.matched_count + (1 if one.upserted_id is not None else 0)
        many = await self._db[collection].update_many(query, update, session=session)
        return many.matched_count
