"""One transaction per batch: load, decide in memory, write state, journal, inbox and timers together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from common.batch import Batch
from common.clock import Clock
from common.fold import Fold, Key, Loaded, collection_of, keys_of
from common.inbox import Position, envelope_of, position_of
from common.journal import Journal, Journalled
from common.limit import ParkingLimit
from common.memory import Memory, Recall, Stale
from common.mongo import Database, DeleteOne, IndexModel, ReplaceOne, Session, UpdateOne, Write
from common.service import Service
from common.taking import Preloaded, Taken, interpret
from common.units import Act, Delivery, Due, Outcome, Unit

INDEXES: dict[str, Sequence[IndexModel]] = {
    "journal": [],
    "outbox": [IndexModel([("shard", 1), ("_id", 1)])],
    "positions": [],
    "held": [IndexModel([("position", 1), ("sequence", 1)])],
    "parked": [IndexModel([("state", 1), ("position", 1), ("sequence", 1)])],
    "timers": [IndexModel([("due_at", 1)])],
    "sequences": [IndexModel([("changed_at", 1)])],
    "answers": [],
    "quarantine": [],
    "leases": [],
}
REPLAY_LIMIT = 200
"""Parked messages tried per replay command, so that one transaction stays small."""


class Store:
    """The service's own database, seen as one verb: `commit`."""

    def __init__(self, service: Service, database: Database, clock: Clock, site: str) -> None:
        self.service = service
        self.database = database
        self._clock = clock
        self._journal = Journal(database, service.source, site)
        self._memory = Memory()
        self._limit = ParkingLimit()

    async def prepare(self) -> None:
        """Create collections and indexes before any traffic."""
        own = {collection_of(kind): () for kind in self.service.aggregates}
        await self.database.prepare({**INDEXES, **own, **self.service.indexes})

    async def commit(self, units: Sequence[Unit]) -> Outcome:
        """Let every unit happen once, in order, in one transaction.

        A message that is wrong is parked inside it; an act that is refused is answered with the refusal.
        Raises ParkingTooMuch where that would go too far: then nothing happened. Raises what the database
        raises: then nothing happened, or everything (its commit is unknown).
        """
        now = self._clock.now()
        taken = [interpret(self.service, unit, now) for unit in units]
        while True:
            try:
                outcome = await self._transact(Recall(self._memory), taken, now)
            except Stale:
                continue
            self._limit.note(outcome.newly_parked, outcome.applied)
            return outcome

    async def _transact(self, recall: Recall, taken: Sequence[Taken], now: datetime) -> Outcome:
        try:
            outcome = await self.database.transaction(lambda session: self._attempt(session, recall, taken, now))
        except BaseException:
            recall.forget()
            raise
        recall.keep()
        return outcome

    async def _attempt(self, session: Session, recall: Recall, taken: Sequence[Taken], now: datetime) -> Outcome:
        loaded = await self._preload(session, recall, taken, now)
        keys: set[Key] = set()
        for one in (*taken, *loaded.waiting()):
            keys |= keys_of(one.effects)
        fold = Fold(self.service, await self._load(session, recall, keys))
        batch = Batch(fold, loaded, now)
        try:
            for one in taken:
                batch.take(one)
        finally:  # a decision that an old memory broke says nothing: Stale comes first
            await self._still_so(session, recall, fold)
        self._limit.check(batch.outcome.newly_parked, batch.outcome.applied)
        batch.outcome.journalled, ends = await self._write(session, recall, fold, batch, now)
        recall.learn(fold.states, loaded.positions(), ends)
        return batch.outcome

    async def _preload(self, session: Session, recall: Recall, taken: Sequence[Taken], now: datetime) -> Preloaded:
        positions: dict[str, Position] = {}
        await self._read(session, recall, positions, {key for one in taken for key in one.positions()})
        held = await self._waiting(session, "held", [key for key, position in positions.items() if position.held])
        waiting = {doc["_id"]: interpret(self.service, Delivery(envelope_of(doc)), now) for doc in held}
        orders = {key for one in (*taken, *waiting.values()) for key in one.operated_positions()}
        await self._read(session, recall, positions, orders)
        parked = [doc for key in sorted(orders) for doc in await self._waiting(session, "parked", [key], REPLAY_LIMIT)]
        return Preloaded(
            positions,
            held=waiting,
            parked={doc["_id"]: interpret(self.service, Delivery(envelope_of(doc)), now) for doc in parked},
            answers=await self._by_id(
                session, "answers", {o.unit.key for o in taken if isinstance(o.unit, Act) and o.unit.key}
            ),
            timers=await self._by_id(session, "timers", {o.unit.id for o in taken if isinstance(o.unit, Due)}),
        )

    async def _read(self, session: Session, recall: Recall, into: dict[str, Position], keys: set[str]) -> None:
        """Add the positions with these keys that are not there yet."""
        into |= recall.recall_positions(keys - into.keys())
        found = await self._by_id(session, "positions", keys - into.keys())
        into |= {key: position_of(doc) for key, doc in found.items()}

    async def _waiting(
        self, session: Session, collection: str, positions: Sequence[str], limit: int = 0
    ) -> list[dict[str, Any]]:
        """What is held or parked at these positions, in order."""
        if not positions:
            return []
        query = {"position": {"$in": positions}} | ({"state": "parked"} if collection == "parked" else {})
        return await self.database.find(collection, query, session=session, sort=[("sequence", 1)], limit=limit)

    async def _by_id(self, session: Session, collection: str, ids: set[str]) -> dict[str, dict[str, Any]]:
        if not ids:
            return {}
        found = await self.database.find(collection, {"_id": {"$in": sorted(ids)}}, session=session)
        return {doc["_id"]: doc for doc in found}

    async def _load(self, session: Session, recall: Recall, keys: set[Key]) -> dict[Key, Loaded]:
        states = recall.recall_states(keys)
        unknown = keys - states.keys()
        for kind in {kind for kind, _ in unknown}:
            ids = {id for k, id in unknown if k is kind}
            found = await self._by_id(session, collection_of(kind), ids)
            for id in ids:
                doc = found.get(id)
                state = kind.model_validate(doc["state"]) if doc else kind(id=id)
                states[kind, id] = Loaded(state, doc["version"] if doc else 0)
        return states

    async def _still_so(self, session: Session, recall: Recall, fold: Fold) -> None:
        """Look at the versions of what was remembered and is not written; raises Stale if one moved on."""
        read = {key: seen for key, seen in recall.states.items() if key in fold.states and not fold.states[key].changed}
        for kind in {kind for kind, _ in read}:
            versions = {id: loaded.version for (k, id), loaded in read.items() if k is kind}
            query = {"_id": {"$in": list(versions)}}
            found = await self.database.find(collection_of(kind), query, session=session, fields={"version": 1})
            if versions != {doc["_id"]: doc["version"] for doc in found}:
                raise Stale(collection_of(kind))

    async def _write(
        self, session: Session, recall: Recall, fold: Fold, batch: Batch, now: datetime
    ) -> tuple[Journalled, dict[str, int]]:
        for collection, some in _versioned(fold, batch).items():
            written = await self.database.write(collection, some, session=session)
            if written.touched != len(some):
                raise Stale(collection)
        for collection, some in _others(fold, batch).items():
            await self.database.write(collection, some, session=session, ordered=True)
        journalled, ends = await self._journal.write(session, recall, fold.outgoing, now)
        return journalled | await self._journal.send_again(session, batch.resends), ends


def _versioned(fold: Fold, batch: Batch) -> dict[str, list[Write]]:
    """The writes that each name the version they rest on, by collection: aggregates and inbox positions."""
    writes: dict[str, list[Write]] = {"positions": [position.write() for position in batch.loaded.positions()]}
    for (kind, id), loaded in fold.states.items():
        if loaded.changed:
            writes.setdefault(collection_of(kind), []).append(_state_write(id, loaded))
    return writes


def _others(fold: Fold, batch: Batch) -> dict[str, list[Write]]:
    """All other writes but the journal's, by collection, in order."""
    timers: list[Write] = [
        ReplaceOne({"_id": id}, timer, upsert=True) if timer else DeleteOne({"_id": id})
        for id, timer in fold.timers.items()
    ]
    writes = batch.writes()
    writes["timers"] = timers + writes["timers"]
    for record in fold.records:
        writes.setdefault(record.view, []).append(UpdateOne({"_id": record.id}, record.update, upsert=True))
    return writes


def _state_write(id: str, loaded: Loaded) -> Write:
    document = {"_id": id, "version": loaded.version + 1, "state": loaded.state.model_dump(mode="json")}
    return ReplaceOne({"_id": id, "version": loaded.version}, document, upsert=loaded.version == 0)
