"""The event log of the whole house."""

from datetime import UTC
from typing import Any

from common.change import Effects, Record
from common.contracts.message import Message, only_plain

EVENTS = "events"
JOURNEYS = "journeys"


def remember(message: Message[Any]) -> Effects:
    """Every event stands in the log once, without what is private, and counts for its participant.

    Rules: OP-1, OP-2.
    """
    return (_entry(message), *_counted(message))


def place_of(message: Message[Any]) -> str:
    """Where an event stands in the log: a string that sorts by recording time, then as its stream has it."""
    recorded = message.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    return f"{recorded}|{message.topic}|{message.subject}|{message.sequence:012d}"


def _entry(message: Message[Any]) -> Record:
    entry = {
        "place": place_of(message),
        "type": message.type,
        "topic": message.topic,
        "source": message.source,
        "subject": message.subject,
        "sequence": message.sequence,
        "time": message.time,
        "recorded_at": message.recorded_at,
        "correlation_id": message.correlation_id,
        "causation_id": message.causation_id,
        "plain": only_plain(message.data),
    }
    return Record(EVENTS, message.id, {"$set": entry})


def _counted(message: Message[Any]) -> Effects:
    participant = getattr(message.data, "participant_id", None)
    if participant is None:
        return ()
    count = {"$inc": {f"counters.{type(message.data).__name__}": 1}, "$max": {"last_at": message.time}}
    return (Record(JOURNEYS, participant, count),)
