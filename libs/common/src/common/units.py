"""What comes in at the doors, and what its sender gets back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from common.change import Effect, Refused, TimerFired
from common.envelope import Envelope
from common.journal import Journalled

if TYPE_CHECKING:
    from opentelemetry.trace import Span


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message from Kafka. `unstorable` says that its effects cannot be written: park it without trying."""

    envelope: Envelope
    unstorable: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """A command over HTTP, or one of the plumbing's own. `key` and `fingerprint` make it happen once."""

    id: str
    time: datetime
    effects: Sequence[Effect]
    key: str = ""
    fingerprint: str = ""
    correlation_id: str = ""
    if_match: int | None = None
    traceparent: str = ""
    answer: dict[str, str] = field(default_factory=dict)
    """What the sender is told beside the id and the version, for example ids made for it."""


@dataclass(frozen=True, slots=True)
class Due:
    """A durable timer that is due; `once` tells this setting of it from any other of the same name."""

    id: str
    once: str
    fired: TimerFired
    correlation_id: str
    traceparent: str = ""
    """The span that set it."""


Unit = Delivery | Act | Due


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an act: the aggregate's id and version, the types of the facts said."""

    id: str = ""
    version: int = 0
    said: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)
    repeated: bool = False


@dataclass(slots=True)
class Outcome:
    """What one transaction did: an answer or a refusal per act, and counts of messages by what became of them."""

    answers: dict[str, Answer | Refused] = field(default_factory=dict)
    tally: Counter[str] = field(default_factory=Counter)
    parked: list[dict[str, str]] = field(default_factory=list)
    applied: int = 0
    newly_parked: list[str] = field(default_factory=list)
    """Subjects with a message parked for its own fault, not behind another."""
    journalled: Journalled = field(default_factory=dict)
    spans: list[tuple["Span", str]] = field(default_factory=list)
    """The spans begun, each with the code of what was wrong, or nothing; ended once it is committed."""
