"""What intake can answer of a participant's care: the episode, releases, team, goals, safety plan and coverage."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from common.contracts.words import GoalId, ParticipantId, ReleaseScope
from common.mongo import Database
from intake.domain.authorisations import stands
from intake.domain.care_team import CareTeam
from intake.domain.consents import Consents
from intake.domain.coverage import Coverage, used
from intake.domain.coverage_watch import due_on
from intake.domain.episode import Rules
from intake.domain.goals import Goals
from intake.views import HIDDEN, page


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


async def goals_worked_on(database: Database, id: str) -> list[GoalId]:
    """The goals that both agreed to and that have not ended."""
    found = await database.get("goals", id)
    known = Goals.model_validate(found["state"]) if found else Goals(id=id)
    return [goal.id for goal in known.goals.values() if goal.shared and goal.outcome is None]


async def decisions_in_words(database: Database, id: str, transition_id: str) -> list[dict[str, Any]]:
    """What those who decided about one transition of this participant said in words, oldest first."""
    found = await database.get("decisions_in_words", transition_id)
    return [said for said in found["said"] if said["participant_id"] == id] if found else []


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
    return page([{"id": r["_id"], **_covered(Coverage.model_validate(r["state"]), rules, now)} for r in rows], limit)


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


async def age_basis(database: Database, participant_id: str) -> tuple[date, str, ParticipantId] | None:
    """By which birth date and state it is judged who may consent for somebody, and whose; None where nobody said."""
    found = await database.get("consents", participant_id)
    known = Consents.model_validate(found["state"]) if found else None
    if known is None or known.birth_date is None:
        return None
    return known.birth_date, known.state, known.age_of or ParticipantId(participant_id)
