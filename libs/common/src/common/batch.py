"""How a batch takes its units one by one: inbox verdict, decision, parking; all in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from common import tracing
from common.change import Change, Effect, Refused
from common.contracts.message import Message
from common.contracts.plumbing import COMMANDS, DiscardParked, ReplayParked, ResendRange
from common.envelope import Envelope
from common.fold import Cause, Fold
from common.inbox import Position, Verdict, waiting_document
from common.journal import place_of
from common.mongo import DeleteOne, InsertOne, ReplaceOne, UpdateOne, Write
from common.parked import Parked
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
    parking: Parked = field(init=False)
    _held: list[Write] = field(default_factory=list)
    _answers: list[Write] = field(default_factory=list)
    _timers: list[Write] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parking = Parked(self.fold, self.loaded, self.now, self._try)

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
        """What to write beside the fold and the positions, by collection."""
        return {
            "held": self._held,
            "parked": self.parking.writes,
            "answers": self._answers,
            "timers": self._timers,
        }

    def _take_delivery(self, taken: Taken, envelope: Envelope) -> None:
        position = self.loaded.position(envelope.position)
        verdict = position.judge(envelope.sequence)
        self.outcome.tally[verdict.value] += 1
        if verdict is Verdict.GAP:
            self._hold(taken, envelope, position)
            self._send_again(taken.message)
        elif verdict is not Verdict.DUPLICATE:
            self._advance(taken, envelope, position)
            self._drain(position)

    def _advance(self, taken: Taken, envelope: Envelope, position: Position) -> None:
        waits = position.parked and not _of_the_plumbing(taken)
        reason = "behind-parked" if waits else self._try(taken, envelope)
        position.last = envelope.sequence
        if reason:
            self._park(envelope, position, reason)
            self.outcome.newly_parked += [envelope.subject] if not waits else []
        else:
            self.outcome.applied += 1

    def _try(self, taken: Taken, envelope: Envelope) -> str:
        if taken.fault or taken.message is None:
            return taken.fault
        if tracing.spans is None:
            return self._apply(taken.effects, taken.message, taken.message.traceparent)
        span = tracing.spans.of_message(envelope)
        reason = self._apply(taken.effects, taken.message, tracing.spans.traceparent(span))
        self.outcome.spans.append((span, reason))
        return reason

    def _apply(self, effects: Sequence[Effect], message: Message[Any], traceparent: str) -> str:
        cause = Cause(
            f"{message.source}|{message.topic}|{message.subject}|{message.sequence}",
            message.id,
            message.correlation_id or message.id,
            message.time,
            traceparent,
        )
        try:
            self.fold.apply(effects, cause)
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
        self.parking.add(envelope, position, reason)
        self.outcome.tally["parked"] += 1
        self.outcome.parked.append({"message_id": envelope.id, "type": envelope.type, "reason": reason})

    def _plumb(self, message: Message[Any], cause: Cause) -> None:
        match message.data:
            case ResendRange():
                self._send_again(message)
            case ReplayParked() as order:
                self.parking.replay(order, cause)
            case DiscardParked() as order:
                self.parking.discard(order, cause)

    def _send_again(self, message: Message[Any] | None) -> None:
        """Put a range into the outbox once more, also for an order that is held itself.

        Two services that wait for each other's lost orders would otherwise wait for ever; twice does no harm.
        """
        if message and isinstance(message.data, ResendRange):
            wanted = message.data
            first, last = (place_of(wanted.topic, wanted.about, n) for n in (wanted.first, wanted.last))
            self.resends.append({"_id": {"$gte": first, "$lte": last}})

    def _take_act(self, taken: Taken, act: Act) -> None:
        earlier = self.loaded.answers.get(act.key) if act.key else None
        if earlier is not None:
            self.outcome.answers[act.id] = _answer_again(earlier, act)
            return
        try:
            self._check_version(act)
            cause = Cause(act.id, act.id, act.correlation_id or act.id, act.time, act.traceparent)
            said = self.fold.apply(taken.effects, cause)
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
        """Fire it as it stands: not what an earlier unit of this batch called off or set anew."""
        stored = self.loaded.timers.pop(due.id, None)
        if stored is None or stored["once"] != due.once or due.id in self.fold.timers:
            self.outcome.tally["timer-repeated"] += 1
            return
        reason = taken.fault or self._fire(taken.effects, due)
        self.outcome.tally["timer-failed" if reason else "timer-fired"] += 1
        if reason:
            kept = {"$set": {"failed": reason, "was_due_at": due.fired.due_at}, "$unset": {"due_at": ""}}
            self._timers.append(UpdateOne({"_id": due.id}, kept))

    def _fire(self, effects: Sequence[Effect], due: Due) -> str:
        span = tracing.spans.of_timer(due.fired, due.traceparent) if tracing.spans else None
        traceparent = tracing.spans.traceparent(span) if tracing.spans and span else ""
        cause, reason = Cause(due.once, due.once, due.correlation_id, due.fired.due_at, traceparent), ""
        self.fold.timers.setdefault(due.id, None)
        try:
            self.fold.apply(effects, cause)
        except Exception as error:  # noqa: BLE001 - a timer that fails is kept, with the reason
            reason = fault_code(error)
            self.fold.timers.pop(due.id, None)
        self.outcome.spans += [(span, reason)] if span else []
        return reason


class StaleVersion(Refused):
    """An `If-Match` that does not match any more."""


class KeyReused(Refused):
    """An `Idempotency-Key` that came with another body before."""


def _of_the_plumbing(taken: Taken) -> bool:
    """Whether it is an order about messages: it must not wait behind what it may be meant to free."""
    return taken.message is not None and isinstance(taken.message.data, COMMANDS)


def _answer_again(earlier: dict[str, Any], act: Act) -> Answer | Refused:
    if earlier["fingerprint"] != act.fingerprint:
        return KeyReused("idempotency-key-reused", "this Idempotency-Key came with another request before")
    return Answer(earlier["id"], earlier["version"], tuple(earlier["said"]), dict(earlier["extra"]), repeated=True)
