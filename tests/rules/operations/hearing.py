"""Messages as operations hears them, and what one writes to a document, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from common.change import Record
from common.contracts.message import Contract, Message
from operations.doors.kafka import HEARS

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EPISODE: dict[str, Any] = {"participant_id": "p-1", "episode_id": "e-1"}
MOVE: dict[str, Any] = {**EPISODE, "transition_id": "t-1"}


def later(**span: float) -> datetime:
    """So long after the beginning."""
    return AT + timedelta(**span)


def heard(data: Contract, sequence: int = 1, recorded_at: datetime | None = None) -> Message[Any]:
    """A contract in its envelope."""
    return Message(
        id=f"m-{sequence}",
        source="/throughline/intake",
        topic=data.TOPIC or "intake.episodes",
        subject=data.subject(),
        sequence=sequence,
        time=data.at,
        recorded_at=recorded_at or data.at,
        heard_at=data.at,
        correlation_id="c",
        causation_id="k",
        site="main",
        data=data,
    )


def records(data: Contract, view: str) -> list[Record]:
    """What hearing this writes to one read model."""
    return [effect for effect in HEARS[type(data)](heard(data)) if isinstance(effect, Record) and effect.view == view]


def written(data: Contract, view: str) -> dict[str, Any]:
    """The fields that hearing this sets in one read model."""
    fields: dict[str, Any] = {}
    for record in records(data, view):
        fields |= record.update.get("$set", {})
    return fields
