"""Whom something was written about here of whom intake has said nothing: not yet, or an id is misspelt."""

from typing import Any

from common.fold import collection_of
from common.mongo import Database
from family.domain.alumnus import Alumnus
from family.domain.network import SupportNetwork

KNOWN = "mapreaders"
"""A row with a therapist says that intake opened an episode. Rule: FA-N9."""


async def unheard_of(database: Database, limit: int) -> list[dict[str, Any]]:
    """The participants by id, in the order of their ids, and what of theirs stands here. Rule: FA-N9."""
    found: dict[str, list[str]] = {}
    for kind in (SupportNetwork, Alumnus):
        rows = await database.aggregate(collection_of(kind), _without_an_episode(limit))
        for row in rows:
            found.setdefault(row["_id"], []).append(kind.__name__)
    return [{"participant_id": id, "written": found[id]} for id in sorted(found)][:limit]


def _without_an_episode(limit: int) -> list[dict[str, Any]]:
    joined = {"from": KNOWN, "localField": "_id", "foreignField": "_id", "as": "known"}
    nobody = {"known.therapist": {"$exists": False}}
    return [{"$lookup": joined}, {"$match": nobody}, {"$project": {"_id": 1}}, {"$sort": {"_id": 1}}, {"$limit": limit}]
