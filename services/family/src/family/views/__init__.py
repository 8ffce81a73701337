"""What family can answer: read models and queries on its own database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from common.change import Record
from common.contracts.family import FamilySessionHeld, HomeClimateRated, SupporterKeptSilent, SupporterToBeTold
from common.contracts.message import Contract
from common.contracts.network import MeetingInvitationWithdrawn
from common.fold import collection_of
from common.mongo import Database, IndexModel
from family.domain.meetings import TAKING_PART
from family.domain.network import SupportNetwork
from family.domain.permission import permission
from family.domain.talks import still_open
from family.domain.telling import notice_id
from family.views import after, measures, reports, told

MEETING = "transition-meeting"
SHOWN = 200
"""ASSUMED: sessions and ratings kept for the page of a participant; the journal keeps all."""


def show_session(fact: FamilySessionHeld) -> Iterable[Record]:
    """A session stands on the participant's page."""
    held = {"kind": fact.kind, "held_at": fact.at, "supporter_ids": list(fact.supporter_ids), "led_by": fact.led_by}
    held |= {"minutes": fact.minutes, "participant_present": fact.participant_present}
    return (Record("engagement", fact.participant_id, _append("sessions", held)),)


def show_climate(fact: HomeClimateRated) -> Iterable[Record]:
    """A rating stands on the participant's page."""
    rated = {"supporter_id": fact.supporter_id, "rating": fact.rating, "rated_at": fact.at}
    return (Record("engagement", fact.participant_id, _append("home_climate", rated)),)


def show_to_be_told(fact: SupporterToBeTold) -> Iterable[Record]:
    """Somebody is to hear; whether it was sent is filled in when notifications says so."""
    under = {"release_id": fact.release_id} if fact.release_id else {}
    return _telling(fact, outcome="to-be-told", **under)


def show_kept_silent(fact: SupporterKeptSilent) -> Iterable[Record]:
    """Somebody does not hear, and why."""
    return _telling(fact, outcome="kept-silent", reason=fact.reason)


def show_withdrawn(fact: MeetingInvitationWithdrawn) -> Iterable[Record]:
    """Somebody takes no part in a meeting after all, and why. Rules: FA-T5, FA-S5."""
    row = {
        "participant_id": fact.participant_id,
        "supporter_id": fact.supporter_id,
        "about": MEETING,
        "transition_id": fact.transition_id,
        "scope": TAKING_PART[0].value,
        "decided_at": fact.at,
        "outcome": "kept-silent",
        "reason": fact.reason,
    }
    return (Record("told", notice_id(MEETING, fact.transition_id, fact.supporter_id), {"$set": row}),)


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    FamilySessionHeld: show_session,
    HomeClimateRated: show_climate,
    SupporterToBeTold: show_to_be_told,
    SupporterKeptSilent: show_kept_silent,
    MeetingInvitationWithdrawn: show_withdrawn,
    **reports.PROJECTS,
    **after.PROJECTS,
    **measures.PROJECTS,
    **told.PROJECTS,
}
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    "engagement": (),
    "told": [
        IndexModel([("participant_id", 1), ("decided_at", 1)]),
        IndexModel([("decided_at", -1), ("_id", -1)]),
        IndexModel([("supporter_id", 1)]),
        IndexModel([("release_id", 1)]),
    ],
    "connections": [IndexModel([("participant_id", 1)])],
    "mapreaders": (),
    **reports.INDEXES,
    **after.INDEXES,
    **measures.INDEXES,
}


async def network_of(database: Database, participant_id: str, now: datetime) -> dict[str, Any]:
    """One participant's support network; empty where nobody was named yet.

    A meeting lists under `no_longer` the supporters who may not take part any more.
    """
    stored = await database.get(collection_of(SupportNetwork), participant_id)
    network = SupportNetwork.model_validate(stored["state"]) if stored else SupportNetwork(id=participant_id)
    engagement = await database.get("engagement", participant_id) or {}
    return {
        "participant_id": participant_id,
        "version": stored["version"] if stored else 0,
        "supporters": [{"supporter_id": id, "relationship": r} for id, r in network.supporters.items()],
        "held_back": sorted(network.held_back - network.ended),
        "relations_ended": sorted(network.ended),
        "releases": [
            {**release.model_dump(mode="json"), "stands": release.stands(now)} for release in network.releases.values()
        ],
        "meetings": _meetings(network, now),
        "alternative_support_plan": network.alternative_plan,
        "stand_ins": [one.model_dump(mode="json") for one in network.stand_ins],
        "sessions": engagement.get("sessions", []),
        "home_climate": engagement.get("home_climate", []),
    }


async def told_of(database: Database, participant_id: str) -> list[dict[str, Any]]:
    """Who was told what under which release, and who was kept silent and why, oldest first."""
    rows = await database.find("told", {"participant_id": participant_id}, sort=[("decided_at", 1), ("_id", 1)])
    return [{key: value for key, value in row.items() if key != "_id"} for row in rows]


def _meetings(network: SupportNetwork, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "transition_id": transition_id,
            **meeting.model_dump(mode="json", exclude={"withdrawn", "prepared"}),
            "open": still_open(network, transition_id),
            "no_longer": [
                *meeting.withdrawn,
                *(who for who in meeting.supporter_ids if isinstance(permission(network, who, TAKING_PART, now), str)),
            ],
        }
        for transition_id, meeting in network.meetings.items()
    ]


def _telling(fact: SupporterToBeTold | SupporterKeptSilent, **outcome: str) -> Iterable[Record]:
    row = {
        "participant_id": fact.participant_id,
        "supporter_id": fact.supporter_id,
        "about": fact.about,
        "transition_id": fact.transition_id,
        "scope": fact.scope.value,
        "decided_at": fact.at,
        **outcome,
    }
    id = notice_id(fact.about, fact.transition_id, fact.supporter_id)
    return (Record("told", id, {"$set": row}),)


def _append(what: str, entry: dict[str, Any]) -> dict[str, Any]:
    return {"$push": {what: {"$each": [entry], "$slice": -SHOWN}}}
