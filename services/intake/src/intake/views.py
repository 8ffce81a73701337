"""What intake can answer: queries on its own database, and the read model of transitions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from common.change import Record
from common.contracts import intake as said
from common.contracts.message import Contract
from common.contracts.words import LevelOfCare, Priority
from common.mongo import Database, IndexModel
from intake.domain.referral import UNDECIDED, Referral
from intake.domain.waiting_list import Place, ordered

STATES: Mapping[type[said.TransitionEvent], str] = {
    said.TransitionSigned: "signed",
    said.TransitionApproved: "approved",
    said.TransitionHeld: "held",
    said.TransitionReady: "ready",
    said.TransitionDue: "confirming",
    said.TransitionRefused: "refused",
    said.TransitionStale: "stale",
    said.TransitionExpired: "expired",
    said.TransitionCompensating: "compensating",
    said.TransitionCompensated: "compensated",
    said.TransitionCompleted: "completed",
}
"""What a fact makes of a transition, in one word."""


def _begin(fact: said.TransitionProposed) -> Iterable[Record]:
    told = fact.model_dump(mode="json", exclude={"at", "transition_id"})
    begun = {**told, "state": "proposed", "proposed_at": fact.at, "state_since": fact.at}
    return [Record("transitions", fact.transition_id, {"$set": begun})]


def _move(fact: said.TransitionEvent) -> Iterable[Record]:
    moved: dict[str, Any] = {"state": STATES[type(fact)], "state_since": fact.at}
    if reason := getattr(fact, "reason", ""):
        moved["ended_because"] = reason
    return [Record("transitions", fact.transition_id, {"$set": moved})]


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    said.TransitionProposed: _begin,
    **dict.fromkeys(STATES, _move),
}
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    "referral": [IndexModel([("state.status", 1), ("state.priority", 1), ("state.received_at", 1)])],
    "transitions": [IndexModel([("participant_id", 1)]), IndexModel([("state", 1), ("state_since", -1)])],
}


async def referral(database: Database, id: str) -> Referral | None:
    """One referral, or None."""
    found = await database.get("referral", id)
    return Referral.model_validate(found["state"]) if found else None


async def referrals(database: Database, after: str, limit: int) -> dict[str, Any]:
    """A page of referrals by id."""
    rows = await database.find("referral", {"_id": {"$gt": after}}, sort=[("_id", 1)], limit=limit)
    return _page([row["state"] for row in rows], limit)


async def waiting_list(database: Database, level: LevelOfCare | None, at: datetime, limit: int) -> dict[str, Any]:
    """The first `limit` places of those who wait, of one level where it is named, and how many wait in all.

    A level is the one somebody was put on the list for, else the one asked for.
    """
    of_level = [{"state.waitlisted_for": level}, {"state.waitlisted_for": None, "state.requested_level": level}]
    undecided: dict[str, Any] = {"state.status": {"$in": list(UNDECIDED)}, **({"$or": of_level} if level else {})}
    rows: list[dict[str, Any]] = []
    for priority in Priority:
        said_or_not = [priority, None] if priority is Priority.ROUTINE else [priority]
        query = {**undecided, "state.priority": {"$in": said_or_not}}
        by_instant = [("state.received_at", 1), ("_id", 1)]
        rows += await database.find("referral", query, sort=by_instant, limit=limit) if len(rows) < limit else []
    known = {row["_id"]: Referral.model_validate(row["state"]) for row in rows}
    places = ordered((one.waiting() for one in known.values()), at)[:limit]
    items = [_place(place, known[place.waiting.referral_id]) for place in places]
    return {"items": items, "waiting": await database.count("referral", undecided), "at": at}


def _place(place: Place, referral: Referral) -> dict[str, Any]:
    contact = {"due_at": referral.contact_due_at, "made_at": referral.contact_at, "late": referral.contact_late}
    return {
        **place.model_dump(exclude={"waiting"}),
        **place.waiting.model_dump(),
        "level": referral.waitlisted_for or referral.requested_level,
        "status": referral.status,
        "questions": referral.questions,
        "contact": contact,
    }


async def episodes(database: Database, after: str, limit: int) -> dict[str, Any]:
    """A page of episodes by participant id, without their evidence."""
    rows = await database.find(
        "episode", {"_id": {"$gt": after}}, sort=[("_id", 1)], limit=limit, fields={"state.evidence": 0}
    )
    return _page([row["state"] for row in rows], limit)


async def episode(database: Database, id: str) -> dict[str, Any] | None:
    """One episode without its evidence, with the releases in force."""
    rows = await database.find("episode", {"_id": id}, fields={"state.evidence": 0})
    if not rows:
        return None
    consents = await database.get("consents", id)
    state = consents["state"] if consents else {"releases": {}, "revoked": []}
    active = [release for rid, release in sorted(state["releases"].items()) if rid not in state["revoked"]]
    return {**rows[0]["state"], "version": rows[0]["version"], "releases": active}


async def transitions(database: Database, query: dict[str, Any]) -> list[dict[str, Any]]:
    """Transitions that match, in the order they were proposed, at most 500."""
    rows = await database.find("transitions", query, sort=[("proposed_at", -1)], limit=500)
    return [{"transition_id": row.pop("_id"), **row} for row in reversed(rows)]


def _page(items: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    return {"items": items, "next": items[-1]["id"] if len(items) == limit else None}
