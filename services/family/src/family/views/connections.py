"""The connection map, kept apart: who may read it, and how it is or was."""

from datetime import datetime
from typing import Any

from common.change import Record
from common.mongo import Database
from family.domain.connections import Connection

KEPT = 200
"""ASSUMED: the newest ratings of one connection that are kept."""


def map_entry(participant_id: str, connection_id: str, connection: Connection | None, at: datetime) -> Record:
    """One connection as it is seen from now on; None takes it off the map. Rules: FA-N6, FA-N8."""
    seen = {"at": at, "connection": connection.model_dump(mode="json") if connection else None}
    update = {
        "$set": {"participant_id": participant_id, "connection_id": connection_id},
        "$push": {"history": {"$each": [seen], "$slice": -KEPT}},
    }
    return Record("connections", f"{participant_id}|{connection_id}", update)


def map_readers(participant_id: str, therapist_may_see: bool) -> Record:
    """Whether the therapist, whoever that is, may see the map. Rule: FA-N6."""
    return Record("mapreaders", participant_id, {"$set": {"therapist_may_see": therapist_may_see}})


async def may_see_map(database: Database, participant_id: str, staff: str) -> bool:
    """Whether this member of staff is the therapist, and the participant agrees. Rule: FA-N6."""
    known = await database.get("mapreaders", participant_id) or {}
    return bool(known.get("therapist_may_see")) and known.get("therapist") == staff


async def map_of(database: Database, participant_id: str, as_of: datetime) -> dict[str, Any]:
    """The map as it was at an instant, in the order in which connections came onto it. Rule: FA-N8."""
    rows = await database.find("connections", {"participant_id": participant_id})
    known = await database.get("mapreaders", participant_id) or {}
    seen = [(row, [one for one in row["history"] if one["at"] <= as_of]) for row in rows]
    shown = [
        {"connection_id": row["connection_id"], "since": past[-1]["at"], **past[-1]["connection"]}
        for row, past in sorted(seen, key=lambda one: (one[0]["history"][0]["at"], one[0]["connection_id"]))
        if past and past[-1]["connection"]
    ]
    return {"therapist_may_see": bool(known.get("therapist_may_see")), "connections": shown}
