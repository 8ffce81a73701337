"""What can be asked about sessions with one participant."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from common.contracts.sessions import HandOverReceived, SessionPlanned
from common.fold import collection_of
from common.mongo import Database, IndexModel
from scheduling.domain.appointment import Appointment

INDEXES: Mapping[str, Sequence[IndexModel]] = {
    collection_of(Appointment): [IndexModel([("state.planned.participant_id", 1)])]
}


class PlannedSession(BaseModel):
    """A session, whether it was cancelled, and what the receiver said of a hand-over."""

    version: int
    planned: SessionPlanned
    cancelled: bool
    received: HandOverReceived | None


async def session_seen(database: Database, session_id: str) -> tuple[Appointment, int]:
    """A session as it is stored, and its version; nothing known of it where there is none."""
    stored = await database.get(collection_of(Appointment), session_id)
    if stored is None:
        return Appointment(id=session_id), 0
    return Appointment.model_validate(stored["state"]), stored["version"]


async def session(database: Database, session_id: str) -> PlannedSession:
    """One session; raises NotFound where nobody planned it."""
    appointment, version = await session_seen(database, session_id)
    return _shown(appointment, version)


async def sessions_of(database: Database, participant_id: str, first: datetime, last: datetime) -> list[PlannedSession]:
    """What is planned with one participant in a period, in order, also what was cancelled."""
    query: dict[str, Any] = {"state.planned.participant_id": participant_id}
    found = await database.find(collection_of(Appointment), query)
    shown = [_shown(Appointment.model_validate(one["state"]), one["version"]) for one in found]
    within = [one for one in shown if first <= one.planned.starts_at < last]
    return sorted(within, key=lambda one: (one.planned.starts_at, one.planned.session_id))


def _shown(appointment: Appointment, version: int) -> PlannedSession:
    return PlannedSession(
        version=version,
        planned=appointment.plan,
        cancelled=appointment.cancelled,
        received=appointment.received,
    )
