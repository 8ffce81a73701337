"""What placement asks the store: who sat with whom, which groups meet, and what movers have planned."""

from collections.abc import Iterable, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from common.contracts.sessions import SessionPlanned
from common.contracts.words import GroupId, ParticipantId, SessionId
from common.fold import collection_of
from common.mongo import Database
from scheduling.domain.appointment import Appointment
from scheduling.domain.attendance import Schedule
from scheduling.domain.group import Group as Planned
from scheduling.domain.hours import Coverage
from scheduling.domain.placement.planned import joinable_group
from scheduling.domain.placement.problem import Group
from scheduling.views import Group as OnBoard
from scheduling.views import levels


async def sessions_attended(database: Database, participants: Iterable[str]) -> dict[ParticipantId, list[SessionId]]:
    """The sessions that each of these participants really attended, of those remembered."""
    found = await database.find(collection_of(Schedule), {"_id": {"$in": sorted(set(participants))}})
    return {
        ParticipantId(document["_id"]): [
            SessionId(id) for id, session in document["state"]["sessions"].items() if session["counted_as_attended"]
        ]
        for document in found
    }


async def groups_on_boards(database: Database) -> dict[GroupId, OnBoard]:
    """The groups of all levels, with their seats and who has one."""
    return {group.group_id: group for level in await levels(database) for group in level.groups}


async def groups_to_join(database: Database, first: date, zone: ZoneInfo) -> list[Group]:
    """Every planned group that meets in the weeks from `first` on and belongs to a level. Rule: SC-L13."""
    boards = await groups_on_boards(database)
    found = await database.find(collection_of(Planned), {"state.plans": {"$ne": []}})
    planned = [Planned.model_validate(one["state"]) for one in found]
    seated = {id: group.members for id, group in boards.items()}
    seen = [joinable_group(one, seated.get(GroupId(one.id), ()), first, zone) for one in planned]
    return [one for one in seen if one is not None]


async def own_sessions(database: Database, participants: Iterable[str]) -> Mapping[str, list[SessionPlanned]]:
    """What is planned with each of these participants and was not cancelled."""
    ids = sorted(set(participants))
    query = {"state.planned.participant_id": {"$in": ids}, "state.cancelled": {"$ne": True}}
    found = [
        Appointment.model_validate(o["state"]).plan for o in await database.find(collection_of(Appointment), query)
    ]
    return {who: [plan for plan in found if plan.participant_id == who] for who in ids}


async def coverages(database: Database, participants: Iterable[str]) -> Mapping[str, Coverage]:
    """Whose rule about hours holds for each of these participants, as far as somebody said."""
    found = await database.find(collection_of(Coverage), {"_id": {"$in": sorted(set(participants))}})
    return {one["_id"]: Coverage.model_validate(one["state"]) for one in found}
