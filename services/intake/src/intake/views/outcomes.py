"""What intake can answer of outcomes: the panel of one participant, and the report of everybody."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from common.change import Record
from common.contracts.care import GoalKind
from common.contracts.intake import LevelOfCareChanged
from common.contracts.message import Contract
from common.contracts.words import Instrument
from common.mongo import Database, IndexModel
from intake.domain.connection import CONTACTS, Source
from intake.domain.continuity import LEVEL_CHANGES, AtChange, Continuity, continuity, kept, kept_through
from intake.domain.episode import Episode, Rules
from intake.domain.evidence import Evidence
from intake.domain.exposure import Lived, Report, lived, report
from intake.domain.outcomes import Course, courses
from intake.views import whole_episode
from intake.views.care import goals

PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {LevelOfCareChanged: kept}
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    CONTACTS: [IndexModel([("participant_id", 1), ("counts", 1)])],
    LEVEL_CHANGES: [IndexModel([("participant_id", 1)])],
}
CONNECTION = Instrument.UCLA3
"""The measure of connection, shown beside the symptoms. Source: facts 1.1 A1."""
AT_A_TIME = 200
"""Episodes read at once, with their evidence."""


async def everybody(database: Database, until: datetime, rules: Rules) -> Report:
    """Outcomes beside exposure by `until`, of everybody who was in care long enough."""
    people: list[Lived] = []
    after = ""
    while rows := await database.find("episode", {"_id": {"$gt": after}}, sort=[("_id", 1)], limit=AT_A_TIME):
        after = rows[-1]["_id"]
        met = await _met(database, [row["_id"] for row in rows])
        found = (lived(Episode.model_validate(row["state"]), met[row["_id"]], until, rules) for row in rows)
        people += [one for one in found if one is not None]
    return report(people, until, rules)


async def _met(database: Database, who: Sequence[str]) -> Mapping[str, Mapping[Source, list[datetime]]]:
    fields = {"participant_id": 1, "source": 1, "at": 1}
    rows = await database.find(CONTACTS, {"participant_id": {"$in": who}, "counts": True}, fields=fields)
    met: dict[str, dict[Source, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        met[row["participant_id"]][Source(row["source"])].append(row["at"])
    return met


async def panel(database: Database, id: str, rules: Rules) -> dict[str, Any] | None:
    """One participant's outcomes, headed by their life worth living; None for a stranger. Rule: IN-X5."""
    episode = await whole_episode(database, id)
    if episode is None:
        return None
    known = await goals(database, id)
    open_goals = [goal for goal in known["goals"] if goal["outcome"] is None]
    heading = next((g["words"] for g in open_goals if g["kind"] == GoalKind.LIFE_WORTH_LIVING), None)
    measures = [_told(one, episode.evidence) for one in courses(episode.evidence, rules)]
    return {
        "life_worth_living": heading,
        "goals": [goal for goal in open_goals if goal["kind"] != GoalKind.LIFE_WORTH_LIVING],
        "connection": [told for told in measures if told["instrument"] == CONNECTION],
        "symptoms_and_function": [told for told in measures if told["instrument"] != CONNECTION],
        "continuity": continuity(kept_through(await _changes(database, {"participant_id": id}))),
    }


def _told(one: Course, evidence: Evidence) -> dict[str, Any]:
    scores = [{"at": score.at, "score": score.score} for score in evidence.valid(one.instrument)]
    return {**one.model_dump(mode="json"), "scores": scores}


async def through_levels(database: Database, rules: Rules) -> Continuity:
    """How often one therapist stayed from level to level, of everybody. Rule: IN-X6."""
    return continuity(kept_through(await _changes(database, {})), rules.care.report.smallest_cell)


async def _changes(database: Database, query: dict[str, Any]) -> list[AtChange]:
    return [AtChange.model_validate(row) for row in await database.find(LEVEL_CHANGES, query)]
