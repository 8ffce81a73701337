"""What was said of each stay and of what each level has, kept so that any instant can be counted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from common.change import Record
from common.contracts import CONTRACTS
from common.contracts.message import Contract
from common.contracts.places import (
    BedHeld,
    BedHoldReplanned,
    BedInOrder,
    BedMoved,
    BedOccupied,
    BedOutOfOrder,
    BedsSetUp,
    LeavingExpected,
    LevelEvent,
    StayEvent,
)
from common.contracts.reopenings import StayRestored
from common.contracts.scheduling import LevelSetUp, PlaceConfirmed, PlaceHeld, PlaceReleased, PlaceUnavailable
from common.contracts.words import LevelOfCare
from common.fold import collection_of
from common.mongo import Database, IndexModel
from scheduling.domain.board import LevelBoard
from scheduling.domain.census import board_of, known_since

STAYS, CAPACITIES = "stays", "capacities"
"""Read models for the census of any instant: what was said of one transition at one level, and of what a level has."""
LONGEST_TURNOVER = timedelta(days=1)


def _stay(fact: PlaceHeld | PlaceReleased | StayEvent | StayRestored) -> list[Record]:
    """One more fact of a stay; `first_at` and `ended_at` say between which instants it can matter. Rule: SC-C2."""
    update = {
        "$set": {"level": fact.level, "participant_id": fact.participant_id},
        "$push": {"facts": _kept(fact)},
        "$min": {"first_at": fact.at},
        "$max": {"newest_at": known_since(fact)} | _end_of(fact),
    }
    return [Record(STAYS, f"{fact.level}|{fact.transition_id}", update)]


def _end_of(fact: Contract) -> dict[str, datetime]:
    if isinstance(fact, StayRestored):
        return {"ended_at": fact.until_at}
    return {"ended_at": fact.at} if isinstance(fact, PlaceReleased) else {}


def _capacity(fact: LevelSetUp | LevelEvent) -> list[Record]:
    id = "|".join((fact.level, fact.at.isoformat(), fact.type_name(), str(getattr(fact, "bed_id", ""))))
    return [Record(CAPACITIES, id, {"$set": {"level": fact.level, "at": fact.at, **_kept(fact)}})]


def _kept(fact: Contract) -> dict[str, str]:
    return {"type": fact.type_name(), "data": fact.model_dump_json()}


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    **dict.fromkeys((PlaceUnavailable, PlaceHeld, PlaceConfirmed, PlaceReleased), _stay),
    **dict.fromkeys((BedHeld, BedHoldReplanned, BedOccupied, BedMoved, LeavingExpected), _stay),
    StayRestored: _stay,
    **dict.fromkeys((LevelSetUp, BedsSetUp, BedOutOfOrder, BedInOrder), _capacity),
}
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    STAYS: [IndexModel([("level", 1), ("ended_at", 1)]), IndexModel([("newest_at", 1)])],
    CAPACITIES: [IndexModel([("level", 1), ("at", 1)])],
}


async def board(
    database: Database, code: LevelOfCare, at: datetime | None, known_at: datetime | None = None
) -> LevelBoard:
    """A level's board as it is (`at` None), or as it was at an instant, by what is known now or was at `known_at`.

    One that nobody set up is empty. Rule: SC-C2.
    """
    if at is None:
        document = await database.get(collection_of(LevelBoard), code)
        return LevelBoard.model_validate(document["state"]) if document else LevelBoard(id=code)
    still = [{"ended_at": None}, {"ended_at": {"$gt": at - LONGEST_TURNOVER}}]
    stays = await database.find(STAYS, {"level": code, "$or": still}, sort=[("first_at", 1)])
    kept = await database.find(CAPACITIES, {"level": code, "at": {"$lte": at}}, sort=[("at", 1)])
    kept += [fact for stay in stays for fact in stay["facts"]]
    facts = (CONTRACTS[one["type"]].model_validate_json(one["data"]) for one in kept)
    return board_of(code, (fact for fact in facts if known_at is None or known_since(fact) <= known_at), at)


async def newest_fact_at(database: Database) -> datetime | None:
    """When the newest of what is known about places was true."""
    newest = await database.find(STAYS, {}, sort=[("newest_at", -1)], limit=1, fields={"newest_at": 1})
    return newest[0]["newest_at"] if newest else None
