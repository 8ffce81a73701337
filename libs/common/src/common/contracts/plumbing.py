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


class MessageDiscarded(PlumbingContract):
    """An operator gave a parked message up, with a reason."""

    message_id: Plain[str]
    listener: Plain[str]
    by: Plain[str]
    reason: Plain[str]


class ResendRange(PlumbingContract):
    """A listener misses `first`..`last` of a stream; the owner of the journal sends them again."""

    topic: Plain[str]
    first: Plain[int]
    last: Plain[int]


class ReplayParked(PlumbingContract):
    """An operator asks a listener to try the parked messages of one subject again, in order."""

    source: Plain[str]
    topic: Plain[str]
    by: Plain[str]


class DiscardParked(PlumbingContract):
    """An operator asks a listener to give up the first parked message of one subject, with a reason."""

    source: Plain[str]
    topic: Plain[str]
    message_id: Plain[str]
    by: Plain[str]
    reason: Plain[str]


EVENTS: tuple[type[Contract], ...] = (MessageParked, MessageReplayed, MessageDiscarded)
COMMANDS: tuple[type[Contract], ...] = (ResendRange, ReplayParked, DiscardParked)
