"""What notifications says of the way by which risk is heard, and of links in nudges (`notifications.deliveries`)."""

from typing import ClassVar

from common.contracts.message import Contract, Instant, Plain
from common.contracts.notices import RecipientEvent


class RiskStreamEvent(Contract):
    """About the stream on which risk flags come; `incident` counts the times it was late. Rule: NO-K1."""

    TOPIC: ClassVar[str] = "notifications.deliveries"

    incident: Plain[int]

    def subject(self) -> str:
        """One stream for the site."""
        return "risk-stream"


class RiskStreamLate(RiskStreamEvent):
    """For too long nothing was heard of it: what was said since `heard_until` (real time) may be unheard."""

    heard_until: Plain[Instant]


class RiskStreamHeard(RiskStreamEvent):
    """It is heard again, whole."""


class LinkFollowed(RecipientEvent):
    """The link in a nudge was followed; it is good for that once. Rule: NO-T2."""

    nudge_id: Plain[str]


EVENTS: tuple[type[Contract], ...] = (RiskStreamLate, RiskStreamHeard, LinkFollowed)
COMMANDS: tuple[type[Contract], ...] = ()
