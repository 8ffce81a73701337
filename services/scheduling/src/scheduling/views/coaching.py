"""What can be asked about coaching calls and the on-call roster."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from common.change import NotFound, Record
from common.contracts.coaching import (
    CoachingAnswered,
    CoachingPurpose,
    CoachingRecorded,
    CoachingRequested,
    CoachingRoute,
    CoachingUnanswered,
)
from common.contracts.message import Contract
from common.contracts.words import LevelOfCare, ParticipantId, StaffId
from common.fold import collection_of
from common.mongo import Database, IndexModel
from common.web import Receipt
from scheduling.domain.coaching import Call, Coaching, Line, notice_of
from scheduling.domain.on_call import SITE, OnCall, Shift
from scheduling.handlers import SEEN, WHEREABOUTS

CRISIS_LINE, EMERGENCY = "988", "911"
"""Call or text, and call, in the United States. Source: facts 3.6."""
CALLS = "coachingcalls"
"""Read model by participant and call: whether it is open, whom it went to."""


class Told(Receipt):
    """What became of a call, and what to tell the participant in neutral words. Rules: SC-K1, SC-K3."""

    route: CoachingRoute
    to: str
    answer_by: datetime
    therapist_again_at: datetime | None
    crisis_line: str = CRISIS_LINE
    emergency: str = EMERGENCY
    words: str


class ShownCall(Call):
    """A call, and when the one it went to first saw that."""

    call_id: str
    seen_at: datetime | None


class CoachingOf(BaseModel):
    """One participant's calls, the newest first, and the pause."""

    participant_id: ParticipantId
    paused: bool
    paused_until: datetime | None
    calls: list[ShownCall]


class OpenCall(BaseModel):
    """A call nobody has answered yet."""

    participant_id: ParticipantId
    call_id: str
    asked_at: datetime
    purpose: CoachingPurpose
    route: CoachingRoute
    to: str


class RosterShift(Shift):
    """A shift and its id."""

    shift_id: str


class Roster(BaseModel):
    """Who is on call now, if anybody, and the shifts of a period."""

    now: StaffId | None
    shifts: list[RosterShift]


def _asked(fact: CoachingRequested) -> Iterable[Record]:
    seen = fact.model_dump(mode="json", include={"participant_id", "call_id", "purpose", "route", "to"})
    return [Record(CALLS, _key(fact), {"$set": {**seen, "asked_at": fact.at, "open": True}})]


def _told_again(fact: CoachingUnanswered) -> Iterable[Record]:
    return [Record(CALLS, _key(fact), {"$set": {"to": fact.to}})]


def _closed(fact: CoachingAnswered | CoachingRecorded) -> Iterable[Record]:
    return [Record(CALLS, _key(fact), {"$set": {"open": False}})]


def _key(fact: CoachingRequested | CoachingUnanswered | CoachingAnswered | CoachingRecorded) -> str:
    return f"{fact.participant_id}|{fact.call_id}"


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    CoachingRequested: _asked,
    CoachingUnanswered: _told_again,
    CoachingAnswered: _closed,
    CoachingRecorded: _closed,
}
INDEXES: Mapping[str, Sequence[IndexModel]] = {CALLS: [IndexModel([("open", 1), ("asked_at", 1)])], SEEN: []}


async def line_at(database: Database, participant_id: str, now: datetime) -> Line:
    """Who could answer this participant now."""
    known = await database.get(WHEREABOUTS, participant_id) or {}
    level = known.get("level")
    return Line(
        level=LevelOfCare(level) if level else None,
        therapist=known.get("therapist"),
        on_call=(await _on_call(database)).at(now),
    )


async def told(database: Database, participant_id: str, call_id: str, receipt: Receipt) -> Told:
    """What became of a call that was just asked for, or was before; raises NotFound for one long closed."""
    coaching = await _coaching(database, participant_id)
    if not (call := coaching.calls.get(call_id)):
        raise NotFound("call-forgotten", "this call was closed long ago; only the newest are remembered")
    again = coaching.paused_until if call.route is CoachingRoute.ON_CALL_PAUSE else None
    return Told(
        **receipt.model_dump(),
        route=call.route,
        to=call.to,
        answer_by=call.answer_by,
        therapist_again_at=again,
        words=_words(again),
    )


async def coaching_of(database: Database, participant_id: str, now: datetime) -> CoachingOf:
    """One participant's calls; none, where nobody ever asked for one."""
    coaching = await _coaching(database, participant_id)
    notices = {id: notice_of(id, call.to, 0) for id, call in coaching.calls.items()}
    seen = await database.find(SEEN, {"_id": {"$in": list(notices.values())}})
    at = {one["_id"]: one["seen_at"] for one in seen}
    shown = [
        ShownCall(call_id=id, seen_at=at.get(notices[id]), **call.model_dump()) for id, call in coaching.calls.items()
    ]
    return CoachingOf(
        participant_id=ParticipantId(participant_id),
        paused=coaching.paused_at(now),
        paused_until=coaching.paused_until,
        calls=sorted(shown, key=lambda call: call.asked_at, reverse=True),
    )


async def open_calls(database: Database) -> list[OpenCall]:
    """Every call nobody has answered yet, the oldest first."""
    found = await database.find(CALLS, {"open": True}, sort=[("asked_at", 1)])
    return [OpenCall.model_validate(one) for one in found]


async def roster(database: Database, now: datetime, first: datetime, last: datetime) -> Roster:
    """Who is on call, and the shifts that touch a period, in order."""
    on_call = await _on_call(database)
    touching = [(id, one) for id, one in on_call.shifts.items() if one.starts_at < last and one.ends_at > first]
    shifts = [RosterShift(shift_id=id, **one.model_dump()) for id, one in touching]
    return Roster(now=on_call.at(now), shifts=sorted(shifts, key=lambda one: one.starts_at))


async def _coaching(database: Database, participant_id: str) -> Coaching:
    stored = await database.get(collection_of(Coaching), participant_id)
    return Coaching.model_validate(stored["state"]) if stored else Coaching(id=participant_id)


async def _on_call(database: Database) -> OnCall:
    stored = await database.get(collection_of(OnCall), SITE)
    return OnCall.model_validate(stored["state"]) if stored else OnCall(id=SITE)


def _words(therapist_again_at: datetime | None) -> str:
    """Neutral: nobody is told that they did something wrong. Source: facts 3.6; A19."""
    words = (
        "Somebody from the team will get back to you soon. "
        f"If your life may be in danger, call or text {CRISIS_LINE}, or call {EMERGENCY}."
    )
    if therapist_again_at is None:
        return words
    return f"{words} Your sessions go on as planned; calls to your therapist are open again later."
