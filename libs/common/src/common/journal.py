"""The journal: every fact said, for ever; and the outbox, which says what of it is still to be published."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import time_ns
from typing import Any
from uuid import uuid4
from zlib import crc32

from common.envelope import attributes_of, instant
from common.fold import Outgoing
from common.memory import Recall, Stale
from common.mongo import Database, Session, UpdateOne

SHARDS = 8
"""Parts of the outbox by subject, each published by one instance at a time; never change it while one runs."""
RESENT_AT_MOST = 5000
"""Messages sent again per request; who still misses some asks again."""

Row = dict[str, Any]
Journalled = Mapping[str, Sequence[Row]]
"""Outbox id -> the rows it says are to be published."""


def shard_of(subject: str) -> int:
    """The shard in which everything about a subject is published."""
    return crc32(subject.encode()) % SHARDS


def place_of(topic: str, subject: str, sequence: int) -> str:
    """The journal's id of a message: where it stands in its stream, so that one index serves order, ranges and ids."""
    return f"{topic}|{subject}|{sequence:012d}"


@dataclass(frozen=True, slots=True)
class Journal:
    """Writes what a transaction says. `source` and `site` are who speaks, and where."""

    database: Database
    source: str
    site: str

    async def write(
        self, session: Session, recall: Recall, outgoing: Sequence[Outgoing], now: datetime
    ) -> tuple[dict[str, list[Row]], dict[str, int]]:
        """Give every message its sequence and write it down; raises Stale if what we remember is out of date.

        Returns what is to be published, by outbox id, and how far each topic and subject is now.
        """
        if not outgoing:
            return {}, {}
        ends = await self._sequences(session, recall, outgoing)
        rows: list[Row] = []
        for out in outgoing:
            key = f"{out.topic}|{out.subject}"
            ends[key] += 1
            rows.append(self._row(out, ends[key], now))
        await self.database.insert("journal", rows, session=session)
        return await self._publish(session, rows), ends

    async def send_again(self, session: Session, ranges: Sequence[dict[str, Any]]) -> dict[str, list[Row]]:
        """Put ranges of the journal (queries) into the outbox once more.

        Their ends will be told again, for what is sent again may be lost again.
        """
        again: list[Row] = []
        for query in ranges:
            again += await self.database.find(
                "journal", query, session=session, sort=[("_id", 1)], limit=RESENT_AT_MOST
            )
        if again:
            moved = {"_id": {"$in": list({f"{row['topic']}|{row['subject']}" for row in again})}}
            await self.database.update("sequences", moved, {"$currentDate": {"changed_at": True}}, session=session)
        return await self._publish(session, again)

    async def _sequences(self, session: Session, recall: Recall, outgoing: Sequence[Outgoing]) -> dict[str, int]:
        """Count every topic and subject on; returns how far each was before."""
        counts = Counter(f"{out.topic}|{out.subject}" for out in outgoing)
        before = recall.recall_sequences(counts)
        writes = [_count_on(key, n, before.get(key)) for key, n in sorted(counts.items())]
        written = await self.database.write("sequences", writes, session=session)
        if written.touched != len(writes):
            raise Stale("sequences")
        before |= dict.fromkeys(written.new, 0)
        unknown = [key for key in counts if key not in before]
        if unknown:
            ends = await self.database.find("sequences", {"_id": {"$in": unknown}}, session=session)
            before |= {end["_id"]: end["last"] - counts[end["_id"]] for end in ends}
        return before

    async def _publish(self, session: Session, rows: Sequence[Row]) -> dict[str, list[Row]]:
        by_shard: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            by_shard[shard_of(row["subject"])].append(row)
        journalled = {_entry_id(): some for some in by_shard.values()}
        entries = [
            {"_id": id, "shard": shard_of(some[0]["subject"]), "rows": [row["_id"] for row in some]}
            for id, some in journalled.items()
        ]
        await self.database.insert("outbox", entries, session=session)
        return journalled

    def _row(self, out: Outgoing, sequence: int, now: datetime) -> Row:
        attributes = attributes_of(
            out.data,
            ce_id=out.id,
            ce_source=self.source,
            ce_subject=out.subject,
            ce_sequence=str(sequence),
            ce_time=instant(out.data.at),
            ce_recordedtime=instant(now),
            ce_correlationid=out.cause.correlation_id,
            ce_causationid=out.cause.id,
            ce_site=self.site,
            traceparent=out.cause.traceparent,
        )
        return {
            "_id": place_of(out.topic, out.subject, sequence),
            "topic": out.topic,
            "subject": out.subject,
            "sequence": sequence,
            "type": out.data.type_name(),
            "recorded_at": now,
            "attributes": attributes,
            "data": out.body.decode(),
        }


def _entry_id() -> str:
    """Older entries first, as far as clocks agree."""
    return f"{time_ns():020d}-{uuid4().hex[:12]}"


def _count_on(key: str, n: int, before: int | None) -> UpdateOne:
    topic, subject = key.split("|", 1)
    update = {"$inc": {"last": n}, "$currentDate": {"changed_at": True}}
    if before is not None:
        return UpdateOne({"_id": key, "last": before}, update)
    new = {"topic": topic, "subject": subject, "shard": shard_of(subject)}
    return UpdateOne({"_id": key}, {**update, "$setOnInsert": new}, upsert=True)
