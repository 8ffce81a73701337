"""What every service can say about its own plumbing, on its own stream, and can be asked on its command topic."""

from common.contracts.message import Contract, Plain


class PlumbingContract(Contract):
    """About the messages of one subject, not about what they mean. `about` is that subject."""

    about: Plain[str]

    def subject(self) -> str:
        """The same subject, so that order holds."""
        return self.about


class MessageParked(PlumbingContract):
    """A message is wrong, or waits behind one that is. `reason` is a code."""

    message_id: Plain[str]
    listener: Plain[str]
    source: Plain[str]
    topic: Plain[str]
    sequence: Plain[int]
    message_type: Plain[str]
    reason: Plain[str]


class MessageReplayed(PlumbingContract):
    """A parked message went through the normal path after all."""

    message_id: Plain[str]
    listener: Plain[str]
    by: Plain[str]


class ReplayTried(PlumbingContract):
    """What a replay looked at and did not apply.

    `outcome` is `would-apply` (a dry run), `refused-again` with the code as `reason`, or `waits-behind` (a dry run).
    """

    message_id: Plain[str]
    listener: Plain[str]
    by: Plain[str]
    outcome: Plain[str]
    reason: Plain[str] = ""
    dry_run: Plain[bool] = False


class ReplayAnswered(PlumbingContract):
    """A replay is over, for now: so many messages of one subject went through, so many still wait, and why.

    In a dry run the numbers say what would be. `ticket` comes back as it was given.
    """

    source: Plain[str]
    topic: Plain[str]
    listener: Plain[str]
    by: Plain[str]
    applied: Plain[int]
    left: Plain[int]
    reason: Plain[str] = ""
    dry_run: Plain[bool] = False
    ticket: Plain[str] = ""


class MessageDiscarded(PlumbingContract):
    """An operator gave a parked message up, with a reason."""

    message_id: Plain[str]
    listener: Plain[str]
    by: Plain[str]
    reason: Plain[str]


class StreamTails(PlumbingContract):
    """How far a stream is with the subjects that moved lately: `ends` is subject -> its last sequence.

    Said by the relay itself on the partition of those subjects, so neither an event nor a command: it is not
    journalled and has no sequence. A listener that heard less asks for the rest. `about` is the stream.
    """

    ends: Plain[dict[str, int]]


class ResendRange(PlumbingContract):
    """A listener misses `first`..`last` of a stream; the owner of the journal sends them again."""

    topic: Plain[str]
    first: Plain[int]
    last: Plain[int]


class ReplayParked(PlumbingContract):
    """An operator asks a listener to try the parked messages of one subject again, in order.

    A dry run says what would become of each and changes nothing. `ticket` is what the asker calls this request.
    """

    source: Plain[str]
    topic: Plain[str]
    by: Plain[str]
    dry_run: Plain[bool] = False
    ticket: Plain[str] = ""


class DiscardParked(PlumbingContract):
    """An operator asks a listener to give up the first parked message of one subject, with a reason."""

    source: Plain[str]
    topic: Plain[str]
    message_id: Plain[str]
    by: Plain[str]
    reason: Plain[str]


EVENTS: tuple[type[Contract], ...] = (
    MessageParked,
    MessageReplayed,
    MessageDiscarded,
    ReplayTried,
    ReplayAnswered,
)
COMMANDS: tuple[type[Contract], ...] = (ResendRange, ReplayParked, DiscardParked)
