"""The course of the family's measures, for the care team."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from common.change import Record
from common.contracts.measures import ConnectionFell, ConnectionRated, FamilyMeasureRecorded, FamilyMeasureVoided
from common.contracts.message import Contract
from common.mongo import Database, IndexModel

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
