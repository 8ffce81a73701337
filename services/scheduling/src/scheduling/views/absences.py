"""Whose absence a person is asked to look at."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel

from common.contracts.words import LevelOfCare, ParticipantId, StaffId
from common.fold import collection_of
from common.mongo import Database, IndexModel
from scheduling.domain.absence import absent_days
from scheduling.domain.attendance import Schedule
from scheduling.handlers import WHEREABOUTS

PEOPLE = collection_of(Schedule)
INDEXES: Mapping[str, Sequence[IndexModel]] = {PEOPLE: [IndexModel([("state.absence.said_at", 1)])]}


class AskedReview(BaseModel):
    """Somebody who was absent so many program days in a row that a person is to say what follows."""

    participant_id: ParticipantId
    level: LevelOfCare
    absent_days: int
    asked_at: datetime | None
    therapist: StaffId | None


async def absence_reviews(database: Database) -> list[AskedReview]:
    """Every absence nobody has decided about, the longest first; not of who has left care since. Rule: SC-M12."""
    query = {"state.absence.said_at": {"$gt": 0}, "state.absence.decision": None}
    found = [Schedule.model_validate(row["state"]) for row in await database.find(PEOPLE, query)]
    rows = await database.find(WHEREABOUTS, {"_id": {"$in": [one.id for one in found]}})
    known = {row["_id"]: row for row in rows}
    asked = []
    for one in found:
        (days, level), where = absent_days(one.sessions.values()), known.get(one.id, {})
        if level is not None and where.get("level", level) is not None:
            about = {"participant_id": one.id, "level": level, "absent_days": days}
            asked.append(AskedReview(**about, asked_at=one.absence.proposed_at, therapist=where.get("therapist")))
    return sorted(asked, key=lambda one: (-one.absent_days, one.participant_id))
