"""The course of the family's measures, for the care team."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from common.change import Record
from common.contracts.measures import ConnectionFell, ConnectionRated, FamilyMeasureRecorded, FamilyMeasureVoided
from common.contracts.message import Contract
from common.fold import collection_of
from common.mongo import Database, IndexModel
from family.domain.asking import may_be_asked
from family.domain.network import SupportNetwork
from family.domain.program import Program

MEASURES = "family_measures"


def show_measure(fact: FamilyMeasureRecorded | ConnectionRated) -> Iterable[Record]:
    """One administration stands in the course."""
    row = fact.model_dump(mode="json", exclude={"at"})
    return (Record(MEASURES, fact.measure_id, {"$set": {**row, "at": fact.at}}),)


def show_fall(fact: ConnectionFell) -> Iterable[Record]:
    """It is so much lower than the one before."""
    return (Record(MEASURES, fact.measure_id, {"$set": {"fell_by": fact.by}}),)


def show_void(fact: FamilyMeasureVoided) -> Iterable[Record]:
    """It does not count."""
    return (Record(MEASURES, fact.measure_id, {"$set": {"void": True, "voided_by": fact.voided_by}}),)


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    FamilyMeasureRecorded: show_measure,
    ConnectionRated: show_measure,
    ConnectionFell: show_fall,
    FamilyMeasureVoided: show_void,
}
INDEXES: Mapping[str, Sequence[IndexModel]] = {MEASURES: [IndexModel([("participant_id", 1), ("at", 1)])]}


async def measures_of(database: Database, participant_id: str) -> list[dict[str, Any]]:
    """Every administration, oldest first, also those that do not count."""
    rows = await database.find(MEASURES, {"participant_id": participant_id}, sort=[("at", 1), ("_id", 1)])
    return [{key: value for key, value in row.items() if key not in ("_id", "participant_id")} for row in rows]


async def due_of(database: Database, participant_id: str, program: Program, now: datetime) -> dict[str, Any]:
    """The next turn of everybody who may be asked, the soonest first, and the last one of each that was missed."""
    stored = await database.get(collection_of(SupportNetwork), participant_id)
    network = SupportNetwork.model_validate(stored["state"]) if stored else SupportNetwork(id=participant_id)
    coming = [turn for turn in network.turns.coming(program.measures) if may_be_asked(network, turn, now)]
    missed = [(*key.partition("|")[::2], at) for key, at in sorted(network.turns.missed.items())]
    return {
        "due": [
            {"measure": t.measure, "supporter_id": t.who, "due_at": t.due_at, "now": t.due_at <= now} for t in coming
        ],
        "missed": [{"measure": measure, "supporter_id": who or None, "due_at": at} for measure, who, at in missed],
    }
