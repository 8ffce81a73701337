"""Who of the staff read a participant's record here: ids and instants."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from common.contracts.words import ParticipantId, StaffId
from common.mongo import Database, IndexModel

READS = "reads"
"""One document for each hour (UTC) in which one person read one page of one participant, kept without end."""
INDEXES: Mapping[str, Sequence[IndexModel]] = {READS: [IndexModel([("participant_id", 1), ("last_at", -1)])]}


async def note(database: Database, who: ParticipantId, by: StaffId, page: str, at: datetime) -> None:
    """Somebody of the staff read a page of a participant's record; before it is answered. Rule: IN-B1."""
    id = f"{who}|{by}|{page}|{at:%Y-%m-%dT%H}"
    first = {"participant_id": who, "by": by, "page": page, "first_at": at}
    seen = {"$setOnInsert": first, "$max": {"last_at": at}, "$inc": {"times": 1}}
    await database.update(READS, {"_id": id}, seen, upsert=True)


async def readers(database: Database, who: ParticipantId, before: datetime | None, limit: int) -> list[dict[str, Any]]:
    """Who read what of somebody's record and when, newest first. Rule: IN-B2."""
    query = {"participant_id": who, **({"last_at": {"$lt": before}} if before else {})}
    fields = {"_id": 0, "participant_id": 0}
    return await database.find(READS, query, sort=[("last_at", -1)], limit=limit, fields=fields)
