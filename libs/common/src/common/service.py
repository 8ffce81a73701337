"""What makes one service different from another: what it hears, what it does, what it keeps."""

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from common.change import Aggregate, Effects, Record, TimerFired
from common.contracts import COMMAND_TOPICS, EVENT_TOPICS, MAIN_STREAM
from common.contracts.message import Contract, Message
from common.contracts.plumbing import COMMANDS as PLUMBING_COMMANDS
from common.mongo import IndexModel

if TYPE_CHECKING:
    from common.desk import Desk

Hear = Callable[[Any], Effects]
"""A handler: takes a `Message` and names the changes it means."""


@dataclass(frozen=True)
class Service:
    """The table of contents of one service."""

    name: str
    hears: Mapping[type[Contract], Hear]
    timers: Mapping[str, Callable[[TimerFired], Effects]] = field(default_factory=dict)
    projects: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = field(default_factory=dict)
    """Own fact -> writes to own read models, in the same transaction."""
    aggregates: Sequence[type[Aggregate]] = ()
    indexes: Mapping[str, Sequence[IndexModel]] = field(default_factory=dict)
    works: "Sequence[Callable[[Desk], Coroutine[Any, Any, None]]]" = ()
    """What else it does for as long as it runs, in real time; whatever is cut short begins again at the next start."""

    measures: "Sequence[Callable[[Desk], Coroutine[Any, Any, None]]]" = ()
    """What sets its own gauges, from its database, when somebody asks for its metrics."""

    waits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Collection -> query: what waits for one of its works, and is due as a timer is."""

    @property
    def source(self) -> str:
        """The CloudEvents source of everything it says."""
        return f"/throughline/{self.name}"

    @property
    def main_stream(self) -> str:
        """The stream on which it also speaks of its plumbing."""
        return MAIN_STREAM[self.name]

    @property
    def command_topic(self) -> str:
        """The topic on which it is asked."""
        return f"{self.name}.commands"

    @property
    def topics_heard(self) -> tuple[str, ...]:
        """The topics it reads: its own commands, and each stream with a type it hears."""
        streams = {contract.TOPIC for contract in self.hears if contract.TOPIC in EVENT_TOPICS}
        return (self.command_topic, *sorted(streams))

    @property
    def topics_said(self) -> tuple[str, ...]:
        """The topics it writes: its own streams; commands go to whom they ask."""
        return tuple(topic for topic, owner in EVENT_TOPICS.items() if owner == self.name)

    def knows(self, type_name: str) -> bool:
        """Whether a message of this type means something here; others only move the inbox on."""
        return type_name in self._known

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(contract.type_name() for contract in (*self.hears, *PLUMBING_COMMANDS))

    def effects_of(self, message: Message[Any]) -> Effects:
        """What a message means here; nothing, for a type this service does not hear."""
        hear = self.hears.get(type(message.data))
        return tuple(hear(message)) if hear else ()


def owner_of(source: str) -> str:
    """The service that speaks as this CloudEvents source."""
    return source.rsplit("/", 1)[-1]


def command_topic_of(source: str) -> str | None:
    """Where the service that speaks as this source is asked; None for a stranger."""
    topic = f"{owner_of(source)}.commands"
    return topic if topic in COMMAND_TOPICS else None
