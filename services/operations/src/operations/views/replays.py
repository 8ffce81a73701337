"""What operations can answer about replays in bulk."""

from typing import Any

from common.change import NotFound
from common.contracts import SERVICES
from common.contracts.operations import ReplayPlace
from common.mongo import Database
from operations.domain.replays import BulkReplay, Status
from operations.views.rows import Row


class Place(Row):
    """One place of a run: messages that went through (in a dry run: would), that still wait, and the code why."""

    listener: str
    source: str
    topic: str
    about: str
    status: Status
    applied: int
    left: int
    code: str


class Run(Row):
    """One replay in bulk; `state` is running, finished, or after a cancel stopping and then cancelled."""

    id: str
    by: str
    per_second: float
    dry_run: bool
    state: str
    places: tuple[Place, ...]


async def places(database: Database, query: dict[str, Any]) -> list[ReplayPlace]:
    """Where open dead letters that match wait, in a steady order."""
    where = {name: f"${name}" for name in ReplayPlace.model_fields}
    known = {"state": "open", "listener": {"$in": SERVICES}}
    matching: dict[str, Any] = {"$match": {"$and": [known, query]}}
    found = await database.aggregate("deadletters", [matching, {"$group": {"_id": where}}, {"$sort": {"_id": 1}}])
    return [ReplayPlace.model_validate(row["_id"]) for row in found]


async def run(database: Database, id: str) -> Run:
    """One run as it stands; raises NotFound."""
    document = await database.get("bulkreplay", id)
    if document is None:
        raise NotFound("no-such-replay", "there is no replay in bulk with this id")
    found = BulkReplay.model_validate(document["state"])
    states = ("stopping", "cancelled") if found.cancelled else ("running", "finished")
    return Run(
        id=found.id,
        by=found.by,
        per_second=found.per_second,
        dry_run=found.dry_run,
        state=states[found.finished],
        places=tuple(
            Place(
                **item.place.model_dump(),
                status=found.status(item),
                applied=item.applied,
                left=item.left,
                code=item.reason,
            )
            for item in found.items
        ),
    )
