"""What notifications says (`notifications.deliveries`) and is asked (`notifications.commands`)."""

from typing import ClassVar

from common.contracts.message import Contract, Instant, Plain
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, ReleaseId, ReleaseScope


class DeliveryEvent(Contract):
    """Said on the deliveries stream, about one participant."""

    TOPIC: ClassVar[str] = "notifications.deliveries"

    participant_id: Plain[ParticipantId]


class NoticeEvent(DeliveryEvent):
    """About one notice; the id stands for the intent, so one intent is one notice."""

    notice_id: Plain[NoticeId]
    recipient_kind: Plain[RecipientKind]
    recipient_id: Plain[str]
    template: Plain[str]


class NoticeSent(NoticeEvent):
    """The notice stands in the recipient's inbox. `release_id` says under which release, for a supporter."""

    channel: Plain[str]
    release_id: Plain[ReleaseId | None] = None


class NoticeSuppressed(NoticeEvent):
    """The notice was not sent, and why, as a code (`no-active-release`, `expired`, ...)."""

    reason: Plain[str]


class NoticeAcknowledged(NoticeEvent):
    """The recipient says: seen. Acknowledged is not resolved."""


class SendNotice(Contract):
    """Tell one recipient one thing, once. `notice_id` names the intent; `due_at` is the earliest instant.

    For a supporter `scope` is required and is checked against the releases active when sending.
    """

    TOPIC: ClassVar[str] = "notifications.commands"

    participant_id: Plain[ParticipantId]
    notice_id: Plain[NoticeId]
    recipient_kind: Plain[RecipientKind]
    recipient_id: Plain[str]
    template: Plain[str]
    scope: Plain[ReleaseScope | None] = None
    due_at: Plain[Instant | None] = None


EVENTS: tuple[type[Contract], ...] = (NoticeSent, NoticeSuppressed, NoticeAcknowledged)
COMMANDS: tuple[type[Contract], ...] = (SendNotice,)
