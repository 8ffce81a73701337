"""What intake can answer: queries on its own database, and the read model of transitions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from common.change import Record
from common.contracts import intake as said
from common.contracts.message import Contract
from common.contracts.moves import ParticipantViewRecorded, TransitionDeferred
from common.mongo import Database, IndexModel
from intake.domain.episode import Episode, Status
from intake.domain.history import History
from intake.domain.referral import Referral

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


def _defer(fact: TransitionDeferred) -> Iterable[Record]:
    return [Record("transitions", fact.transition_id, {"$set": {"deferred_until": fact.until}})]


def _view(fact: ParticipantViewRecorded) -> Iterable[Record]:
    return [Record("transitions", fact.transition_id, {"$set": {"participant_agrees": fact.agrees}})]


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    said.TransitionProposed: _begin,
    TransitionDeferred: _defer,
    ParticipantViewRecorded: _view,
    **dict.fromkeys(STATES, _move),
}
HIDDEN = {"state.evidence": 0, "state.tasks": 0, "state.reviews_held": 0}
"""What any staff does not see of an episode: who reviews care asks the policy's doors for it."""
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    "transitions": [IndexModel([("participant_id", 1)]), IndexModel([("state", 1), ("state_since", -1)])]
}


async def referral(database: Database, id: str) -> Referral | None:
    """One referral, or None."""
    found = await database.get("referral", id)
    return Referral.model_validate(found["state"]) if found else None


async def referrals(database: Database, after: str, limit: int) -> dict[str, Any]:
    """A page of referrals by id."""
    rows = await database.find("referral", {"_id": {"$gt": after}}, sort=[("_id", 1)], limit=limit)
    return _page([row["state"] for row in rows], limit)


async def episodes(database: Database, after: str, limit: int) -> dict[str, Any]:
    """A page of episodes by participant id, without what only reviewers see."""
    rows = await database.find("episode", {"_id": {"$gt": after}}, sort=[("_id", 1)], limit=limit, fields=HIDDEN)
    return _page([row["state"] for row in rows], limit)


async def episode(database: Database, id: str) -> dict[str, Any] | None:
    """One episode without what only reviewers see, with the releases in force."""
    rows = await database.find("episode", {"_id": id}, fields=HIDDEN)
    if not rows:
        return None
    consents = await database.get("consents", id)
    state = consents["state"] if consents else {"releases": {}, "revoked": []}
    active = [release for rid, release in sorted(state["releases"].items()) if rid not in state["revoked"]]
    return {**rows[0]["state"], "version": rows[0]["version"], "releases": active}


async def whole_episode(database: Database, id: str) -> Episode | None:
    """One episode with its evidence, for the rules to look at; None for a stranger."""
    found = await database.get("episode", id)
    return Episode.model_validate(found["state"]) if found else None


async def tasks(database: Database, after: str, limit: int) -> dict[str, Any]:
    """A page of participants in care of whom the policy asks something of people, with what it asks."""
    asked = [{f"state.tasks.{kind}.0": {"$exists": True}} for kind in ("reviews", "collect")]
    query = {"_id": {"$gt": after}, "state.status": {"$in": [Status.OPEN, Status.ON_LEAVE]}, "$or": asked}
    shown = {"state.id": 1, "state.level": 1, "state.primary_therapist": 1, "state.tasks": 1}
    rows = await database.find("episode", query, sort=[("_id", 1)], limit=limit, fields=shown)
    return _page(
        [{**row["state"]["tasks"], **{k: v for k, v in row["state"].items() if k != "tasks"}} for row in rows], limit
    )


async def history(database: Database, id: str) -> History | None:
    """The levels of one participant in both times, or None for a stranger."""
    rows = await database.find("episode", {"_id": id}, fields={"state.history": 1})
    return History.model_validate(rows[0]["state"].get("history", {})) if rows else None


async def transitions(database: Database, query: dict[str, Any]) -> list[dict[str, Any]]:
    """Transitions that match, in the order they were proposed, at most 500."""
    rows = await database.find("transitions", query, sort=[("proposed_at", -1)], limit=500)
    return [{"transition_id": row.pop("_id"), **row} for row in reversed(rows)]


def _page(items: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    return {"items": items, "next": items[-1]["id"] if len(items) == limit else None}
