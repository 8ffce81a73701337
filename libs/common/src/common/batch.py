"""How a batch takes its units one by one: inbox verdict, decision, parking; all in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from common.change import Change, Refused
from common.contracts.message import Message
from common.contracts.plumbing import (
    DiscardParked,
    MessageDiscarded,
    MessageParked,
    MessageReplayed,
    ReplayParked,
    ResendRange,
)
from common.envelope import Envelope
from common.fold import Cause, Fold
from common.inbox import Position, Verdict, waiting_document
from common.mongo import DeleteOne, InsertOne, ReplaceOne, UpdateOne, Write
from common.taking import Preloaded, Taken, fault_code
from common.units import Act, Answer, Delivery, Due, Outcome


@dataclass(slots=True)
class Batch:
    """Takes units in order and collects what must be written beside the fold."""

    fold: Fold
    loaded: Preloaded
    now: datetime
    outcome: Outcome = field(default_factory=Outcome)
    resends: list[dict[str, Any]] = field(default_factory=list)
    _held: list[Write] = field(default_factory=list)
    _parked: list[Write] = field(default_factory=list)
    _answers: list[Write] = field(default_factory=list)
    _timers: list[Write] = field(default_factory=list)

    def take(self, taken: Taken) -> None:
        """Let one unit happen, at most once."""
        match taken.unit:
            case Delivery() as delivery:
                self._take_delivery(taken, delivery.envelope)
            case Act() as act:
                self._take_act(taken, act)
            case Due() as due:
                self._take_timer(taken, due)

    def writes(self) -> dict[str, list[Write]]:
        """What to write beside the fold, by collection."""
        positions: list[Write] = [UpdateOne({"_id": p.key}, p.update(), upsert=True) for p in self.loaded.positions()]
        return {
            "positions": positions,
            "held": self._held,
            "parked": self._parked,
            "answers": self._answers,
            "timers": self._timers,
        }

    def _take_delivery(self, taken: Taken, envelope: Envelope) -> None:
        position = self.loaded.position(envelope.position)
        verdict = position.judge(envelope.sequence)
        self.outcome.tally[verdict.value] += 1
        if verdict is Verdict.GAP:
            self._hold(taken, envelope, position)
        elif verdict is not Verdict.DUPLICATE:
            self._advance(taken, envelope, position)
            self._drain(position)

    def _advance(self, taken: Taken, envelope: Envelope, position: Position) -> None:
        reason = "behind-parked" if position.parked else self._try(taken, envelope)
        position.last = envelope.sequence
        if reason:
            self._park(envelope, position, reason)

    def _try(self, taken: Taken, envelope: Envelope) -> str:
        if taken.fault or taken.message is None:
            return taken.fault
        message = taken.message
        cause = Cause(
            f"{envelope.position}|{envelope.sequence}",
            envelope.id,
            message.correlation_id or envelope.id,
            message.time,
            message.traceparent,
        )
        try:
            self.fold.apply(taken.effects, cause)
            self._plumb(message, cause)
        except Exception as error:  # noqa: BLE001 - a refusal or a bug stops this subject, not the house
            return fault_code(error)
        return ""

    def _hold(self, taken: Taken, envelope: Envelope, position: Position) -> None:
        document = waiting_document(envelope)
        if document["_id"] in self.loaded.held:
            return
        self.loaded.held[document["_id"]] = taken
        position.held += 1
        self._held.append(ReplaceOne({"_id": document["_id"]}, {**document, "held_at": datetime.now(UTC)}, upsert=True))

    def _drain(self, position: Position) -> None:
        while following := self.loaded.held.pop(f"{position.key}|{position.last + 1}", None):
            position.held -= 1
            self._held.append(DeleteOne({"_id": f"{position.key}|{position.last + 1}"}))
            if isinstance(following.unit, Delivery):
                self._advance(following, following.unit.envelope, position)

    def _park(self, envelope: Envelope, position: Position, reason: str) -> None:
        position.parked += 1
        document = {**waiting_document(envelope), "reason": reason, "state": "parked", "parked_at": self.now}
        self._parked.append(ReplaceOne({"_id": document["_id"]}, document, upsert=True))
        self.outcome.tally["parked"] += 1
        self.outcome.parked.append({"message_id": envelope.id, "type": envelope.type, "reason": reason})
        if envelope.source == self.fold.service.source and envelope.topic == self.fold.service.main_stream:
            return  # saying so would be one more message of this very position, to park behind it, for ever
        cause = Cause(f"{document['_id']}|parked", envelope.id, envelope.id, self.now)
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
        self.fold.say(fact, self.fold.service.main_stream, cause)

    def _plumb(self, message: Message[Any], cause: Cause) -> None:
        match message.data:
            case ResendRange(topic=topic, about=about, first=first, last=last):
                self.resends.append({"topic": topic, "subject": about, "sequence": {"$gte": first, "$lte": last}})
            case ReplayParked() as order:
                self._replay(order, cause)
            case DiscardParked() as order:
                self._discard(order, cause)

    def _replay(self, order: ReplayParked, cause: Cause) -> None:
        position = self.loaded.position(f"{order.source}|{order.topic}|{order.about}")
        for id, parked, envelope in self._parked_at(position):
            if self._try(parked, envelope):
                return
            self._settle(id, position, {"state": "replayed", "by": order.by, "settled_at": self.now})
            fact = MessageReplayed(
                at=self.now,
                about=order.about,
                message_id=envelope.id,
                listener=self.fold.service.name,
                by=order.by,
            )
            self.fold.say(fact, self.fold.service.main_stream, cause)

    def _discard(self, order: DiscardParked, cause: Cause) -> None:
        position = self.loaded.position(f"{order.source}|{order.topic}|{order.about}")
        for id, _, envelope in self._parked_at(position):
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
                self.fold.say(fact, self.fold.service.main_stream, cause)

    def _parked_at(self, position: Position) -> list[tuple[str, Taken, Envelope]]:
        """The parked messages of one position, in order."""
        there = [
            (id, one, one.unit.envelope)
            for id, one in self.loaded.parked.items()
            if isinstance(one.unit, Delivery) and one.unit.envelope.position == position.key
        ]
        return sorted(there, key=lambda parked: parked[2].sequence)

    def _settle(self, id: str, position: Position, outcome: dict[str, Any]) -> None:
        del self.loaded.parked[id]
        position.parked -= 1
        self._parked.append(UpdateOne({"_id": id}, {"$set": outcome}))

    def _take_act(self, taken: Taken, act: Act) -> None:
        earlier = self.loaded.answers.get(act.key) if act.key else None
        if earlier is not None:
            self.outcome.answers[act.id] = _answer_again(earlier, act)
            return
        try:
            self._check_version(act)
            said = self.fold.apply(taken.effects, Cause(act.id, act.id, act.correlation_id or act.id, act.time))
        except Refused as refusal:
            self.outcome.answers[act.id] = refusal
            return
        answer = Answer(*self._first(act), tuple(fact.type_name() for fact in said), act.answer)
        self.outcome.answers[act.id] = answer
        if act.key:
            stored = {
                "_id": act.key,
                "fingerprint": act.fingerprint,
                "at": self.now,
                "id": answer.id,
                "version": answer.version,
                "said": list(answer.said),
                "extra": answer.extra,
            }
            self.loaded.answers[act.key] = stored
            self._answers.append(InsertOne(stored))

    def _first(self, act: Act) -> tuple[str, int]:
        """Id and version, after what was decided so far, of the aggregate an act is about."""
        for effect in act.effects:
            if isinstance(effect, Change):
                loaded = self.fold.states[effect.kind, effect.id]
                return effect.id, loaded.version + loaded.changed
        return "", 0

    def _check_version(self, act: Act) -> None:
        if act.if_match is not None and self._first(act)[1] != act.if_match:
            raise StaleVersion("stale-version", "somebody changed this since you read it; read it again")

    def _take_timer(self, taken: Taken, due: Due) -> None:
        stored = self.loaded.timers.pop(due.id, None)
        if stored is None or stored["once"] != due.once:
            self.outcome.tally["timer-repeated"] += 1
            return
        reason = taken.fault
        try:
            if not reason:
                self.fold.timers.setdefault(due.id, None)
                self.fold.apply(
                    taken.effects,
                    Cause(due.once, due.once, due.correlation_id, due.fired.due_at),
                )
        except Exception as error:  # noqa: BLE001 - a timer that fails is kept, with the reason
            reason = fault_code(error)
            self.fold.timers.pop(due.id, None)
        self.outcome.tally["timer-failed" if reason else "timer-fired"] += 1
        if reason:
            kept = {"$set": {"failed": reason, "was_due_at": due.fired.due_at}, "$unset": {"due_at": ""}}
            self._timers.append(UpdateOne({"_id": due.id}, kept))


class StaleVersion(Refused):
    """An `If-Match` that does not match any more."""


class KeyReused(Refused):
    """An `Idempotency-Key` that came with another body before."""


def _answer_again(earlier: dict[str, Any], act: Act) -> Answer | Refused:
    if earlier["fingerprint"] != act.fingerprint:
        return KeyReused("idempotency-key-reused", "this Idempotency-Key came with another request before")
    return Answer(earlier["id"], earlier["version"], tuple(earlier["said"]), dict(earlier["extra"]), repeated=True)
