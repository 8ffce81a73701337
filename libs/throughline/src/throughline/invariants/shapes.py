"""The documents of the house as the checks read them, and what a check answers."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

Doc = Mapping[str, Any]

SERVICES = ("intake", "scheduling", "skills", "family", "notifications", "operations")
STREAMS = {
    "intake.episodes": "intake",
    "intake.reviews": "intake",
    "intake.contacts": "intake",
    "scheduling.rosters": "scheduling",
    "skills.progress": "skills",
    "family.engagement": "family",
    "notifications.deliveries": "notifications",
    "operations.acts": "operations",
}
"""Event stream -> the one service that says it."""

SHOWN = 3
"""How many offenders a finding names."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant: whether it holds, over how many things, and the first that break it (ids, never contents)."""

    name: str
    ok: bool
    counted: int
    detail: str


def judge(name: str, counted: int, broken: Iterable[str], remark: str = "") -> Finding:
    """A finding that holds when nothing is broken; `remark` says more about one that holds."""
    wrong = list(dict.fromkeys(broken))
    if not wrong:
        return Finding(name, True, counted, remark or "holds")
    more = f"; and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
    return Finding(name, False, counted, f"{'; '.join(wrong[:SHOWN])}{more}".replace("\n", " "))


def moment(written: str) -> datetime:
    """An instant as JSON writes it; raises ValueError for anything else."""
    return datetime.fromisoformat(written)


@dataclass(frozen=True, slots=True)
class Row:
    """One journalled message. `type` is its name without the version, `data` its body."""

    service: str
    place: str
    id: str
    topic: str
    subject: str
    sequence: int
    type: str
    recorded_at: datetime
    attributes: Mapping[str, str]
    body: str
    data: Mapping[str, Any]

    @property
    def cause(self) -> str:
        """What made the service say it: a message, an act, a timer."""
        return self.attributes.get("ce_causationid", "")

    def __str__(self) -> str:
        """Where it stands, for a finding."""
        return f"{self.type} {self.subject}#{self.sequence} of {self.service}"


def row_of(service: str, doc: Doc) -> Row:
    """Read a journal document; raises KeyError or ValueError where it is not one."""
    return Row(
        service=service,
        place=doc["_id"],
        id=doc["attributes"]["ce_id"],
        topic=doc["topic"],
        subject=doc["subject"],
        sequence=doc["sequence"],
        type=doc["type"].partition(".")[0],
        recorded_at=doc["recorded_at"],
        attributes=doc["attributes"],
        body=doc["data"],
        data=json.loads(doc["data"]),
    )


@dataclass(frozen=True)
class House:
    """Every document that a check may look at: service -> collection -> documents."""

    stores: Mapping[str, Mapping[str, Sequence[Doc]]]

    def docs(self, service: str, collection: str) -> Sequence[Doc]:
        """The documents of one collection; none where there is no such collection."""
        return self.stores.get(service, {}).get(collection, ())

    def states(self, service: str, aggregate: str) -> dict[str, Any]:
        """The stored states of one kind of aggregate, by id."""
        return {doc["_id"]: doc["state"] for doc in self.docs(service, aggregate)}

    @cached_property
    def rows(self) -> list[Row]:
        """All journals: stream by stream, subject by subject, in order."""
        every = (row_of(service, doc) for service in SERVICES for doc in self.docs(service, "journal"))
        return sorted(every, key=lambda row: (row.service, row.topic, row.subject, row.sequence))

    @cached_property
    def _by_topic(self) -> dict[str, list[Row]]:
        topics: dict[str, list[Row]] = {}
        for row in self.rows:
            topics.setdefault(row.topic, []).append(row)
        return topics

    def said(self, topic: str, *types: str) -> list[Row]:
        """What was said on a topic, of these types or of any; in order per subject."""
        rows = self._by_topic.get(topic, [])
        return [row for row in rows if row.type in types] if types else rows

    def about(self, topic: str, *types: str) -> dict[str, list[Row]]:
        """The same, by subject."""
        subjects: dict[str, list[Row]] = {}
        for row in self.said(topic, *types):
            subjects.setdefault(row.subject, []).append(row)
        return subjects

    @cached_property
    def newest(self) -> datetime | None:
        """The newest instant at which anything was recorded, by the domain clock; None in an empty house."""
        return max((row.recorded_at for row in self.rows), default=None)

    def waiting_at(self, service: str) -> set[str]:
        """The ids of messages that this service parked and never applied."""
        return {doc["message_id"] for doc in self.docs(service, "parked") if doc["state"] != "replayed"}
