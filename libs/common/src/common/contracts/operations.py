"""What operations says (`operations.acts`): what operators did, and how a replay in bulk goes on."""

from typing import ClassVar

from common.contracts.message import Contract, Instant, Part, Plain


class OperatorActed(Contract):
    """An operator asked a service to replay or discard parked messages."""

    TOPIC: ClassVar[str] = "operations.acts"

    act: Plain[str]
    service: Plain[str]
    about: Plain[str]
    by: Plain[str]
    reason: Plain[str] = ""

    def subject(self) -> str:
        """The subject whose messages were parked."""
        return self.about


class ReplayPlace(Part):
    """Where messages wait: which service parked them, of which stream and subject."""

    listener: Plain[str]
    source: Plain[str]
    topic: Plain[str]
    about: Plain[str]


class BulkReplayContract(Contract):
    """About one replay in bulk. Places are numbered from 0 in the order of `BulkReplayStarted`."""

    TOPIC: ClassVar[str] = "operations.acts"

    run_id: Plain[str]

    def subject(self) -> str:
        """The run, so that its facts stay in order."""
        return self.run_id


class BulkReplayStarted(BulkReplayContract):
    """An operator asked for a replay of every place named, so many a second of real time."""

    by: Plain[str]
    per_second: Plain[float]
    dry_run: Plain[bool]
    places: Plain[tuple[ReplayPlace, ...]]


class BulkReplayItemAsked(BulkReplayContract):
    """The listener of one place was asked, for the `turn`th time; `asked_at` is real time, for the pace."""

    item: Plain[int]
    turn: Plain[int]
    asked_at: Plain[Instant]


class BulkReplayItemAnswered(BulkReplayContract):
    """The listener of one place answered that turn: so many went through, so many still wait, and why."""

    item: Plain[int]
    turn: Plain[int]
    applied: Plain[int]
    left: Plain[int]
    reason: Plain[str] = ""


class BulkReplayCancelled(BulkReplayContract):
    """An operator asked to stop: no further place is asked; what was asked already is still answered."""

    by: Plain[str]


class BulkReplayFinished(BulkReplayContract):
    """Nothing of the run is open any more: messages applied, and places whose message was refused again."""

    applied: Plain[int]
    refused: Plain[int]


EVENTS: tuple[type[Contract], ...] = (
    OperatorActed,
    BulkReplayStarted,
    BulkReplayItemAsked,
    BulkReplayItemAnswered,
    BulkReplayCancelled,
    BulkReplayFinished,
)
COMMANDS: tuple[type[Contract], ...] = ()
