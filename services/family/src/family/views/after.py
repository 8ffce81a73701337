"""After the program: contacts that wait for a word, who was together with whom, one's own ties, alumni groups."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from common.change import Record
from common.contracts.alumni import (
    AlumniCareEnded,
    AlumniContactDue,
    AlumniContactMade,
    TieEnded,
    TieFormed,
    TieWished,
    TieWishTakenBack,
)
from common.contracts.message import Contract
from common.contracts.words import GroupId, ParticipantId
from common.fold import collection_of
from common.mongo import Database, IndexModel
from family.domain.alumnus import STEPS, Alumnus, Left
from family.domain.tie import KEPT_FOR, Tie, tie_id

CONTACTS = "alumni_contacts"


def show_due(fact: AlumniContactDue) -> Iterable[Record]:
    """Somebody was written to; whether they were reached is to be noted."""
    row = {"participant_id": fact.participant_id, "step": fact.step, "said_at": fact.at, "reached": None}
    return (Record(CONTACTS, f"{fact.participant_id}|{fact.step}", {"$set": row}),)


def show_made(fact: AlumniContactMade) -> Iterable[Record]:
    """Somebody noted whether they were reached."""
    row = {"reached": fact.reached, "noted_by": fact.noted_by, "noted_at": fact.at}
    return (Record(CONTACTS, f"{fact.participant_id}|{fact.step}", {"$set": row}),)


def show_over(fact: AlumniCareEnded) -> Iterable[Record]:
    """Treatment goes on: nobody waits for a word any more."""
    return [Record(CONTACTS, f"{fact.participant_id}|{step}", {"$unset": {"said_at": ""}}) for step in STEPS]


def show_wished(fact: TieWished) -> Iterable[Record]:
    """One's own wish stands on one's own page."""
    return _side(fact, participant_id=fact.participant_id, other_id=fact.other_id, wished=True, wished_at=fact.at)


def show_formed(fact: TieFormed) -> Iterable[Record]:
    """Both wish it: now it stands on both pages."""
    return _side(fact, formed=True, formed_at=fact.at, notice_id=fact.notice_id)


def show_ended(fact: TieEnded | TieWishTakenBack) -> Iterable[Record]:
    """It stands there no more."""
    return _side(fact, wished=False, formed=False)


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    AlumniContactDue: show_due,
    AlumniContactMade: show_made,
    AlumniCareEnded: show_over,
    TieWished: show_wished,
    TieFormed: show_formed,
    TieEnded: show_ended,
    TieWishTakenBack: show_ended,
}
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    CONTACTS: [IndexModel([("reached", 1), ("said_at", 1)])],
    "ties": [IndexModel([("participant_id", 1)])],
    "attended": [IndexModel([("participant_id", 1), ("session_id", 1)]), IndexModel([("at", 1)])],
    "groups": (),
    "seats": [IndexModel([("participant_id", 1)])],
}


async def alumnus_of(database: Database, participant_id: str) -> dict[str, Any]:
    """One participant after treatment: since when, the contacts, whether they wanted no more."""
    stored = await database.get(collection_of(Alumnus), participant_id)
    one = Alumnus.model_validate(stored["state"]) if stored else Alumnus(id=participant_id)
    contacts = [{"step": step, **touch.model_dump(mode="json")} for step, touch in one.contacts.items()]
    return {"participant_id": participant_id, "ended_at": one.ended_at, "left": one.left, "contacts": contacts}


async def waiting_contacts(database: Database, limit: int) -> list[dict[str, Any]]:
    """Contacts of which nobody has noted yet whether the participant was reached, the longest first."""
    waits = {"reached": None, "said_at": {"$ne": None}}
    rows = await database.find(CONTACTS, waits, sort=[("said_at", 1), ("_id", 1)], limit=limit)
    return [{key: row[key] for key in ("participant_id", "step", "said_at")} for row in rows]


async def were_together(database: Database, one: str, other: str, now: datetime) -> bool:
    """Whether both were there at one session of a group at least, not too long ago. Rules: FA-A6, FA-A11."""
    there = {"there": True, "at": {"$not": {"$lt": now - KEPT_FOR}}}
    own = await database.find("attended", {"participant_id": one, **there}, fields={"session_id": 1})
    sessions = [row["session_id"] for row in own]
    query = {"participant_id": other, "session_id": {"$in": sessions}, **there}
    return bool(await database.find("attended", query, limit=1))


async def forget_sessions(database: Database, now: datetime) -> int:
    """Forget who was where when it matters no more; returns how many rows that were. Rule: FA-A11."""
    return await database.delete("attended", {"at": {"$lt": now - KEPT_FOR}})


async def ties_of(database: Database, participant_id: str) -> list[dict[str, Any]]:
    """The ties one participant wishes, and whether each stands; never what others wish. Rule: FA-A7."""
    rows = await database.find("ties", {"participant_id": participant_id, "wished": True}, sort=[("_id", 1)])
    return [{"with": row["other_id"], "in_touch": row.get("formed", False)} for row in rows]


async def what_they_leave(database: Database, participant_id: str) -> Left:
    """What somebody leaves: first how often they asked for a tie, so that whatever is asked later shows. Rule: FA-A10.

    Every tie there ever was comes with the notices about it that may still be on their way.
    """
    me = ParticipantId(participant_id)
    stored = await database.get(collection_of(Alumnus), me)
    asked = Alumnus.model_validate(stored["state"]).asked if stored else 0
    own = await database.find("ties", {"participant_id": me}, sort=[("_id", 1)])
    ids = [tie_id(me, row["other_id"]) for row in own]
    ties = [Tie.model_validate(row["state"]) for row in await database.find(collection_of(Tie), {"_id": {"$in": ids}})]
    others = tuple(ParticipantId(row["other_id"]) for row in own if row["wished"])
    notices = tuple(id for tie in ties for id in tie.underway(me))
    return Left(asked, others, tuple(await alumni_groups_of(database, me)), notices)


async def others_wished(database: Database, participant_id: str) -> list[ParticipantId]:
    """With whom this participant has, or wishes, a tie."""
    return [ParticipantId(row["with"]) for row in await ties_of(database, participant_id)]


async def alumni_groups_of(database: Database, participant_id: str) -> list[GroupId]:
    """The alumni groups in which somebody stands or waits. Rule: FA-A4."""
    seats = await database.find("seats", {"participant_id": participant_id, "taken": True})
    query = {"_id": {"$in": [seat["group_id"] for seat in seats]}, "alumni": True}
    return [GroupId(group["_id"]) for group in await database.find("groups", query)]


def _side(fact: TieWished | TieFormed | TieEnded | TieWishTakenBack, **row: Any) -> Iterable[Record]:
    return (Record("ties", f"{fact.participant_id}|{fact.other_id}", {"$set": row}),)
