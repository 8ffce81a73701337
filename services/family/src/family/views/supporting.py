"""What one supporter may know now, and what is theirs; nothing at all without a release that stands."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from common.contracts.part2 import part2_notice
from common.contracts.words import ReleaseScope, SupporterId
from common.fold import collection_of
from common.mongo import Database
from family.domain.engagement import PARTICIPANT, Agreement
from family.domain.learning import TOGETHER
from family.domain.meetings import TAKING_PART
from family.domain.network import MeetingState, SupportNetwork
from family.domain.permission import permission
from family.domain.program import Program
from family.domain.releases import Release
from family.domain.supporting import must_be_open
from family.views.engagement import Lesson, lessons_heard, read_work
from family.views.measures import MEASURES

Rows = list[dict[str, Any]]
IN_PLAN = {"version", "session_types", "goals", "agreed_with_supporter", "active"}
"""Of a plan; how ready we think they are, and what is in the way, is for the care team."""


async def shared_with(
    database: Database, participant_id: str, who: SupporterId, program: Program, now: datetime
) -> dict[str, Any]:
    """All of it, each part under the release it rests on, with what 42 CFR 2.32 asks for. Rules: FA-W2, FA-W4, FA-W6.

    Raises NotEntitled where none stands.
    """
    network, shown, words = await read_work(database, participant_id)
    must_be_open(network, who, now)
    work = network.engagement.of(who)
    return {
        "releases": _releases(network, who, now),
        "part2": _part2(network, who, now),
        "plan": work.plan.model_dump(mode="json", include=IN_PLAN) if work.plan else None,
        "aims": {"goals": list(work.aims), "words": words.get(f"aims:{who}", [])[-1:]},
        "modules": list(work.modules),
        "lessons": lessons_heard(network, who, shown.get("lessons", []), program, now),
        "validations": _own(shown.get("validations", []), who, "level", "at"),
        "home_practices": _practices(network, who, shown.get("practised", []), program, now),
        "home_agreement": _agreement(network, network.engagement.agreement, who, words, now),
        "home_agreement_in_force": _agreement(network, network.engagement.in_force, who, words, now),
        "talks": _talks(network, who, now),
        "home_climate": _own(shown.get("home_climate", []), who, "rating", "rated_at"),
        "due": [t.measure for t in network.turns.coming(program.measures) if t.who == who and t.due_at <= now],
        "measures": await _answers(database, participant_id, who),
    }


async def was_named(database: Database, participant_id: str, who: SupporterId) -> bool:
    """Whether this participant ever named this supporter, also where it is over. Rule: FA-W5."""
    stored = await database.get(collection_of(SupportNetwork), participant_id)
    return stored is not None and who in SupportNetwork.model_validate(stored["state"]).people()


def _may(network: SupportNetwork, who: SupporterId, wanted: Collection[ReleaseScope], now: datetime) -> bool:
    return not isinstance(permission(network, who, wanted, now), str)


def _own(rows: Rows, who: SupporterId, *fields: str) -> Rows:
    return [{field: row[field] for field in fields} for row in rows if row["supporter_id"] == who]


def _releases(network: SupportNetwork, who: SupporterId, now: datetime) -> Rows:
    shown = {"release_id", "scopes", "expires_on"}
    return [release.model_dump(mode="json", include=shown) for release in _standing(network, who, now)]


def _standing(network: SupportNetwork, who: SupporterId, now: datetime) -> list[Release]:
    return [one for one in network.releases.values() if one.supporter_id == who and one.stands(now)]


def _part2(network: SupportNetwork, who: SupporterId, now: datetime) -> Rows:
    """The statement for each consent that covers substance use, with what it covers. Rule: FA-W6."""
    told = (part2_notice(one.release_id, one.scopes, one.expires_on) for one in _standing(network, who, now))
    return [one.model_dump(mode="json") for one in told if one]


def _practices(
    network: SupportNetwork, who: SupporterId, practised: list[Lesson], program: Program, now: datetime
) -> Rows:
    """Theirs, with what they said of it and what the participant shares. Rule: FA-E4."""
    shown = [one for one in practised if one["supporter_id"] == who or (one["supporter_id"] is None and one["shared"])]
    return [
        {"practice_id": id, "skill": one.skill, "log": [entry for entry in shown if entry["practice_id"] == id]}
        for id, one in network.engagement.practices.items()
        if who in one.supporter_ids and _may(network, who, program.scopes_for(one.skill), now)
    ]


def _agreement(
    network: SupportNetwork, agreement: Agreement | None, who: SupporterId, words: dict[str, Any], now: datetime
) -> dict[str, Any] | None:
    if agreement is None or who not in agreement.supporter_ids or not _may(network, who, TOGETHER, now):
        return None
    text = [one for one in words.get("home-agreement", []) if one["version"] == agreement.version]
    waits = agreement.waits_for()
    said = {
        "version": agreement.version,
        "you_agreed": who not in waits,
        "participant_agreed": PARTICIPANT not in waits,
    }
    return {**said, "text": text[-1] if text else None}


def _talks(network: SupportNetwork, who: SupporterId, now: datetime) -> Rows:
    if not _may(network, who, TAKING_PART, now):
        return []
    return [
        {"transition_id": id, "starts_at": meeting.starts_at, "held_at": meeting.held_at}
        for id, meeting in network.meetings.items()
        if meeting.state is MeetingState.ARRANGED and who in meeting.supporter_ids
    ]


async def _answers(database: Database, participant_id: str, who: SupporterId) -> Rows:
    query = {"participant_id": participant_id, "supporter_id": who, "void": {"$ne": True}}
    rows = await database.find(MEASURES, query, sort=[("at", 1), ("_id", 1)])
    return [{field: row[field] for field in ("instrument", "score", "at")} for row in rows]
