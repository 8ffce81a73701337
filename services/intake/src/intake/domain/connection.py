"""The three sources of connection, therapist, peers and family: what counts as a contact with each."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from common.change import Record
from common.contracts import coaching, family, scheduling
from common.contracts.message import Message
from common.contracts.words import ParticipantId, SessionKind

CONTACTS = "contacts"
"""The read model: one document a contact, known by the session or call it was."""


class Source(StrEnum):
    """Where connection comes from. Source: facts 1.1 A46."""

    THERAPIST = "therapist"
    PEERS = "peers"
    FAMILY = "family"


class Contact(BaseModel):
    """One contact; `counts` is false where a later telling says that it was none."""

    model_config = ConfigDict(frozen=True)

    participant_id: ParticipantId
    key: str
    source: Source
    at: datetime
    counts: bool = True


def contact_in(message: Message[Any]) -> Contact | None:
    """The contact a message tells of, or None. Rule: IN-X1.

    Individual sessions and coaching calls are the therapist's, groups and program days are with peers, a family
    session has at least one supporter.
    """
    match message.data:
        case scheduling.SessionAttendanceRecorded() as told:
            source = Source.THERAPIST if told.kind is SessionKind.INDIVIDUAL else Source.PEERS
            counts = told.counted_as_attended
            return _contact(told.participant_id, f"session|{told.session_id}", source, told.at, counts)
        case coaching.CoachingRecorded() as call:
            return _contact(call.participant_id, f"call|{call.call_id}", Source.THERAPIST, call.starts_at)
        case family.FamilySessionHeld(supporter_ids=some) as held if some:
            return _contact(held.participant_id, f"family|{message.id}", Source.FAMILY, held.at)
    return None


def _contact(who: ParticipantId, key: str, source: Source, at: datetime, counts: bool = True) -> Contact:
    return Contact(participant_id=who, key=key, source=source, at=at, counts=counts)


def kept(message: Message[Any]) -> Iterable[Record]:
    """The contact of a message in the read model; told anew, it replaces what was told."""
    contact = contact_in(message)
    if contact is None:
        return []
    told = {**contact.model_dump(exclude={"key"}), "source": contact.source.value}
    return [Record(CONTACTS, f"{contact.participant_id}|{contact.key}", {"$set": told})]
