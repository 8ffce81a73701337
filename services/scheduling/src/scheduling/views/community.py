"""What scheduling can answer of community: events, welcomes that are asked for, and how one participant belongs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from common.contracts.words import GroupId, LevelOfCare
from common.fold import collection_of
from common.mongo import Database, IndexModel
from scheduling.domain.belonging import Belonging, Norms
from scheduling.domain.board import LevelBoard
from scheduling.domain.gathering import Gathering
from scheduling.domain.group import Group
from scheduling.handlers import WHEREABOUTS

EVENTS, PEOPLE, GROUPS = collection_of(Gathering), collection_of(Belonging), collection_of(Group)
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    EVENTS: [IndexModel([("state.coming", 1)])],
    PEOPLE: [IndexModel([("state.welcome_because", 1)])],
}


async def gathering_seen(database: Database, id: str) -> Gathering:
    """An event as it is stored; nothing known of it where there is none."""
    stored = await database.get(EVENTS, id)
    return Gathering.model_validate(stored["state"]) if stored else Gathering(id=id)


async def gatherings(database: Database, now: datetime) -> list[dict[str, Any]]:
    """Every event that is still to come, in order of time; how many come, and not who."""
    found = [Gathering.model_validate(row["state"]) for row in await database.find(EVENTS, {})]
    coming = sorted((one for one in found if one.plan.starts_at > now), key=lambda one: (one.plan.starts_at, one.id))
    return [_shown(one) for one in coming]


def _shown(one: Gathering) -> dict[str, Any]:
    return {**one.plan.model_dump(mode="json"), "cancelled": one.cancelled, "coming": len(one.coming)}


async def gathering(database: Database, id: str) -> dict[str, Any]:
    """One event with who comes, and what they need that it does not offer. Raises NotFound where there is none."""
    one = await gathering_seen(database, id)
    people = await _people(database, one.coming)
    needs = {who: set(known.needs) - set(one.plan.offers) for who, known in people.items()}
    lacking = {who: sorted(lacks) for who, lacks in needs.items() if lacks}
    return {**_shown(one), "participants": list(one.coming), "not_offered": lacking}


async def level_of(database: Database, who: str) -> LevelOfCare | None:
    """The level somebody is at, as intake said it last."""
    known = await database.get(WHEREABOUTS, who)
    return LevelOfCare(known["level"]) if known and known.get("level") else None


async def norms(database: Database, group_id: str) -> Norms:
    """The norms of a group."""
    stored = await database.get(collection_of(Norms), group_id)
    return Norms.model_validate(stored["state"]) if stored else Norms(id=group_id)


async def welcomes(database: Database) -> list[dict[str, Any]]:
    """Who is to be welcomed, since when and why, and in which groups by whom; who waits longest first."""
    rows = await database.find(PEOPLE, {"state.welcome_because": {"$ne": ""}}, sort=[("state.welcome_since", 1)])
    asked = [Belonging.model_validate(row["state"]) for row in rows]
    groups = [Group.model_validate(row["state"]) for row in await database.find(GROUPS, {"state.plans": {"$ne": []}})]
    boards = [LevelBoard.model_validate(row["state"]) for row in await database.find(collection_of(LevelBoard), {})]
    meeting = {g.id: g.plan.leader for g in groups if g.ended_at is None}
    sits = {g.id: {*g.members, *(who for board in boards for who in board.members(GroupId(g.id)))} for g in groups}
    return [
        {
            "participant_id": one.id,
            "because": one.welcome_because,
            "since": one.welcome_since,
            "groups": {id: leader for id, leader in meeting.items() if one.id in sits[id]},
        }
        for one in asked
    ]


async def belonging(database: Database, who: str, now: datetime) -> dict[str, Any]:
    """How one participant belongs: norms, buddies, needs, and the events they come to."""
    known = (await _people(database, [who])).get(who) or Belonging(id=who)
    found = [Gathering.model_validate(row["state"]) for row in await database.find(EVENTS, {"state.coming": who})]
    theirs = [_shown(one) for one in found if one.plan.starts_at > now]
    return {**known.model_dump(mode="json"), "gatherings": theirs}


async def _people(database: Database, who: Sequence[str]) -> dict[str, Belonging]:
    rows = await database.find(PEOPLE, {"_id": {"$in": list(who)}})
    return {row["_id"]: Belonging.model_validate(row["state"]) for row in rows}
