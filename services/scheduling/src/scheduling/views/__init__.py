"""What scheduling can answer: read models and queries on its own database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from common.change import NotFound, Record
from common.contracts.message import Contract
from common.contracts.words import GroupId, LevelOfCare, ParticipantId, SessionKind, StaffId, TransitionId
from common.fold import collection_of
from common.mongo import Database, IndexModel
from scheduling.domain.attendance import FirstAppointment, Schedule
from scheduling.domain.board import LevelBoard, Stage
from scheduling.domain.misses import COUNTED_KINDS, MissRules
from scheduling.handlers import WHEREABOUTS

PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {}
INDEXES: Mapping[str, Sequence[IndexModel]] = {WHEREABOUTS: []}


class HeldPlace(BaseModel):
    """A place that waits for somebody."""

    transition_id: TransitionId
    participant_id: ParticipantId


class Group(BaseModel):
    """A skills group, and who has or will have a seat in it."""

    group_id: GroupId
    seats: int
    members: list[ParticipantId]


class Level(BaseModel):
    """The board of one level of care; `places` None: no limit."""

    level: LevelOfCare
    version: int
    places: int | None
    occupied: list[ParticipantId]
    held: list[HeldPlace]
    waiting: list[ParticipantId]
    groups: list[Group]


class Misses(BaseModel):
    """Misses in a row of one kind; `limit` None: nobody counts at this level."""

    in_a_row: int
    limit: int | None
    out_of_program_proposed: bool


class Attendance(BaseModel):
    """What one participant attended: totals over the sessions remembered, in minutes."""

    participant_id: ParticipantId
    version: int
    level: LevelOfCare | None
    level_since: datetime | None
    on_leave: bool
    sessions: int
    attended: int
    planned_minutes: int
    attended_minutes: int
    misses: dict[SessionKind, Misses]
    first_appointments: dict[LevelOfCare, FirstAppointment]


async def levels(database: Database) -> list[Level]:
    """Every level that was ever set up or asked for, by its code."""
    found = await database.find(collection_of(LevelBoard), {}, sort=[("_id", 1)])
    return [_level(document) for document in found]


async def level(database: Database, code: LevelOfCare) -> Level:
    """One level; raises NotFound when it was never set up."""
    document = await database.get(collection_of(LevelBoard), code)
    if document is None:
        raise NotFound("level-not-set-up", "nobody has said how many places this level has")
    return _level(document)


async def attendance(database: Database, participant_id: str, rules: MissRules) -> Attendance:
    """One participant; raises NotFound when nothing was ever said about them."""
    stored = await database.get(collection_of(Schedule), participant_id)
    known = await database.get(WHEREABOUTS, participant_id)
    if stored is None and known is None:
        raise NotFound("participant-unknown", "scheduling never heard of this participant")
    schedule = Schedule.model_validate(stored["state"]) if stored else Schedule(id=participant_id)
    sessions, known = schedule.sessions.values(), known or {}
    return Attendance(
        participant_id=ParticipantId(participant_id),
        version=stored["version"] if stored else 0,
        level=known.get("level"),
        level_since=known.get("level_since"),
        on_leave=known.get("leave_from") is not None and known.get("leave_until") is None,
        sessions=len(sessions),
        attended=sum(s.counted_as_attended for s in sessions),
        planned_minutes=sum(s.planned_minutes for s in sessions),
        attended_minutes=sum(s.attended_minutes for s in sessions),
        misses={kind: _misses(schedule, kind, rules) for kind in COUNTED_KINDS},
        first_appointments=schedule.first_appointments,
    )


async def therapists_of(database: Database, participants: Sequence[str]) -> dict[str, StaffId]:
    """The primary therapist of each of these participants, as far as intake said one."""
    found = await database.find(WHEREABOUTS, {"_id": {"$in": list(participants)}})
    return {one["_id"]: StaffId(one["therapist"]) for one in found if one.get("therapist")}


async def on_leave_at(database: Database, participants: Sequence[str], at: datetime) -> set[str]:
    """Which of these participants were on an approved leave at an instant; only the newest leave is known."""
    until = [{"leave_until": None}, {"leave_until": {"$gt": at}}]
    query = {"_id": {"$in": list(participants)}, "leave_from": {"$lte": at}, "$or": until}
    return {document["_id"] for document in await database.find(WHEREABOUTS, query)}


def _level(document: dict[str, Any]) -> Level:
    board = LevelBoard.model_validate(document["state"])
    held = board.at_stage(Stage.HELD)
    return Level(
        level=board.level,
        version=document["version"],
        places=board.places,
        occupied=[claim.participant_id for claim in board.at_stage(Stage.OCCUPIED)],
        held=[HeldPlace(transition_id=c.transition_id, participant_id=c.participant_id) for c in held],
        waiting=[claim.participant_id for claim in board.at_stage(Stage.WAITING)],
        groups=[
            Group(group_id=group.group_id, seats=group.seats, members=board.members(group.group_id))
            for group in board.groups
        ],
    )


def _misses(schedule: Schedule, kind: SessionKind, rules: MissRules) -> Misses:
    in_a_row, limit = schedule.misses(kind, rules)
    return Misses(in_a_row=in_a_row, limit=limit, out_of_program_proposed=schedule.out_of_program(kind))
