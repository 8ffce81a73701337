"""CloudEvents 1.0, Kafka binding, binary mode: attributes as `ce_` headers, the value is the data alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from common.contracts import CONTRACTS
from common.contracts.message import Contract, Message

LARGEST_SEQUENCE = 2**63 - 1
"""What the database can count to."""
REQUIRED = ("ce_id", "ce_source", "ce_type", "ce_subject", "ce_sequence", "ce_time")


@dataclass(frozen=True, slots=True)
class Envelope:
    """The attributes of a message whose data has not been read yet."""

    id: str
    source: str
    type: str
    topic: str
    subject: str
    sequence: int
    attributes: dict[str, str]
    value: bytes

    @property
    def position(self) -> str:
        """The key under which an inbox counts: one per source, topic and subject."""
        return f"{self.source}|{self.topic}|{self.subject}"


class Unaddressed(Exception):
    """A record without the attributes that say what it is and where it belongs."""


class Unreadable(Exception):
    """A record whose data does not fit the contract it names."""


def attributes_in(headers: Sequence[tuple[str, bytes | None]]) -> dict[str, str]:
    """The headers as text, whatever they are; a name is one the database can keep."""
    return {name.replace("\0", "\\0"): (value or b"").decode("utf-8", "backslashreplace") for name, value in headers}


def open_envelope(topic: str, attributes: dict[str, str], value: bytes | None) -> Envelope:
    """Find out what a message is and where it belongs; raises Unaddressed where that cannot be known."""
    missing = [name for name in REQUIRED if not attributes.get(name)]
    if missing:
        raise Unaddressed(f"missing {', '.join(missing)}")
    try:
        sequence = int(attributes["ce_sequence"])
    except ValueError:
        raise Unaddressed("ce_sequence is not a number") from None
    if not 1 <= sequence <= LARGEST_SEQUENCE:
        raise Unaddressed("ce_sequence is below 1 or beyond 64 bits")
    return Envelope(
        id=attributes["ce_id"],
        source=attributes["ce_source"],
        type=attributes["ce_type"],
        topic=topic,
        subject=attributes["ce_subject"],
        sequence=sequence,
        attributes=attributes,
        value=value or b"",
    )


def read(envelope: Envelope, heard_at: datetime) -> Message[Any]:
    """Read the data of a known type; raises Unreadable for a bad body, KeyError for an unknown type."""
    contract = CONTRACTS[envelope.type]
    attributes = envelope.attributes
    try:
        data = contract.model_validate_json(envelope.value)
        time = datetime.fromisoformat(attributes["ce_time"])
        recorded = datetime.fromisoformat(attributes.get("ce_recordedtime") or attributes["ce_time"])
    except ValidationError as wrong:
        places = sorted({".".join(map(str, e["loc"])) or "body" for e in wrong.errors(include_input=False)})
        raise Unreadable(f"{envelope.type}: {', '.join(places)}") from None
    except ValueError:
        raise Unreadable(f"{envelope.type}: ce_time or ce_recordedtime") from None
    return Message(
        id=envelope.id,
        source=envelope.source,
        topic=envelope.topic,
        subject=envelope.subject,
        sequence=envelope.sequence,
        time=time,
        recorded_at=recorded,
        heard_at=heard_at,
        correlation_id=attributes.get("ce_correlationid", ""),
        causation_id=attributes.get("ce_causationid", ""),
        site=attributes.get("ce_site", ""),
        traceparent=attributes.get("traceparent", ""),
        data=data,
    )


def instant(at: datetime) -> str:
    """An instant as the attributes write it: RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat()


def attributes_of(data: Contract, **attributes: str) -> dict[str, str]:
    """The attributes of a message about to be journalled, in their header names."""
    return {
        "ce_specversion": "1.0",
        "ce_type": data.type_name(),
        "ce_dataschema": f"/schemas/{data.type_name()}",
        "content-type": "application/json",
        **{k: v for k, v in attributes.items() if v},
    }
