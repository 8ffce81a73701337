"""What notifications says (`notifications.deliveries`) and is asked (`notifications.commands`)."""

from datetime import date
from typing import ClassVar

from common.contracts.message import Clinical, Contract, Instant, Plain, SubstanceUse
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, ReleaseId, ReleaseScope, SupporterId

ABOUT = ":"
"""In the id of a notice, between the matter it is about and its recipient."""


class DeliveryEvent(Contract):
    """Said on the deliveries stream, about one participant."""

    TOPIC: ClassVar[str] = "notifications.deliveries"

    participant_id: Plain[ParticipantId]


class ReleaseHeeded(DeliveryEvent):
    """Notifications knows how a release stands now; intake is its system of record. Rule: NO-R1."""

    release_id: Plain[ReleaseId]
    supporter_id: Plain[SupporterId]
    scopes: Plain[tuple[ReleaseScope, ...]]
    expires_on: Plain[date | None] = None
    active: Plain[bool]


class NoticeEvent(DeliveryEvent):
    """About one notice; the id stands for the intent, so one intent is one notice."""

    notice_id: Plain[NoticeId]
    recipient_kind: Plain[RecipientKind]
    recipient_id: Plain[str]
    template: Plain[str]


class NoticeQueued(NoticeEvent):
    """The notice waits until `due_at`; whether it may be sent is decided then."""

    due_at: Plain[Instant]
    scope: Plain[ReleaseScope | None] = None
    follows: Plain[NoticeId | None] = None


class NoticeSent(NoticeEvent):
    """The notice stands in the recipient's inbox. `release_id` says under which release, for a supporter.

    `statement` is the id of the written statement of 42 CFR 2.32 that goes with it, where that release asks for one.
    """

    channel: Plain[str]
    release_id: Plain[ReleaseId | None] = None
    statement: SubstanceUse[str] = ""


class NoticeSuppressed(NoticeEvent):
    """The notice was not sent, and why.

    `reason` is `no-active-release`, `scope-not-released`, `release-expired`, `release-revoked`,
    `overtaken` (a notice that follows it came first) or `nothing-to-take-back`.
    """

    reason: Plain[str]


class NoticeAcknowledged(NoticeEvent):
    """The recipient says: seen. Acknowledged is not resolved."""


class NoticeDelivered(NoticeEvent):
    """The provider of an outside channel accepted the notice; the last word, also after `NoticeUndeliverable`."""

    channel: Plain[str]
    release_id: Plain[ReleaseId | None] = None


class NoticeUndeliverable(NoticeEvent):
    """The notice does not leave by an outside channel, and why; it stays in the inbox.

    `reason` is `release-revoked`, `release-expired`, `no-active-release`, `provider-away` or `refused-<HTTP status>`.
    `unsure` says that an earlier try ended without an answer, so the provider may have accepted it all the same.
    """

    channel: Plain[str]
    reason: Plain[str]
    release_id: Plain[ReleaseId | None] = None
    unsure: Plain[bool] = False


def notice_about(matter: str, recipient: str) -> NoticeId:
    """The id of a notice about a matter that must be answered: whoever is told of it, it climbs one ladder."""
    return NoticeId(f"{matter}{ABOUT}{recipient}")


def matter_of(notice_id: str) -> str:
    """The matter that a notice is about: what `notice_about` was given, or else the notice itself."""
    return notice_id.partition(ABOUT)[0]


class SendNotice(Contract):
    """Tell one recipient one thing, once. `notice_id` names the intent; `due_at` is the earliest instant.

    For a supporter `scope` is required and is checked against the releases active when sending.
    `follows` is an earlier notice about the same matter: while that one waits, this one overtakes it.
    `ladder` names who must answer, and who is told when nobody does; where it is empty, that goes by the template.
    One matter has one ladder: notices about the same one have ids that `notice_about` made.
    """

    TOPIC: ClassVar[str] = "notifications.commands"

    participant_id: Plain[ParticipantId]
    notice_id: Plain[NoticeId]
    recipient_kind: Plain[RecipientKind]
    recipient_id: Plain[str]
    template: Plain[str]
    scope: Plain[ReleaseScope | None] = None
    due_at: Plain[Instant | None] = None
    follows: Plain[NoticeId | None] = None
    ladder: Clinical[str] = ""


EVENTS: tuple[type[Contract], ...] = (
    ReleaseHeeded,
    NoticeQueued,
    NoticeSent,
    NoticeSuppressed,
    NoticeAcknowledged,
    NoticeDelivered,
    NoticeUndeliverable,
)
COMMANDS: tuple[type[Contract], ...] = (SendNotice,)
