"""The only file that knows which Mongo driver is used: motor."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession
from pymongo import DeleteOne, IndexModel, InsertOne, ReadPreference, ReplaceOne, UpdateOne
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    PyMongoError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

__all__ = [
    "Database",
    "DeleteOne",
    "IndexModel",
    "InsertOne",
    "ReplaceOne",
    "Session",
    "UpdateOne",
    "is_outage",
]

Session = AsyncIOMotorClientSession
DatabaseError = PyMongoError
"""Whatever the database refuses or cannot do just now."""
Document = dict[str, Any]
Write = InsertOne[Document] | ReplaceOne[Document] | UpdateOne | DeleteOne
T = TypeVar("T")

DUPLICATE_KEY = 11000
PASSING = ("TransientTransactionError", "UnknownTransactionCommitResult")
SERVER_SELECTION_MS = 3000
"""How long a call waits for a primary before it counts as an outage."""


def is_outage(error: BaseException) -> bool:
    """Whether waiting and trying again can help: the database is away, or another writer was first."""
    if isinstance(error, (ConnectionFailure, ExecutionTimeout, DuplicateKeyError)):
        return True
    if isinstance(error, BulkWriteError):
        return {e.get("code") for e in error.details.get("writeErrors", [])} == {DUPLICATE_KEY}
    return isinstance(error, PyMongoError) and any(map(error.has_error_label, PASSING))


class Database:
    """One service's own database."""

    def __init__(self, uri: str, name: str) -> None:
        self._client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            uri, serverSelectionTimeoutMS=SERVER_SELECTION_MS, tz_aware=True, uuidRepresentation="standard"
        )
        self._db = self._client[name]

    async def ping(self) -> None:
        """Raise unless the database answers."""
        await self._db.command("ping")

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

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
        async with await self._client.start_session() as session:
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
        return await self._db[collection].aggregate(list(pipeline)).to_list(None)

    async def write(
        self,
        collection: str,
        writes: Sequence[Write],
        *,
        session: Session | None = None,
        ordered: bool = False,
    ) -> int:
        """Write in bulk; returns how many documents were matched, upserted, inserted or deleted."""
        if not writes:
            return 0
        done = await self._db[collection].bulk_write(list(writes), ordered=ordered, session=session)
        return done.matched_count + done.upserted_count + done.inserted_count + done.deleted_count

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

    async def take_lease(self, id: str, query: Document, update: Document | list[Document]) -> Document | None:
        """Change the one lease document `id` if it matches `query`; None if somebody else has it."""
        try:
            return await self._db["leases"].find_one_and_update(
                {"_id": id, **query}, update, upsert=True, return_document=True
            )
        except DuplicateKeyError:
            return None
