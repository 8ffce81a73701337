"""Records nobody should ever send, published to the real topics under a stranger's name."""

import asyncio
import importlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from aiokafka import AIOKafkaProducer
from aiokafka.structs import RecordMetadata
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from common.contracts import SERVICES
from common.service import Service

STRANGER = "/strangers/chaos"
BIG = 900 * 1024
KINDS_AT_ONCE = 4
"""So that three injections are the whole set."""
CONFIRM_SECONDS = 20.0
"""How long a poison may take to arrive everywhere while services come and go."""

Header = tuple[str, bytes | None]


def services() -> dict[str, Service]:
    """Every service's table of contents."""
    found = {}
    for name in SERVICES:
        app = importlib.import_module(f"{name}.app")
        if hasattr(app, "SERVICE"):
            found[name] = app.SERVICE
        else:
            settings = importlib.import_module(f"{name}.settings").Settings(service=name)
            found[name] = app.service(app.rules_of(settings))
    return found


@dataclass(frozen=True)
class Target:
    """A topic, a type on it, who reads the topic, and who of them knows the type."""

    topic: str
    type: str
    listeners: tuple[str, ...]
    knowing: tuple[str, ...]


def targets() -> list[Target]:
    """Everything a stranger could pretend to say that somebody listens for."""
    everybody = services()
    found: dict[tuple[str, str], None] = {}
    for service in everybody.values():
        for contract in service.hears:
            topic = contract.TOPIC if contract.TOPIC in service.topics_heard else service.command_topic
            found[topic, contract.type_name()] = None
    return [
        Target(
            topic,
            type,
            tuple(name for name, one in everybody.items() if topic in one.topics_heard),
            tuple(name for name, one in everybody.items() if topic in one.topics_heard and one.knows(type)),
        )
        for topic, type in found
    ]


@dataclass
class Expected:
    """What must be found in the end: `parked` message ids, `strays` as (listener, record)."""

    parked: set[str] = field(default_factory=set)
    strays: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class Poison:
    """Injects poison and knows what must become of it. `expected` grows with each record published."""

    kafka: str
    mongo: str
    chance: Random
    expected: Expected = field(default_factory=Expected)
    unconfirmed: set[tuple[str, str, str]] = field(default_factory=set)
    """(service, collection, id) of what has not been seen in the stores yet."""

    def __post_init__(self) -> None:
        self._targets = targets()
        self._kinds: list[str] = []

    async def inject(self) -> str:
        """Publish some kinds of poison, each kind in turn, and wait until all of it is where it belongs."""
        told = []
        async with AIOKafkaProducer(bootstrap_servers=self.kafka, request_timeout_ms=5000) as producer:
            for _ in range(KINDS_AT_ONCE):
                kind, target = self._next_kind(), self.chance.choice(self._targets)
                told.append(f"{kind} of {target.type}")
                for record in KINDS[kind](target, str(UUID(int=self.chance.getrandbits(128)))):
                    sent = await producer.send_and_wait(
                        target.topic, value=record.value, key=record.key, headers=record.headers
                    )
                    self._expect(target, record, sent)
        seen = await self.confirmed()
        return f"{', '.join(told)}{'' if seen else '; not seen everywhere yet'}"

    def _next_kind(self) -> str:
        if not self._kinds:
            self._kinds = sorted(KINDS)
            self.chance.shuffle(self._kinds)
        return self._kinds.pop()

    def _expect(self, target: Target, record: "Record", sent: RecordMetadata) -> None:
        if record.fate == "parked":
            self.expected.parked.add(record.id)
            self.unconfirmed |= {(name, "parked", record.id) for name in target.knowing}
        elif record.fate == "stray":
            place = f"{sent.topic}|{sent.partition}|{sent.offset}|{sent.timestamp}"
            self.expected.strays |= {(name, place) for name in target.listeners}
            self.unconfirmed |= {(name, "quarantine", place) for name in target.listeners}

    async def confirmed(self) -> bool:
        """Wait until everything published was found in the stores; False when it takes too long."""
        try:
            async with asyncio.timeout(CONFIRM_SECONDS), AsyncMongoClient[dict[str, object]](self.mongo) as client:
                while self.unconfirmed:
                    await self._look(client)
                    await asyncio.sleep(0.1)
        except TimeoutError:
            return False
        return True

    async def _look(self, client: AsyncMongoClient[dict[str, object]]) -> None:
        for one in list(self.unconfirmed):
            service, collection, id = one
            by = "message_id" if collection == "parked" else "_id"
            try:
                if await client[service][collection].find_one({by: id}, {"_id": 1}):
                    self.unconfirmed.discard(one)
            except PyMongoError:
                return


@dataclass(frozen=True)
class Record:
    """One record and its fate: `parked`, `stray`, or nothing at all."""

    id: str
    headers: list[Header]
    value: bytes | None
    key: bytes | None
    fate: str = ""


def _record(
    target: Target, id: str, subject: str, *, value: bytes | None = b"{", sequence: str = "1", fate: str = "parked"
) -> Record:
    now = datetime.now(UTC).isoformat()
    written = {
        "ce_specversion": "1.0",
        "ce_id": id,
        "ce_source": STRANGER,
        "ce_type": target.type,
        "ce_subject": subject,
        "ce_sequence": sequence,
        "ce_time": now,
        "content-type": "application/json",
    }
    return Record(id, [(k, v.encode()) for k, v in written.items()], value, subject.encode(), fate)


def _with(record: Record, name: str, value: bytes | None) -> Record:
    """The same record with one header changed; without it where the value is empty."""
    others: list[Header] = [header for header in record.headers if header[0] != name]
    headers = others if value == b"" else [*others, (name, value)]
    return Record(record.id, headers, record.value, record.key, record.fate)


def _broken(target: Target, id: str) -> Sequence[Record]:
    return [_record(target, id, f"chaos-{id}", value=b'{"at": "2026-')]


def _wrong_schema(target: Target, id: str) -> Sequence[Record]:
    return [_record(target, id, f"chaos-{id}", value=json.dumps({"at": 5, "colour": "red"}).encode())]


def _not_utf8(target: Target, id: str) -> Sequence[Record]:
    return [_with(_record(target, id, f"chaos-{id}"), "traceparent", b"\xff\xfe\x00")]


def _null_header(target: Target, id: str) -> Sequence[Record]:
    return [_with(_record(target, id, f"chaos-{id}", fate="stray"), "ce_subject", None)]


def _no_id(target: Target, id: str) -> Sequence[Record]:
    return [_with(_record(target, id, f"chaos-{id}", fate="stray"), "ce_id", b"")]


def _no_number(target: Target, id: str) -> Sequence[Record]:
    return [_record(target, id, f"chaos-{id}", sequence="first", fate="stray")]


def _no_key(target: Target, id: str) -> Sequence[Record]:
    one = _record(target, id, f"chaos-{id}")
    return [Record(one.id, one.headers, one.value, None, one.fate)]


def _tombstone(target: Target, id: str) -> Sequence[Record]:
    return [_record(target, id, f"chaos-{id}", value=None)]


def _big(target: Target, id: str) -> Sequence[Record]:
    return [_record(target, id, f"chaos-{id}", value=b'{"at": "' + b"x" * BIG)]


def _unknown(target: Target, id: str) -> Sequence[Record]:
    return [_with(_record(target, id, f"chaos-{id}", fate=""), "ce_type", b"NobodySaysThis.v1")]


def _again(target: Target, id: str) -> Sequence[Record]:
    one = _record(target, id, f"chaos-{id}")
    return [one, one, one]


def _followers(target: Target, id: str) -> Sequence[Record]:
    return [_record(target, f"{id}-{n}", f"chaos-{id}", sequence=str(n)) for n in (1, 2, 3)]


KINDS = {
    "broken body": _broken,
    "wrong schema": _wrong_schema,
    "header not UTF-8": _not_utf8,
    "null header": _null_header,
    "no id": _no_id,
    "sequence no number": _no_number,
    "no key": _no_key,
    "tombstone": _tombstone,
    "900 KB": _big,
    "unknown type": _unknown,
    "old sequence again": _again,
    "followers of poison": _followers,
}
"""Source: the poison set of the reliability design, 6.2 no. 21."""
