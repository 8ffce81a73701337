"""What the checks look at: stores, the broker's log and the outside, read by code the services do not know."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from pymongo import AsyncMongoClient

from chaos.evidence import Evidence
from chaos.hearing import heard
from chaos.points import Orders
from common.contracts import SERVICES, TOPICS
from places import places_of

Doc = Mapping[str, Any]

COLLECTIONS = (
    "journal", "outbox", "sequences", "positions", "held", "parked", "quarantine", "answers", "leases", "deliveries",
    "chaos_ledger", "chaos_acts", "chaos_timers",
)  # fmt: skip

PATIENCE_MS = 5000
ADDRESS = ("ce_id", "ce_source", "ce_type", "ce_subject", "ce_time")
"""What a record must say beside its sequence. Source: CloudEvents 1.0, and the house's own order."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the broker's log: where it lies, and what its attributes say; `sequence` 0 where they do not."""

    topic: str
    partition: int
    offset: int
    source: str
    subject: str
    sequence: int
    type: str
    addressed: bool
    """Whether it says all that an inbox must know."""

    @property
    def position(self) -> str:
        """The inbox position it belongs to."""
        return f"{self.source}|{self.topic}|{self.subject}"

    @property
    def place(self) -> str:
        """How a quarantine names it."""
        return f"{self.topic}|{self.partition}|{self.offset}"


@dataclass(frozen=True)
class Seen:
    """Everything: `stores` by service and collection, `committed` offsets by (service, topic, partition)."""

    run: Evidence
    stores: Mapping[str, Mapping[str, Sequence[Doc]]]
    log: Sequence[Record]
    committed: Mapping[tuple[str, str, int], int]
    gateway: Sequence[Doc] = ()
    lost_on_purpose: bool = False
    """Whether the run itself made the wire lose or turn round something."""

    def docs(self, service: str, collection: str) -> Sequence[Doc]:
        """The documents of one collection; none where there is no such collection."""
        return self.stores.get(service, {}).get(collection, ())

    def by_id(self, service: str, collection: str) -> dict[str, Doc]:
        """The same, by id."""
        return {doc["_id"]: doc for doc in self.docs(service, collection)}

    def every(self, collection: str) -> list[tuple[str, Doc]]:
        """The documents of one collection of all services."""
        return [(service, doc) for service in SERVICES for doc in self.docs(service, collection)]

    @cached_property
    def journal(self) -> dict[str, dict[int, Doc]]:
        """Position -> sequence -> what was said there, of the house's own streams."""
        found: dict[str, dict[int, Doc]] = {}
        for service, row in self.every("journal"):
            position = f"/throughline/{service}|{row['topic']}|{row['subject']}"
            found.setdefault(position, {})[row["sequence"]] = row
        return found

    def unapplied(self, service: str) -> dict[str, set[int]]:
        """Position -> the sequences this listener parked and did not apply later."""
        found: dict[str, set[int]] = {}
        for doc in self.docs(service, "parked"):
            if doc["state"] != "replayed":
                found.setdefault(doc["position"], set()).add(doc["sequence"])
        return found


async def see(run: Evidence) -> Seen:
    """Read everything; raises what database or broker raise where they do not answer.

    Offsets first and the stores last: then what goes on meanwhile cannot make an inbox look late.
    """
    counted = Orders(run.folder / "chaos").counted()
    committed = await read_committed(run.kafka)
    log = await read_log(run.kafka)
    return Seen(
        run=run,
        stores=await read_stores(run.mongo),
        log=log,
        committed=committed,
        gateway=read_lines(run.gateway_log),
        lost_on_purpose=run.broker_restarts > 0 or counted["drop"] + counted["reorder"] > 0,
    )


async def read_stores(
    mongo: str, collections: Sequence[str] = COLLECTIONS
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Service -> collection -> documents."""
    client: AsyncMongoClient[dict[str, Any]]
    async with AsyncMongoClient(mongo, tz_aware=True, serverSelectionTimeoutMS=PATIENCE_MS) as client:
        return {
            service: {name: await client[service][name].find({}).to_list() for name in collections}
            for service in SERVICES
        }


async def read_log(kafka: str) -> list[Record]:
    """All records the broker has, topic by topic and partition by partition, without joining any group."""
    places = await places_of(kafka, TOPICS)
    async with AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest") as consumer:
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        await consumer.seek_to_beginning(*places)
        found: list[Record] = []
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += [read_record(record) for record in records]
        return sorted(found, key=lambda one: (one.topic, one.partition, one.offset))


def read_record(record: "ConsumerRecord[bytes, bytes]") -> Record:
    """Look at what a record says of itself, whatever that is."""
    said = {name: (value or b"").decode("utf-8", "backslashreplace") for name, value in record.headers}
    digits = said.get("ce_sequence", "")
    sequence = int(digits) if digits.isascii() and digits.isdigit() else 0
    return Record(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        source=said.get("ce_source", ""),
        subject=said.get("ce_subject", ""),
        sequence=sequence,
        type=said.get("ce_type", ""),
        addressed=sequence > 0 and all(said.get(name) for name in ADDRESS),
    )


async def read_committed(kafka: str) -> dict[tuple[str, str, int], int]:
    """How far each service's group says it is; asked by an assigned consumer, which joins nothing."""
    found: dict[tuple[str, str, int], int] = {}
    for service in SERVICES:
        places = await places_of(kafka, [topic for listener, topic in heard() if listener == service])
        async with AIOKafkaConsumer(bootstrap_servers=kafka, group_id=service, enable_auto_commit=False) as consumer:
            consumer.assign(places)
            for place in places:
                offset = await consumer.committed(place)
                if offset:
                    found[service, place.topic, place.partition] = offset
    return found


def read_lines(file: Path) -> list[dict[str, Any]]:
    """A file of one JSON object per line; nothing where there is no file."""
    if not file.is_file():
        return []
    return [json.loads(line) for line in file.read_text().splitlines() if line.strip()]
