"""Decisions, folded in memory: states in, facts out, nothing kept of a decision that fails."""

from collections import Counter
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from pydantic_core import to_json

from common.change import Aggregate, Ask, Change, Effect, Forget, Invalid, Record, Remind
from common.contracts.message import Contract
from common.service import Service
from common.tracing import kept

MESSAGE_IDS = UUID("6f1d1c52-7a0e-5c55-9a55-6a2f6f0c7e11")
"""Namespace of message ids: the same cause gives the same ids, however often it is decided."""
LARGEST_BYTES = 900_000
"""Of one message's data: brokers take 1 MiB with its attributes. Source: Kafka, message.max.bytes."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What made us decide: a message, an act over HTTP, or a timer.

    `once` is unique to this deciding whatever ids senders choose: message ids are made from it.
    """

    once: str
    id: str
    correlation_id: str
    time: datetime
    traceparent: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something to say, before it has its sequence."""

    id: str
    topic: str
    subject: str
    data: Contract
    body: bytes
    cause: Cause


@dataclass(slots=True)
class Loaded:
    """An aggregate and the version at which it was stored; 0 says that it was not."""

    state: Aggregate
    version: int
    changed: bool = False


Key = tuple[type[Aggregate], str]


def collection_of(kind: type[Aggregate]) -> str:
    """Where aggregates of a kind are stored: their name in lower case."""
    return kind.__name__.lower()


def timer_id(kind: type[Aggregate], id: str, name: str) -> str:
    """The id of a timer: whose it is and what it is called."""
    return f"{collection_of(kind)}|{id}|{name}"


def keys_of(effects: Sequence[Effect]) -> set[Key]:
    """The aggregates that effects will touch."""
    return {(effect.kind, effect.id) for effect in effects if isinstance(effect, Change)}


@dataclass(slots=True)
class Fold:
    """What a transaction is about to write."""

    service: Service
    states: MutableMapping[Key, Loaded]
    outgoing: list[Outgoing] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    timers: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    _said: Counter[str] = field(default_factory=Counter)
    _before: dict[Key, Loaded] = field(default_factory=dict)
    """Aggregates as they were before the cause in hand."""

    def apply(self, effects: Sequence[Effect], cause: Cause) -> list[Contract]:
        """Take every decision of one cause; if one raises, none of them happened.

        Returns the facts said. Raises whatever the decision raises.
        """
        said, outgoing, records = self._said[cause.once], len(self.outgoing), len(self.records)
        self._before, timers = {}, self.timers
        self.timers = dict(timers)
        try:
            for effect in effects:
                self._take(effect, cause)
        except BaseException:
            self.states.update(self._before)
            del self.outgoing[outgoing:], self.records[records:]
            self.timers, self._said[cause.once] = timers, said
            raise
        return [out.data for out in self.outgoing[outgoing:]]

    def say(self, data: Contract, topic: str, cause: Cause) -> None:
        """Put a fact or a command into the journal, and the read models it moves; raises Invalid if too large."""
        body = to_json(data)
        if len(body) > LARGEST_BYTES:
            raise Invalid("message-too-large", f"{data.type_name()} would have {len(body)} bytes")
        number = self._said[cause.once]
        self._said[cause.once] += 1
        id = str(uuid5(MESSAGE_IDS, f"{self.service.name}:{cause.once}:{number}"))
        self.outgoing.append(Outgoing(id, topic, data.subject(), data, body, cause))
        if project := self.service.projects.get(type(data)):
            self.records += project(data)

    def _take(self, effect: Effect, cause: Cause) -> None:
        if isinstance(effect, Change):
            self._decide(effect, cause)
        elif isinstance(effect, Record):
            self.records.append(effect)
        elif isinstance(effect, Ask):
            self.say(effect.command, effect.topic or effect.command.TOPIC, cause)
        else:
            self.say(effect, effect.TOPIC, cause)

    def _decide(self, effect: Change[Any], cause: Cause) -> None:
        before = self.states[effect.kind, effect.id]
        self._before.setdefault((effect.kind, effect.id), before)
        state, changed = before.state, before.changed
        for outcome in effect.decide(state):
            if isinstance(outcome, Remind):
                self._remind(effect, outcome, cause)
            elif isinstance(outcome, Forget):
                self.timers[timer_id(effect.kind, effect.id, outcome.name)] = None
            elif isinstance(outcome, Ask):
                self.say(outcome.command, outcome.topic or outcome.command.TOPIC, cause)
            else:
                state, changed = state.after(outcome), True
                self.say(outcome, outcome.TOPIC, cause)
        self.states[effect.kind, effect.id] = Loaded(state, before.version, changed)

    def _remind(self, effect: Change[Any], remind: Remind, cause: Cause) -> None:
        id = timer_id(effect.kind, effect.id, remind.name)
        self.timers[id] = {
            "_id": id,
            "aggregate": collection_of(effect.kind),
            "aggregate_id": effect.id,
            "name": remind.name,
            "due_at": remind.due_at,
            "data": remind.data,
            "correlation_id": cause.correlation_id,
            "once": str(uuid5(MESSAGE_IDS, f"{cause.once}|{id}")),
            **kept(cause.traceparent),
        }
