"""The work with supporters, as the care team reads it, and as the participant does."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from common.change import Record
from common.contracts.message import Contract
from common.contracts.network import HomePracticeDone, ValidationPractised
from common.contracts.words import SkillModule, SupporterId
from common.fold import collection_of
from common.mongo import Database, IndexModel
from family.domain.engagement import Agreement, Work
from family.domain.learning import about_lesson
from family.domain.network import SupportNetwork, news_for
from family.domain.permission import permission
from family.domain.program import Program

Lesson = dict[str, Any]
KEPT = 200
"""ASSUMED: tries and entries kept for a page; the journal keeps all."""


def show_validation(fact: ValidationPractised) -> Iterable[Record]:
    """A try to validate."""
    tried = {"supporter_id": fact.supporter_id, "level": fact.level, "felt": fact.felt, "at": fact.at}
    return (_appended(fact.participant_id, "validations", tried),)


def show_practice(fact: HomePracticeDone) -> Iterable[Record]:
    """Practice at home, as one side says."""
    done = fact.model_dump(include={"practice_id", "supporter_id", "helped", "shared", "at"})
    return (_appended(fact.participant_id, "practised", done),)


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    ValidationPractised: show_validation,
    HomePracticeDone: show_practice,
}
INDEXES: Mapping[str, Sequence[IndexModel]] = {"familywords": [IndexModel([("participant_id", 1)])]}


def words_kept(participant_id: str, about: str, words: dict[str, Any], at: datetime) -> Record:
    """What was said in their own words, which travels nowhere. Rules: FA-E1, FA-E7."""
    update = {
        "$set": {"participant_id": participant_id, "about": about},
        "$push": {"said": {"$each": [{"at": at, **words}], "$slice": -KEPT}},
    }
    return Record("familywords", f"{participant_id}|{about}", update)


async def engagement_of(
    database: Database, participant_id: str, program: Program, now: datetime, *, misconceptions: bool
) -> dict[str, Any]:
    """All the work with the supporters of one participant; misconceptions for the family clinician. Rule: FA-E6."""
    network, shown, words = await read_work(database, participant_id)
    lessons = shown.get("lessons", [])
    learning = SkillModule(lessons[-1]["module"]) if lessons else None
    return {
        "participant_id": participant_id,
        "now_learning": lessons[-1] if lessons else None,
        "supporters": [
            {
                "supporter_id": who,
                **work.model_dump(mode="json", exclude=None if misconceptions else {"misconceptions"}),
                "words": words.get(f"plan:{who}", []),
                "next_module": program.next_module(work.modules, learning),
                "lessons": lessons_heard(network, who, lessons, program, now),
                "validations": [one for one in shown.get("validations", []) if one["supporter_id"] == who],
            }
            for who, work in network.engagement.work.items()
        ],
        **_at_home(network, shown.get("practised", []), words),
    }


async def together_of(database: Database, participant_id: str) -> dict[str, Any]:
    """What the participant reads of it: plans, practice as far as it is shared, the agreement. Rules: FA-E4, FA-E6."""
    network, shown, words = await read_work(database, participant_id)
    own = [one for one in shown.get("practised", []) if one["supporter_id"] is None or one["shared"]]
    plans = [_plan(who, work, words) for who, work in network.engagement.work.items() if work.plan]
    return {"plans": plans, **_at_home(network, own, words)}


async def read_work(database: Database, id: str) -> tuple[SupportNetwork, dict[str, Any], dict[str, Any]]:
    """A participant's network, the row of their page, and what was said in words, by what it is about."""
    stored = await database.get(collection_of(SupportNetwork), id)
    network = SupportNetwork.model_validate(stored["state"]) if stored else SupportNetwork(id=id)
    rows = await database.find("familywords", {"participant_id": id})
    return network, await database.get("engagement", id) or {}, {row["about"]: row["said"] for row in rows}


def _plan(who: str, work: Work, words: dict[str, Any]) -> dict[str, Any]:
    plan = (
        work.plan.model_dump(mode="json", include={"version", "session_types", "goals", "active"}) if work.plan else {}
    )
    return {"supporter_id": who, **plan, "words": words.get(f"plan:{who}", [])[-1:]}


def lessons_heard(
    network: SupportNetwork, who: SupporterId, lessons: list[Lesson], program: Program, now: datetime
) -> list[Lesson]:
    """The lessons this supporter was told of, as long as the release for each stands. Rules: FA-E2, FA-R6."""
    told = [one for one in lessons if network.tellings.get(news_for(about_lesson(one["lesson"]), None, who))]
    may = {one["lesson"]: permission(network, who, program.scopes_for(one["lesson"]), now) for one in told}
    return [one for one in told if not isinstance(may[one["lesson"]], str)]


def _at_home(network: SupportNetwork, practised: list[dict[str, Any]], words: dict[str, Any]) -> dict[str, Any]:
    engagement = network.engagement
    return {
        "home_practices": [
            {
                "practice_id": id,
                **practice.model_dump(mode="json", exclude={"done"}),
                "log": [one for one in practised if one["practice_id"] == id],
            }
            for id, practice in engagement.practices.items()
        ],
        "home_agreement": _agreement(engagement.agreement, words),
        "home_agreement_in_force": _agreement(engagement.in_force, words),
    }


def _agreement(agreement: Agreement | None, words: dict[str, Any]) -> dict[str, Any] | None:
    if agreement is None:
        return None
    said = words.get("home-agreement", [])
    text = [one for one in said if one["version"] == agreement.version]
    shown = {**agreement.model_dump(mode="json"), "waits_for": list(agreement.waits_for())}
    return {**shown, "text": text[-1] if text else None}


def _appended(participant_id: str, what: str, entry: dict[str, Any]) -> Record:
    return Record("engagement", participant_id, {"$push": {what: {"$each": [entry], "$slice": -KEPT}}})
