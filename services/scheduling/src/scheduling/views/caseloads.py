"""Who is in whose care, and how much room there is."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from common.contracts.words import ParticipantId, StaffId
from common.fold import collection_of
from common.mongo import Database, IndexModel
from scheduling.domain.caseload import USUAL, Caseload
from scheduling.handlers import WHEREABOUTS

INDEXES: Mapping[str, Sequence[IndexModel]] = {WHEREABOUTS: [IndexModel([("therapist", 1)])]}


class ShownCaseload(BaseModel):
    """One clinician: who is in their care, how many may be, how many more (None: no limit), and if it is too many."""

    staff: StaffId
    participants: list[ParticipantId]
    at_most: int | None
    room: int | None
    over: bool


async def caseloads(database: Database) -> list[ShownCaseload]:
    """Every clinician who has somebody in their care or a limit of their own; the one with most room first.

    Rules: SC-W1, SC-W2.
    """
    found = await database.find(WHEREABOUTS, {"therapist": {"$gt": ""}}, sort=[("_id", 1)])
    limits = {one["_id"]: one["state"]["at_most"] for one in await database.find(collection_of(Caseload), {})}
    care: dict[str, list[ParticipantId]] = {staff: [] for staff in limits}
    for known in found:
        care.setdefault(known["therapist"], []).append(ParticipantId(known["_id"]))
    shown = [_shown(staff, participants, limits.get(staff, USUAL)) for staff, participants in care.items()]
    return sorted(shown, key=lambda one: (one.room is not None, -(one.room or 0), one.staff))


def _shown(staff: str, participants: list[ParticipantId], at_most: int | None) -> ShownCaseload:
    many = len(participants)
    room = None if at_most is None else max(0, at_most - many)
    over = at_most is not None and many > at_most
    return ShownCaseload(staff=StaffId(staff), participants=participants, at_most=at_most, room=room, over=over)
