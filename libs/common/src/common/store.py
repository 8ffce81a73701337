"""One transaction per batch: load, decide in memory, write state, journal, inbox and timers together."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from common.batch import Batch
from common.clock import Clock
from common.envelope import attributes_of, instant
from common.fold import Fold, Key, Loaded, Outgoing, collection_of, keys_of
from common.mongo import Database, DeleteOne, IndexModel, InsertOne, ReplaceOne, Session, UpdateOne, Write
from common.service import Service
from common.taking import Preloaded, Taken, interpret
from common.units import Act, Due, Outcome, Unit

INDEXES: dict[str, Sequence[IndexModel]] = {
    "journal": [
        IndexModel([("sent", 1), ("topic", 1), ("subject", 1), ("sequence", 1)]),
        IndexModel([("topic", 1), ("subject", 1), ("sequence", 1)], unique=True),
    ],
    "positions": [],
    "held": [IndexModel([("position", 1), ("sequence", 1)])],
    "parked": [IndexModel([("state", 1), ("position", 1), ("sequence", 1)])],
    "timers": [IndexModel([("due_at", 1)])],
    "sequences": [],
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
        self._site = site

    async def prepare(self) -> None:
        """Create collections and indexes before any traffic."""
        own = {collection_of(kind): () for kind in self.service.aggregates}
        await self.database.prepare({**INDEXES, **own, **self.service.indexes})

    async def commit(self, units: Sequence[Unit]) -> Outcome:
        """Let every unit happen once, in order, in one transaction.

        A message that is wrong is parked inside it; an act that is refused is answered with the refusal.
        Raises what the database raises: then nothing happened, or everything (its commit is unknown).
        """
        now = self._clock.now()
        taken = [interpret(self.service, unit, now) for unit in units]
        return await self.database.transaction(lambda session: self._attempt(session, taken, now))

    async def _attempt(self, session: Session, taken: Sequence[Taken], now: datetime) -> Outcome:
        loaded = await self._preload(session, taken, now)
        keys: set[Key] = set()
        for one in (*taken, *loaded.waiting()):
            keys |= keys_of(one.effects)
        fold = Fold(self.service, await self._load(session, keys))
        batch = Batch(fold, loaded, now)
        for one in taken:
            batch.take(one)
        await self._write(session, fold, batch, now)
        batch.outcome.said = len(fold.outgoing)
        return batch.outcome

    async def _preload(self, session: Session, taken: Sequence[Taken], now: datetime) -> Preloaded:
        wanted: set[str] = set()
        for one in taken:
            wanted |= one.positions()
        positions = await self._by_id(session, "positions", wanted)
        gapped = [key for key, doc in positions.items() if doc["held"]]
        held = (
            await self.database.find("held", {"position": {"$in": gapped}}, session=session, sort=[("sequence", 1)])
            if gapped
            else []
        )
        parked: list[dict[str, Any]] = []
        for one in taken:
            for key in one.operated_positions():
                parked += await self.database.find(
                    "parked",
                    {"state": "parked", "position": key},
                    session=session,
                    sort=[("sequence", 1)],
                    limit=REPLAY_LIMIT,
                )
        return Preloaded(
            self.service,
            positions,
            held,
            parked,
            answers=await self._by_id(
                session, "answers", {o.unit.key for o in taken if isinstance(o.unit, Act) and o.unit.key}
            ),
            timers=await self._by_id(session, "timers", {o.unit.id for o in taken if isinstance(o.unit, Due)}),
            now=now,
        )

    async def _by_id(self, session: Session, collection: str, ids: set[str]) -> dict[str, dict[str, Any]]:
        if not ids:
            return {}
        found = await self.database.find(collection, {"_id": {"$in": sorted(ids)}}, session=session)
        return {doc["_id"]: doc for doc in found}

    async def _load(self, session: Session, keys: set[Key]) -> dict[Key, Loaded]:
        states: dict[Key, Loaded] = {}
        for kind in {kind for kind, _ in keys}:
            ids = {id for k, id in keys if k is kind}
            found = await self._by_id(session, collection_of(kind), ids)
            for id in ids:
                doc = found.get(id)
                state = kind.model_validate(doc["state"]) if doc else kind(id=id)
                states[kind, id] = Loaded(state, doc["version"] if doc else 0)
        return states

    async def _write(self, session: Session, fold: Fold, batch: Batch, now: datetime) -> None:
        writes: dict[str, list[Write]] = {}
        for (kind, id), loaded in fold.states.items():
            if loaded.changed:
                writes.setdefault(collection_of(kind), []).append(_state_write(id, loaded))
        for record in fold.records:
            writes.setdefault(record.view, []).append(UpdateOne({"_id": record.id}, record.update, upsert=True))
        for timer_id, doc in fold.timers.items():
            write = ReplaceOne({"_id": timer_id}, doc, upsert=True) if doc else DeleteOne({"_id": timer_id})
            writes.setdefault("timers", []).append(write)
        for collection, extra in batch.writes().items():
            writes.setdefault(collection, []).extend(extra)
        writes["journal"] = await self._journal(session, fold.outgoing, now)
        for resend in batch.resends:
            await self.database.update("journal", resend, {"$set": {"sent": False}}, session=session)
        for collection, some in writes.items():
            await self.database.write(collection, some, session=session, ordered=True)

    async def _journal(self, session: Session, outgoing: Sequence[Outgoing], now: datetime) -> list[Write]:
        if not outgoing:
            return []
        counts = Counter(f"{out.topic}|{out.subject}" for out in outgoing)
        await self.database.write(
            "sequences",
            [UpdateOne({"_id": key}, _count_on(key, n), upsert=True) for key, n in sorted(counts.items())],
            session=session,
        )
        ends = await self._by_id(session, "sequences", set(counts))
        following = {key: ends[key]["last"] - n for key, n in counts.items()}
        writes: list[Write] = []
        for out in outgoing:
            key = f"{out.topic}|{out.subject}"
            following[key] += 1
            writes.append(InsertOne(self._row(out, following[key], now)))
        return writes

    def _row(self, out: Outgoing, sequence: int, now: datetime) -> dict[str, Any]:
        attributes = attributes_of(
            out.data,
            ce_id=out.id,
            ce_source=self.service.source,
            ce_subject=out.subject,
            ce_sequence=str(sequence),
            ce_time=instant(out.data.at),
            ce_recordedtime=instant(now),
            ce_correlationid=out.cause.correlation_id,
            ce_causationid=out.cause.id,
            ce_site=self._site,
            traceparent=out.cause.traceparent,
        )
        return {
            "_id": out.id,
            "topic": out.topic,
            "subject": out.subject,
            "sequence": sequence,
            "type": out.data.type_name(),
            "recorded_at": now,
            "attributes": attributes,
            "data": to_json(out.data).decode(),
            "sent": False,
        }


def _count_on(key: str, n: int) -> dict[str, Any]:
    return {"$inc": {"last": n}, "$setOnInsert": {"topic": key.split("|", 1)[0]}}


def _state_write(id: str, loaded: Loaded) -> Write:
    document = {"_id": id, "version": loaded.version + 1, "state": loaded.state.model_dump(mode="json")}
    return ReplaceOne({"_id": id, "version": loaded.version}, document, upsert=loaded.version == 0)
