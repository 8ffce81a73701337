"""What waits for an operator: how a message is parked, tried again in order, or given up with a reason."""

from collections import ChainMap
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from common.change import Refused
from common.contracts.message import Contract
from common.contracts.plumbing import (
    DiscardParked,
    MessageDiscarded,
    MessageParked,
    MessageReplayed,
    ReplayAnswered,
    ReplayParked,
    ReplayTried,
)
from common.envelope import Envelope
from common.fold import Cause, Fold
from common.inbox import Position, waiting_document
from common.mongo import ReplaceOne, UpdateOne, Write
from common.taking import Preloaded, Taken, fault_code
from common.units import Delivery

Try = Callable[[Taken, Envelope], str]
"""Apply a message the normal way; the code of what is wrong, or nothing."""


@dataclass(slots=True)
class Parked:
    """The parked messages of one transaction, and what operators ask about them.

    The count at the position is the truth about how many wait: it is written whenever an order is carried out, so
    that an order and a newly arriving message of the same subject never pass each other.
    """

    fold: Fold
    loaded: Preloaded
    now: datetime
    attempt: Try
    writes: list[Write] = field(default_factory=list)
    _busy: set[str] = field(default_factory=set)
    _waited: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._waited = frozenset(one.message.id for one in self.loaded.waiting() if one.message)

    def add(self, envelope: Envelope, position: Position, reason: str) -> None:
        """Park a message behind what waits at its position; `reason` is a code."""
        position.parked += 1
        document = {**waiting_document(envelope), "reason": reason, "state": "parked", "parked_at": self.now}
        self.writes.append(ReplaceOne({"_id": document["_id"]}, document, upsert=True))
        fact = MessageParked(
            at=self.now,
            about=envelope.subject,
            message_id=envelope.id,
            listener=self.fold.service.name,
            source=envelope.source,
            topic=envelope.topic,
            sequence=envelope.sequence,
            message_type=envelope.type,
            reason=reason,
        )
        if not self._own_stream(position):
            self._say(fact, Cause(f"{document['_id']}|parked", envelope.id, envelope.id, self.now))

    def replay(self, order: ReplayParked, cause: Cause) -> None:
        """Apply what waits at a position in order, up to the first that is refused again; say what became of it.

        Raises Refused for an order that had to wait itself and was not prepared for.
        """
        position = self._position(order, cause)
        self._busy.add(position.key)
        try:
            applied, reason = (self._try_dry if order.dry_run else self._try_all)(order, position, cause)
        finally:
            self._busy.remove(position.key)
        if self._own_stream(position):
            return
        answer = ReplayAnswered(
            at=self.now,
            about=order.about,
            source=order.source,
            topic=order.topic,
            listener=self.fold.service.name,
            by=order.by,
            applied=applied,
            left=position.parked - applied if order.dry_run else position.parked,
            reason=reason,
            dry_run=order.dry_run,
            ticket=order.ticket,
        )
        self._say(answer, cause)

    def discard(self, order: DiscardParked, cause: Cause) -> None:
        """Give one parked message up; nothing, if it waits no more. Raises Refused as `replay` does."""
        position = self._position(order, cause)
        for id, _, envelope in self._waiting_at(position):
            if envelope.id == order.message_id:
                outcome = {"state": "discarded", "by": order.by, "why": order.reason, "settled_at": self.now}
                self._settle(id, position, outcome)
                fact = MessageDiscarded(
                    at=self.now,
                    about=order.about,
                    message_id=order.message_id,
                    listener=self.fold.service.name,
                    by=order.by,
                    reason=order.reason,
                )
                self._say(fact, cause)

    def _try_all(self, order: ReplayParked, position: Position, cause: Cause) -> tuple[int, str]:
        """How many went through, and the code of what the next was refused with."""
        applied = 0
        for id, taken, envelope in self._waiting_at(position):
            if reason := self.attempt(taken, envelope):
                self._tried(order, envelope, position, cause, "refused-again", reason)
                return applied, reason
            self._settle(id, position, {"state": "replayed", "by": order.by, "settled_at": self.now})
            applied += 1
            fact = MessageReplayed(
                at=self.now, about=order.about, message_id=envelope.id, listener=self.fold.service.name, by=order.by
            )
            self._say(fact, cause)
        return applied, ""

    def _try_dry(self, order: ReplayParked, position: Position, cause: Cause) -> tuple[int, str]:
        """The same on a trial that is thrown away; says what would become of each."""
        trial = Fold(self.fold.service, ChainMap({}, self.fold.states))
        applied, refused = 0, ""
        for _, taken, envelope in self._waiting_at(position):
            if refused:
                self._tried(order, envelope, position, cause, "waits-behind", "behind-parked")
            elif refused := _on_trial(trial, taken, envelope):
                self._tried(order, envelope, position, cause, "refused-again", refused)
            else:
                self._tried(order, envelope, position, cause, "would-apply", "")
                applied += 1
        return applied, refused

    def _tried(
        self, order: ReplayParked, envelope: Envelope, position: Position, cause: Cause, outcome: str, reason: str
    ) -> None:
        fact = ReplayTried(
            at=self.now,
            about=order.about,
            message_id=envelope.id,
            listener=self.fold.service.name,
            by=order.by,
            outcome=outcome,
            reason=reason,
            dry_run=order.dry_run,
        )
        if not self._own_stream(position):
            self._say(fact, cause)

    def _position(self, order: ReplayParked | DiscardParked, cause: Cause) -> Position:
        """Where an order belongs; at a place nobody knows nothing waits, and nothing is begun.

        Raises Refused for an order that had to wait itself, so that nothing was read for it.
        """
        key = f"{order.source}|{order.topic}|{order.about}"
        known = {position.key: position for position in self.loaded.positions()}
        if key in self._busy or (key not in known and cause.id in self._waited):
            raise Refused("ask-anew", "this order had to wait itself; ask again")
        return known.get(key, Position(key))

    def _waiting_at(self, position: Position) -> list[tuple[str, Taken, Envelope]]:
        """The parked messages of one position that were read, in order."""
        there = [
            (id, one, one.unit.envelope)
            for id, one in self.loaded.parked.items()
            if isinstance(one.unit, Delivery) and one.unit.envelope.position == position.key
        ]
        return sorted(there, key=lambda parked: parked[2].sequence)

    def _settle(self, id: str, position: Position, outcome: dict[str, Any]) -> None:
        del self.loaded.parked[id]
        position.parked -= 1
        self.writes.append(UpdateOne({"_id": id}, {"$set": outcome}))

    def _own_stream(self, position: Position) -> bool:
        """Whether to be silent: a fact about it would be one more message of this very position, to park behind it."""
        service = self.fold.service
        return position.key.startswith(f"{service.source}|{service.main_stream}|")

    def _say(self, fact: Contract, cause: Cause) -> None:
        self.fold.say(fact, self.fold.service.main_stream, cause)


def _on_trial(trial: Fold, taken: Taken, envelope: Envelope) -> str:
    if taken.fault or taken.message is None:
        return taken.fault
    message = taken.message
    cause = Cause(f"{envelope.position}|{envelope.sequence}", envelope.id, message.correlation_id, message.time)
    try:
        trial.apply(taken.effects, cause)
    except Exception as error:  # noqa: BLE001 - a refusal or a bug is the answer of this message alone
        return fault_code(error)
    return ""
