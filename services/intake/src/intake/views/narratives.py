"""What intake can answer of case narratives: those of one participant, and those that may be told."""

from datetime import datetime
from typing import Any

from common.contracts.narratives import NarrativeOutcome, NarrativePurpose
from common.mongo import Database
from intake.domain.episode import Rules
from intake.domain.narratives import Narrative, Narratives, OnRecord
from intake.domain.outcomes import courses
from intake.views import whole_episode
from intake.views.care import age_basis

NAMED = ("primary_therapist", "referral_id", "episode_id")
"""Ids an episode knows its people and papers by."""


async def on_record(database: Database, id: str, rules: Rules, now: datetime) -> OnRecord:
    """What is known around a participant's narratives: names and ids on record, and the age basis."""
    birth_date, state, _ = await age_basis(database, id) or (None, "", id)
    person = await database.get("people", id) or {}
    names = {person.get("given_name") or "", person.get("family_name") or ""}
    today = now.astimezone(rules.zone).date()
    return OnRecord(names, await _ids(database, id), birth_date, state, rules.care.consent, today)


async def _ids(database: Database, id: str) -> set[str]:
    episode, team, consents = [await database.get(kind, id) for kind in ("episode", "careteam", "consents")]
    ids = {id, *(episode["state"].get(name) or "" for name in NAMED)} if episode else {id}
    ids |= {one["staff_id"] for one in team["state"]["members"].values()} if team else set()
    ids |= {one["supporter_id"] for one in consents["state"]["releases"].values()} if consents else set()
    return ids - {""}


async def narratives_of(database: Database, id: str) -> Narratives:
    """The narratives of one participant."""
    found = await database.get("narratives", id)
    return Narratives.model_validate(found["state"]) if found else Narratives(id=id)


async def own(database: Database, id: str, record: OnRecord) -> dict[str, Any]:
    """Consent and narratives of one participant, each with what in it still looks like an identifier."""
    known = await narratives_of(database, id)
    return {
        "consent": known.consent.model_dump(mode="json") if known.consent else None,
        "stands": known.stands(record),
        "narratives": [_drafted(one, record) for one in known.narratives.values()],
    }


def _drafted(one: Narrative, record: OnRecord) -> dict[str, Any]:
    found = [finding.model_dump(mode="json") for finding in one.found(record)]
    return {
        **one.model_dump(mode="json", exclude={"approved"}),
        "approved": one.approved is not None,
        "findings": found,
    }


async def outcomes_of(database: Database, id: str, rules: Rules) -> list[NarrativeOutcome]:
    """The table of outcomes of one participant, without a date."""
    episode = await whole_episode(database, id)
    found = courses(episode.evidence, rules) if episode else ()
    return [NarrativeOutcome.model_validate(one.model_dump()) for one in found if one.weeks]


async def told(database: Database, purpose: NarrativePurpose, rules: Rules, now: datetime) -> list[dict[str, Any]]:
    """Every narrative approved for a purpose whose consent stands: words and outcomes, and nobody's id. Rule: IN-N6."""
    rows = await database.find("narratives", {"state.consent.purposes": purpose.value}, sort=[("_id", 1)])
    items: list[dict[str, Any]] = []
    for known in (Narratives.model_validate(row["state"]) for row in rows):
        if known.stands(await on_record(database, known.id, rules, now)):
            items += [_told(one) for one in known.narratives.values() if one.approved and not one.withdrawn]
    return sorted(items, key=lambda item: str(item["id"]))


def _told(one: Narrative) -> dict[str, Any]:
    outcomes = one.approved.outcomes if one.approved else ()
    return {"id": one.id, "words": one.words, "outcomes": [line.model_dump(mode="json") for line in outcomes]}
