"""What intake can answer: queries on its own database, and the read model of transitions."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from common.change import Record
from common.contracts import intake as said
from common.contracts import referrals as told
from common.contracts.absences import DecisionWorded
from common.contracts.message import Contract
from common.contracts.moves import ParticipantViewRecorded, TransitionDeferred
from common.contracts.words import LevelOfCare, ParticipantId, Priority
from common.mongo import Database, IndexModel
from intake.domain.duplicates import Pair, identity
from intake.domain.episode import Episode, Status
from intake.domain.history import History
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
IN_STATES = ("proposed", *STATES.values())


def _begin(fact: said.TransitionProposed) -> Iterable[Record]:
    known = fact.model_dump(mode="json", exclude={"at", "transition_id"})
    begun = {**known, "state": "proposed", "proposed_at": fact.at, "state_since": fact.at}
    return [Record("transitions", fact.transition_id, {"$set": begun})]


def _move(fact: said.TransitionEvent) -> Iterable[Record]:
    moved: dict[str, Any] = {"state": STATES[type(fact)], "state_since": fact.at}
    if reason := getattr(fact, "reason", ""):
        moved["held_because" if isinstance(fact, said.TransitionHeld) else "ended_because"] = reason
    return [Record("transitions", fact.transition_id, {"$set": moved})]


def _sign(fact: said.TransitionSigned) -> Iterable[Record]:
    despite = fact.model_dump(mode="json", include={"signed_by", "despite_opinions", "despite_reason"})
    kept = [Record("transitions", fact.transition_id, {"$push": {"signed_despite": despite}})]
    return [*_move(fact), *(kept if fact.despite_opinions else [])]


def _ask(fact: told.DuplicateSuspected) -> Iterable[Record]:
    pair = Pair(fact.participant_id, fact.other_participant_id)
    asked = {"participant_id": pair.participant_id, "other_participant_id": pair.other_participant_id}
    once = {**asked, "referral_id": fact.referral_id, "same": None, "asked_at": fact.at}
    return [Record("duplicates", pair.id, {"$setOnInsert": once, "$addToSet": {"agrees_on": fact.agrees_on}})]


def _answer(fact: told.DuplicateAnswered) -> Iterable[Record]:
    answer = {"same": fact.same, "decided_by": fact.decided_by, "reason": fact.reason, "answered_at": fact.at}
    return [Record("duplicates", Pair(fact.participant_id, fact.other_participant_id).id, {"$set": answer})]


def _know(fact: said.ContactRecorded) -> Iterable[Record]:
    return [Record("people", fact.participant_id, {"$set": fact.model_dump(mode="json", exclude={"participant_id"})})]


def _word(fact: DecisionWorded) -> Iterable[Record]:
    words = fact.model_dump(mode="json", exclude={"transition_id"})
    return [Record("decisions_in_words", fact.transition_id, {"$push": {"said": words}})]


def _defer(fact: TransitionDeferred) -> Iterable[Record]:
    return [Record("transitions", fact.transition_id, {"$set": {"deferred_until": fact.until}})]


def _view(fact: ParticipantViewRecorded) -> Iterable[Record]:
    return [Record("transitions", fact.transition_id, {"$set": {"participant_agrees": fact.agrees}})]


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    said.TransitionProposed: _begin,
    TransitionDeferred: _defer,
    ParticipantViewRecorded: _view,
    **dict.fromkeys(STATES, _move),
    said.TransitionSigned: _sign,
    DecisionWorded: _word,
    told.DuplicateSuspected: _ask,
    told.DuplicateAnswered: _answer,
    said.ContactRecorded: _know,
}
HIDDEN = {"state.evidence": 0, "state.tasks": 0, "state.reviews_held": 0}
"""What any staff does not see of an episode: who reviews care asks the policy's doors for it."""
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    "referral": [IndexModel([("state.status", 1), ("state.priority", 1), ("state.received_at", 1)])],
    "duplicates": [IndexModel([("participant_id", 1)]), IndexModel([("other_participant_id", 1)])],
    "transitions": [IndexModel([("participant_id", 1)]), IndexModel([("state", 1), ("state_since", -1)])],
}


async def knows(database: Database, participant_id: str) -> bool:
    """Whether somebody was ever referred under this id."""
    return await database.get("people", participant_id) is not None


async def referral(database: Database, id: str) -> Referral | None:
    """One referral, or None."""
    found = await database.get("referral", id)
    return Referral.model_validate(found["state"]) if found else None


async def referral_now(database: Database, id: str) -> dict[str, Any] | None:
    """One referral, its version, as whom they are taken in (`goes_by`) and may be known (`perhaps`); or None."""
    found = await database.get("referral", id)
    if found is None:
        return None
    who = found["state"]["participant_id"]
    known = identity(who, await pairs_around(database, who))
    stored = Referral.model_validate(found["state"]).model_dump(mode="json")
    return {**stored, "version": found["version"], "goes_by": known.participant_id, "perhaps": known.perhaps}


async def referrals(database: Database, after: str, limit: int) -> dict[str, Any]:
    """A page of referrals by id."""
    rows = await database.find("referral", {"_id": {"$gt": after}}, sort=[("_id", 1)], limit=limit)
    return page([row["state"] for row in rows], limit)


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
    pairs = await pairs_around(database, *(place.waiting.participant_id for place in places))
    items = [_place(place, known[place.waiting.referral_id], pairs) for place in places]
    return {"items": items, "waiting": await database.count("referral", undecided), "at": at}


def _place(place: Place, referral: Referral, pairs: Collection[Pair]) -> dict[str, Any]:
    who = identity(referral.participant_id, pairs)
    contact = {"due_at": referral.contact_due_at, "made_at": referral.contact_at, "late": referral.contact_late}
    return {
        **place.model_dump(exclude={"waiting"}),
        **place.waiting.model_dump(),
        "level": referral.waitlisted_for or referral.requested_level,
        "status": referral.status,
        "questions": referral.questions,
        "goes_by": who.participant_id,
        "perhaps": who.perhaps,
        "contact": contact,
    }


async def duplicates(
    database: Database, who: ParticipantId | None, open_only: bool, after: str, limit: int
) -> dict[str, Any]:
    """A page of questions whether two participants are the same, by id; about one of them, where one is named."""
    query: dict[str, Any] = {"_id": {"$gt": after}, **({"same": None} if open_only else {})}
    if who is not None:
        query["$or"] = [{"participant_id": who}, {"other_participant_id": who}]
    rows = await database.find("duplicates", query, sort=[("_id", 1)], limit=limit)
    return page([_question(row) for row in rows], limit)


async def duplicate(database: Database, id: str) -> dict[str, Any] | None:
    """One question with what was recorded of both, so that a person can compare them; or None."""
    row = await database.get("duplicates", id)
    if row is None:
        return None
    both = [row["participant_id"], row["other_participant_id"]]
    people = {one.pop("_id"): one for one in await database.find("people", {"_id": {"$in": both}})}
    return {**_question(row), "people": [{"participant_id": who, **people.get(who, {})} for who in both]}


async def pairs_around(database: Database, *some: ParticipantId) -> tuple[Pair, ...]:
    """Every pair of these, and of everybody they may be."""
    found: dict[str, Pair] = {}
    known, new = set(some), set(some)
    while new:
        either = [{"participant_id": {"$in": sorted(new)}}, {"other_participant_id": {"$in": sorted(new)}}]
        rows = await database.find("duplicates", {"$or": either})
        found |= {row["_id"]: Pair(row["participant_id"], row["other_participant_id"], row["same"]) for row in rows}
        new = {one for pair in found.values() for one in pair.both} - known
        known |= new
    return tuple(found.values())


def _question(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row.pop("_id"), **row}


async def episodes(database: Database, after: str, limit: int) -> dict[str, Any]:
    """A page of episodes by participant id, without what only reviewers see."""
    rows = await database.find("episode", {"_id": {"$gt": after}}, sort=[("_id", 1)], limit=limit, fields=HIDDEN)
    return page([row["state"] for row in rows], limit)


async def level_of(database: Database, id: str) -> LevelOfCare | None:
    """The level of care that is active, or None."""
    rows = await database.find("episode", {"_id": id}, fields={"state.level": 1})
    level = rows[0]["state"].get("level") if rows else None
    return LevelOfCare(level) if level else None


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
    return page(
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


def page(items: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    """What a list answers: the items, and the cursor of the next page where there may be one."""
    return {"items": items, "next": items[-1]["id"] if len(items) == limit else None}
