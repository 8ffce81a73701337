"""The dead letters of the whole house, and what operators ask about them."""

from datetime import datetime
from typing import Any

from common.change import Ask, Effects, Record
from common.contracts.message import Message
from common.contracts.operations import OperatorActed
from common.contracts.plumbing import (
    DiscardParked,
    MessageDiscarded,
    MessageParked,
    MessageReplayed,
    ReplayParked,
    ReplayTried,
)
from operations.handlers.events import remember

DEAD_LETTERS = "deadletters"
"""Not `parked`: that is where the plumbing keeps the messages this service itself could not take."""

TRIES_KEPT = 50
"""ASSUMED: the latest tries of one dead letter; older ones stand in the event log."""


def open_dead_letter(message: Message[MessageParked]) -> Effects:
    """A service parked a message; it waits for an operator. Rule: OP-6."""
    parked = message.data
    letter = {
        "state": "open",
        "listener": parked.listener,
        "message_id": parked.message_id,
        "source": parked.source,
        "topic": parked.topic,
        "about": parked.about,
        "sequence": parked.sequence,
        "type": parked.message_type,
        "reason": parked.reason,
        "parked_at": parked.at,
    }
    return (*remember(message), _letter(parked, letter))


def note_try(message: Message[ReplayTried]) -> Effects:
    """A replay looked at a dead letter and did not apply it; it stays open and remembers why. Rule: OP-6."""
    tried = message.data
    outcome = {
        "at": tried.at,
        "by": tried.by,
        "outcome": tried.outcome,
        "reason": tried.reason,
        "dry_run": tried.dry_run,
    }
    kept = {"$push": {"tries": {"$each": [outcome], "$slice": -TRIES_KEPT}}}
    return (*remember(message), Record(DEAD_LETTERS, f"{tried.listener}|{tried.message_id}", kept))


def settle_replayed(message: Message[MessageReplayed]) -> Effects:
    """A parked message went through after all. Rule: OP-6."""
    replayed = message.data
    settled = {"state": "replayed", "settled_at": replayed.at, "by": replayed.by}
    return (*remember(message), _letter(replayed, settled))


def settle_discarded(message: Message[MessageDiscarded]) -> Effects:
    """An operator gave a parked message up. Rule: OP-6."""
    discarded = message.data
    settled = {"state": "discarded", "settled_at": discarded.at, "by": discarded.by, "why": discarded.reason}
    return (*remember(message), _letter(discarded, settled))


def ask_to_replay(service: str, source: str, topic: str, about: str, by: str, now: datetime) -> Effects:
    """Ask `service` to try the parked messages of one subject again, and say who asked. Rule: OP-7."""
    acted = OperatorActed(at=now, act="replay", service=service, about=about, by=by)
    order = ReplayParked(at=now, about=about, source=source, topic=topic, by=by)
    return (acted, Ask(order, f"{service}.commands"))


def ask_to_discard(service: str, order: DiscardParked) -> Effects:
    """Ask `service` to give one parked message up, and say who asked and why. Rule: OP-7."""
    acted = OperatorActed(
        at=order.at, act="discard", service=service, about=order.about, by=order.by, reason=order.reason
    )
    return (acted, Ask(order, f"{service}.commands"))


def _letter(about: MessageParked | MessageReplayed | MessageDiscarded, fields: dict[str, Any]) -> Record:
    return Record(DEAD_LETTERS, f"{about.listener}|{about.message_id}", {"$set": fields})
