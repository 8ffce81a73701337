"""What intake can answer: queries on its own database, and the read model of transitions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from common.change import Record
from common.contracts import intake as said
from common.contracts.message import Contract
from common.contracts.words import LevelOfCare, ReleaseScope
from common.mongo import Database, IndexModel
from intake.domain.authorisations import stands
from intake.domain.care_team import CareTeam
from intake.domain.consents import Consents
from intake.domain.coverage import Coverage, used
from intake.domain.coverage_watch import due_on
from intake.domain.episode import Episode, Rules, Status
from intake.domain.goals import Goals
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


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    said.TransitionProposed: _begin,
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


async def episode(database: Database, id: str, now: datetime) -> dict[str, Any] | None:
    """One episode without what only reviewers see, with the releases in force."""
    rows = await database.find("episode", {"_id": id}, fields=HIDDEN)
    if not rows:
        return None
    active = [told["release"] for told in await releases(database, id, now) if told["stands"] == "in-force"]
    return {**rows[0]["state"], "version": rows[0]["version"], "releases": active}


async def releases(database: Database, id: str, now: datetime) -> list[dict[str, Any]]:
    """Every release of one participant, and how it stands `now`, in one word."""
    found = await database.get("consents", id)
    consents = Consents.model_validate(found["state"]) if found else Consents(id=id)
    return [
        {"stands": consents.stands(release, now), "release": release.model_dump(mode="json")}
        for _, release in sorted(consents.releases.items())
    ]


async def care_team(database: Database, id: str, now: datetime, zone: ZoneInfo) -> dict[str, Any] | None:
    """Who cares for one participant `now`; None for somebody without an episode."""
    told = await episode(database, id, now)
    if told is None:
        return None
    found = await database.get("careteam", id)
    team = CareTeam.model_validate(found["state"]) if found else CareTeam(id=id)
    hand_over = told["hand_over"]
    return {
        "primary_therapist": told["primary_therapist"],
        "hand_over": hand_over if hand_over and not hand_over["ended"] else None,
        "members": [member.model_dump(mode="json") for member in team.on(now.astimezone(zone).date())],
        "supporters": list(dict.fromkeys(release["supporter_id"] for release in told["releases"])),
    }


async def goals(database: Database, id: str) -> dict[str, Any]:
    """The goals of one participant, and whether a life worth living is still to be asked for."""
    found = await database.get("goals", id)
    known = Goals.model_validate(found["state"]) if found else Goals(id=id)
    told = [{**goal.model_dump(mode="json"), "shared": goal.shared} for goal in known.goals.values()]
    return {"life_worth_living_missing": known.life_worth_living() is None, "goals": told}


async def safety_plan(database: Database, id: str, now: datetime) -> dict[str, Any] | None:
    """The safety plan in force, or None; of each supporter in it, whether a release lets them hear of it."""
    found = await database.get("safetyplan", id)
    if found is None:
        return None
    held = [told["release"] for told in await releases(database, id, now) if told["stands"] == "in-force"]
    may = {release["supporter_id"] for release in held if ReleaseScope.SAFETY_PLAN in release["scopes"]}
    return {**found["state"], "may_hear": {who: who in may for who in found["state"]["plan"]["supporters"]}}


async def coverage(database: Database, id: str, rules: Rules, now: datetime) -> dict[str, Any]:
    """Authorisations of one participant with units used, days that none covers, and certifications, as of `now`."""
    found = await database.get("coverage", id)
    return _covered(Coverage.model_validate(found["state"]) if found else Coverage(id=id), rules, now)


async def coverages(database: Database, rules: Rules, now: datetime, after: str, limit: int) -> dict[str, Any]:
    """A page of what `coverage` tells, by participant id, of everybody who stays at a level."""
    query = {"_id": {"$gt": after}, "state.stays": {"$elemMatch": {"until_on": None}}}
    rows = await database.find("coverage", query, sort=[("_id", 1)], limit=limit)
    return _page([{"id": r["_id"], **_covered(Coverage.model_validate(r["state"]), rules, now)} for r in rows], limit)


def _covered(known: Coverage, rules: Rules, now: datetime) -> dict[str, Any]:
    today = now.astimezone(rules.zone).date()
    spent = {level: used(known, level, today) for level in {a.level for a in known.authorisations.values()}}
    counts = {aid: count for counted, _ in spent.values() for aid, count in counted.items()}
    return {
        "authorisations": [
            {**a.model_dump(mode="json"), "used": counts.get(a.id, 0), "stands": stands(a, counts.get(a.id, 0), today)}
            for a in sorted(known.authorisations.values(), key=lambda a: (a.from_on, a.id))
        ],
        "not_authorised": {level: [day.isoformat() for day in days] for level, (_, days) in spent.items() if days},
        "certifications": [
            {
                "level": stay.level,
                "since": stay.from_on.isoformat(),
                "certified_on": known.certified.get(stay.level),
                "recertified_on": known.recertified.get(stay.level),
                "due_on": due.isoformat(),
                "overdue": due < today,
            }
            for stay in known.stays
            if stay.until_on is None and (due := due_on(known, stay.level, rules))
        ],
    }


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
    return _page(
        [{**row["state"]["tasks"], **{k: v for k, v in row["state"].items() if k != "tasks"}} for row in rows], limit
    )


async def transitions(database: Database, query: dict[str, Any]) -> list[dict[str, Any]]:
    """Transitions that match, in the order they were proposed, at most 500."""
    rows = await database.find("transitions", query, sort=[("proposed_at", -1)], limit=500)
    return [{"transition_id": row.pop("_id"), **row} for row in reversed(rows)]


def _page(items: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    return {"items": items, "next": items[-1]["id"] if len(items) == limit else None}
