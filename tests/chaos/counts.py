"""Counts read from the stores by the witness alone: what was lost, what came twice, what came out of order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import AsyncMongoClient

from chaos.hearing import listeners
from chaos.ledger import DELIVERIES
from common.contracts import SERVICES

Doc = Mapping[str, Any]


@dataclass
class Counts:
    """Messages of the house itself, over all listeners; `parked` and `strays` are of anybody."""

    journalled: int = 0
    applied: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    parked: int = 0
    strays: int = 0


async def count(mongo: str) -> Counts:
    """Compare every journal with what each listener's witness saw applied."""
    counts = Counts()
    async with AsyncMongoClient[dict[str, Any]](mongo) as client:
        seen = {name: await _by_id(client, name, DELIVERIES) for name in SERVICES}
        parked = {
            name: await client[name]["parked"].find({}, {"position": 1, "sequence": 1}).to_list() for name in SERVICES
        }
        counts.strays = sum([await client[name]["quarantine"].count_documents({}) for name in SERVICES])
        counts.parked = sum(len(some) for some in parked.values())
        waiting = {name: {(doc["position"], doc["sequence"]) for doc in some} for name, some in parked.items()}
        for source in SERVICES:
            counts.journalled += await client[source]["journal"].count_documents({})
            async for stream in client[source]["sequences"].find({}):
                topic, subject = stream["_id"].split("|", 1)
                position = f"/throughline/{source}|{topic}|{subject}"
                for name in listeners(topic):
                    applied = seen[name].get(position, {}).get("applied", [])
                    excused = {sequence for at, sequence in waiting[name] if at == position}
                    _compare(counts, applied, set(range(1, stream["last"] + 1)) - excused)
    return counts


async def _by_id(client: AsyncMongoClient[dict[str, Any]], service: str, collection: str) -> dict[str, Doc]:
    return {doc["_id"]: doc async for doc in client[service][collection].find({})}


def _compare(counts: Counts, applied: Sequence[int], wanted: set[int]) -> None:
    counts.applied += len(applied)
    counts.lost += len(wanted - set(applied))
    counts.doubled += len(applied) - len(set(applied))
    highest = 0
    for sequence in applied:
        counts.disordered += sequence < highest
        highest = max(highest, sequence)
