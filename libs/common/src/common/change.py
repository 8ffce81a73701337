"""What a handler returns: which aggregate changes, by which decision, and what a decision may answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar

from pydantic import BaseModel, ConfigDict

from common.contracts.message import Contract


class Refused(Exception):
    """The domain says no. `code` is stable and says what is so; `detail` is one readable line without names."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class NotFound(Refused):
    """What was asked about does not exist."""


class NotEntitled(Refused):
    """The person who asks may not decide this."""


class Invalid(Refused):
    """The request makes no sense, whatever the state."""


class Aggregate(BaseModel):
    """State that changes as one. Frozen; every field but `id` has a default; moves only through `after(fact)`."""

    model_config = ConfigDict(frozen=True)

    id: str

    def after(self, fact: Contract) -> Self:
        """The state once `fact` is true. Facts it does not know leave it as it is."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Ask:
    """A command to another service, sent from the journal like every fact."""

    command: Contract
    topic: str = ""
    """Where to, for plumbing commands, which every service takes; domain commands name their own topic."""


@dataclass(frozen=True, slots=True)
class Remind:
    """A durable timer of this aggregate; a second one of the same name replaces the first."""

    name: str
    due_at: datetime
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Forget:
    """Take the timer of this name away."""

    name: str


Outcome = Contract | Ask | Remind | Forget

A = TypeVar("A", bound=Aggregate)
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Change(Generic[A]):
    """One aggregate, and the pure decision to take on it. The decision may be run more than once."""

    kind: type[A]
    id: str
    decide: Callable[[A], Iterable[Outcome]]


def change(
    kind: type[A],
    id: str,
    decide: Callable[Concatenate[A, P], Iterable[Outcome]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Change[A]:
    """Name the aggregate `kind` with `id` and the decision to take on it, with its arguments."""
    return Change(kind, id, lambda state: decide(state, *args, **kwargs))


@dataclass(frozen=True, slots=True)
class Record:
    """A write to a read model, in the same transaction: MongoDB update operators on one document, upserted.

    `update` must be safe to repeat only together with the message that causes it, which happens once.
    """

    view: str
    id: str
    update: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A durable timer that fell due: which aggregate asked for it, under which name, with which data.

    `due_at` is when it should have fired, `fired_at` when it did: decisions about now go by the latter.
    """

    aggregate: str
    aggregate_id: str
    name: str
    due_at: datetime
    fired_at: datetime
    data: dict[str, str]


Effect = Change[Any] | Record | Ask | Contract
Effects = Iterable[Effect]
