"""What it costs that many participants are stored: the same hop among 1,000 and among 1,000,000."""

import random
from collections.abc import Iterator
from typing import Any

from benchmarks import work
from benchmarks.measuring import Failed, Servers, Way, drain
from benchmarks.place import CHUNK, fresh_database, seed
from benchmarks.rows import Bench, Row
from benchmarks.ways import OURS

SECTION = "participants already stored (network, position, sequence, one journal row each)"
SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1M": 1_000_000}
ACTIVE = 900
"""Participants who hear something, at every size; each as often, so the states are alike."""
WARM = Way("stored-warm", "", "ours")
KEPT = ("supportnetwork", "positions", "sequences", "journal")


async def measure(bench: Bench, servers: Servers) -> None:
    """The store grows from size to size; every round has other participants, spread over all ids."""
    sizes = {name: size for name, size in SIZES.items() if bench.wants(f"stored-{name}")}
    if not sizes:
        return
    async with fresh_database(servers.mongo) as database:
        samples = await _samples(servers, database)
        there, used = 1, set[int]()
        for name, size in sizes.items():
            for first in range(there, size, CHUNK):
                await _multiply(database, samples, range(first, min(first + CHUNK, size)))
            there = size
            bench.say(f"{size:,} participants stored")
            bench.rows.append(await _row(bench, servers, database, name, used))


async def _samples(servers: Servers, database: Any) -> dict[str, list[dict[str, Any]]]:
    """What one message leaves behind, written by the service itself; the mould of all others."""
    await seed(database, 1)
    async with servers.broker() as kafka:
        try:
            await drain(WARM, servers, kafka, database, work.grants(2, 1))
        except Failed:
            pass  # two effects at one instant are all that is wanted
    who = work.participant(0)
    found = {name: await database[name].find().to_list(None) for name in KEPT}
    return {
        name: [doc for doc in docs if who in str(doc["_id"]) or doc.get("subject") == who]
        for name, docs in found.items()
    }


async def _multiply(database: Any, samples: dict[str, list[dict[str, Any]]], numbers: range) -> None:
    for name, docs in samples.items():
        copies = [dict(_renamed(doc, n)) for doc in docs[:1] for n in numbers]
        if copies:
            await database[name].insert_many(copies, ordered=False)


def _renamed(doc: dict[str, Any], number: int) -> Iterator[tuple[str, Any]]:
    old, new = work.participant(0), work.participant(number)
    for field, value in doc.items():
        if isinstance(value, str):
            value = value.replace(old, new)
        elif isinstance(value, dict):
            value = dict(_renamed(value, number))
        yield field, f"{value}-{number}" if field == "_id" and value == doc[field] else value


async def _row(bench: Bench, servers: Servers, database: Any, name: str, used: set[int]) -> Row:
    size = SIZES[name]
    row = Row(SECTION, f"stored-{name}", f"ours among {size:,}", "events/s", base="stored-1k")
    together = ACTIVE // bench.rounds
    each = max(bench.size // 2 // together, 1)
    for round_ in range(bench.rounds):
        active = random.Random(f"{size} {round_}").sample(sorted(set(range(1, size)) - used), together)
        used.update(active)
        records = [work.grant(number, sequence) for sequence in range(3, 3 + each) for number in active]
        async with servers.broker() as kafka:
            try:
                run = await drain(OURS, servers, kafka, database, records)
            except Failed as fault:
                row.note = str(fault)
                break
        row.numbers.append(run.rate)
        bench.say(f"{row.id} round {round_ + 1}: {run.rate:,.0f}/s")
    return row
