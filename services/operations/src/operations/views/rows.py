"""What an answer is made of: one row of each read model. Ids, codes and instants; no names, nothing clinical."""

from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from common.contracts.words import LevelOfCare
from operations.domain.journey import Stop, line
from operations.domain.transitions import STEPS, TERMINAL, shown_state

Document = dict[str, Any]
T = TypeVar("T")


class Row(BaseModel):
    """Frozen, and silent about what the stored document has beside it."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Page(Row, Generic[T]):
    """Some rows, and where to go on: send `next` as `after`. None says that this is the end for now."""

    items: tuple[T, ...]
    next: str | None = None


class EventRow(Row):
    """One event of the house, with those of its fields that anybody who watches may see."""

    id: str
    place: str
    type: str
    topic: str
    source: str
    subject: str
    sequence: int
    time: datetime
    recorded_at: datetime
    correlation_id: str
    causation_id: str
    plain: dict[str, Any]

    @property
    def service(self) -> str:
        """Who said it."""
        return self.source.rsplit("/", 1)[-1]


class LevelStep(Row):
    """One change of level: to which, when, and what the change is called."""

    level: LevelOfCare
    at: datetime
    kind: str


class StepDone(Row):
    """One step of a transition and when it was in place."""

    step: str
    at: datetime


class TransitionRow(Row):
    """One transition, as far as operators need to know it."""

    id: str
    participant_id: str
    kind: str = ""
    from_level: LevelOfCare | None = None
    to_level: LevelOfCare | None = None
    state: str = "unknown"
    state_since: datetime | None = None
    waiting_since: datetime | None = None
    effective_at: datetime | None = None
    reason: str = ""
    signatures: int = 0
    signatures_needed: int = 0
    steps: tuple[StepDone, ...] = ()
    undone: tuple[StepDone, ...] = ()
    late: int = 0

    @property
    def open(self) -> bool:
        """Whether something may still follow."""
        return self.state not in TERMINAL

    @property
    def progress(self) -> tuple[tuple[str, bool], ...]:
        """Every step in order, and whether it is in place."""
        given_back = {step.step for step in self.undone}
        done = {step.step for step in self.steps} - given_back
        return tuple((step, step in done) for step in STEPS)


class JourneyRow(Row):
    """Where one participant is, and since when."""

    participant_id: str
    status: str = "unknown"
    level: LevelOfCare | None = None
    since: datetime | None = None
    therapist: str = ""
    episode_id: str = ""
    last_at: datetime | None = None
    steps: tuple[LevelStep, ...] = ()
    counters: dict[str, int] = {}
    transition: TransitionRow | None = None

    @property
    def stops(self) -> tuple[Stop, ...]:
        """The line of levels with this participant on it."""
        going = self.transition.to_level if self.transition else None
        return line(self.level or "", [step.level for step in self.steps], going or "")


class Journey(Row):
    """One participant's whole story: where they are, every transition, every event, oldest first."""

    journey: JourneyRow
    transitions: tuple[TransitionRow, ...]
    timeline: tuple[EventRow, ...]


class Tried(Row):
    """One try of a replay that left a dead letter where it was; an outcome, and a code where it was refused."""

    at: datetime
    by: str
    outcome: str
    reason: str = ""
    dry_run: bool = False


class DeadLetter(Row):
    """A message that a service parked and that waits for an operator; `tries` are oldest first."""

    listener: str
    message_id: str
    source: str
    topic: str
    about: str
    sequence: int
    type: str
    reason: str
    parked_at: datetime
    tries: tuple[Tried, ...] = ()


class StreamRow(Row):
    """How far operations is with one stream of one service; `n` counts messages."""

    source: str
    topic: str
    n: int
    parked: int
    held: int


class ServiceRow(Row):
    """One service as operations sees it: what was heard of it, when it spoke last, its open dead letters."""

    service: str
    heard: int
    last_recorded_at: datetime | None
    dead_letters: int
    streams: tuple[StreamRow, ...]


def event_row(document: Document) -> EventRow:
    """Read one entry of the event log."""
    return EventRow.model_validate({**document, "id": document["_id"]})


def transition_row(document: Document) -> TransitionRow:
    """Read one transition, in the state to show. Rule: OP-5."""
    state, since = document.get("state", "unknown"), document.get("state_since")
    if since is not None:
        state = shown_state(state, since, document.get("placed_at"))
    counted = {
        "signatures": len(document.get("signatures", ())),
        "late": len(document.get("late", ())),
        "state": state,
    }
    return TransitionRow.model_validate({**document, "id": document["_id"], **counted})


def journey_row(document: Document, transition: TransitionRow | None = None) -> JourneyRow:
    """Read one journey, with its open transition where there is one."""
    return JourneyRow.model_validate({**document, "participant_id": document["_id"], "transition": transition})
