"""The inbox: one number per source, topic and subject, and what it says about the next message."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from common.envelope import Envelope
from common.mongo import UpdateOne


class Verdict(Enum):
    """What the inbox says about a message."""

    DUPLICATE = "duplicate"
    GAP = "gap"
    BEHIND_PARKED = "behind-parked"
    NEXT = "next"


@dataclass(slots=True)
class Position:
    """How far this listener is with one subject of one stream.

    `last` is the highest sequence taken, `parked` and `held` count messages that wait: parked ones for a
    person, held ones for the messages missing before them. `writes` tells how often it was stored.
    """

    key: str
    last: int = 0
    parked: int = 0
    held: int = 0
    writes: int = 0

    def judge(self, sequence: int) -> Verdict:
        """Say whether a message is old, too early, behind a parked one, or the one to apply now."""
        if sequence <= self.last:
            return Verdict.DUPLICATE
        if sequence > self.last + 1:
            return Verdict.GAP
        return Verdict.BEHIND_PARKED if self.parked else Verdict.NEXT

    def write(self) -> UpdateOne:
        """The write that stores it, always: two listeners at one position collide, and the later one finds nothing."""
        update: dict[str, Any] = {
            "$set": {"last": self.last, "parked": self.parked, "held": self.held},
            "$inc": {"writes": 1},
        }
        if self.writes:
            return UpdateOne({"_id": self.key, "writes": self.writes}, update)
        source, topic, subject = self.key.split("|", 2)
        update["$setOnInsert"] = {"source": source, "topic": topic, "subject": subject}
        return UpdateOne({"_id": self.key}, update, upsert=True)


def position_of(document: dict[str, Any]) -> Position:
    """Read a stored position."""
    return Position(document["_id"], document["last"], document["parked"], document["held"], document["writes"])


def waiting_document(envelope: Envelope) -> dict[str, Any]:
    """A message as it is kept while it is held or parked: whole, byte for byte."""
    return {
        "_id": f"{envelope.position}|{envelope.sequence}",
        "position": envelope.position,
        "sequence": envelope.sequence,
        "message_id": envelope.id,
        "type": envelope.type,
        "attributes": envelope.attributes,
        "value": envelope.value,
    }


def envelope_of(document: dict[str, Any]) -> Envelope:
    """Read a waiting message back."""
    source, topic, subject = document["position"].split("|", 2)
    return Envelope(
        id=document["message_id"],
        source=source,
        type=document["type"],
        topic=topic,
        subject=subject,
        sequence=document["sequence"],
        attributes=dict(document["attributes"]),
        value=bytes(document["value"]),
    )
