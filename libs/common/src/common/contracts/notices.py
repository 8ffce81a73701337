"""What notifications says of reaching one recipient outside the house, and of ladders (`notifications.deliveries`).

No address travels: phone numbers, mail addresses and URLs live in the notifications store only.
"""

from typing import ClassVar

from common.contracts.message import Clinical, Contract, Instant, Part, Plain
from common.contracts.notifications import DeliveryEvent
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, StaffId


class RecipientEvent(Contract):
    """Said on the deliveries stream, about one recipient of notices."""

    TOPIC: ClassVar[str] = "notifications.deliveries"

    recipient_kind: Plain[RecipientKind]
    recipient_id: Plain[str]

    def subject(self) -> str:
        """The recipient, so that what is said to one person stays in order."""
        return f"{self.recipient_kind}:{self.recipient_id}"


class ContactAgreed(RecipientEvent):
    """The recipient says how they may be reached, best first: `sms`, `email`, `webhook`; none for the inbox only.

    `quiet_from` and `quiet_until` are local times, as `21:00`. Rule: NO-C1.
    """

    channels: Plain[tuple[str, ...]] = ()
    language: Plain[str] = "en"
    zone: Plain[str] = ""
    quiet_from: Plain[str] = ""
    quiet_until: Plain[str] = ""
    may_text: Plain[bool] = False
    in_app_only: Clinical[bool] = False
    agreed_with: Plain[StaffId]


class ChannelStopped(RecipientEvent):
    """The recipient wants nothing more by this channel, from now on. Rule: NO-C3."""

    channel: Plain[str]


class ChannelAllowedAgain(RecipientEvent):
    """The recipient wants this channel again."""

    channel: Plain[str]


class RecipientSilenced(RecipientEvent):
    """Nothing leaves for this recipient any more; `reason` is `deceased`, `wrong-number` or `asked`. Rule: NO-C4."""

    reason: Clinical[str]
    by: Plain[StaffId]


class RecipientHeardAgain(RecipientEvent):
    """It was a mistake, or is over: what they agreed to holds again."""

    by: Plain[StaffId]


class NudgedNotice(Part):
    """A notice in the inbox that a nudge points to."""

    participant_id: Plain[ParticipantId]
    notice_id: Plain[NoticeId]


class NudgeHeld(RecipientEvent):
    """A notice in the inbox waits for its nudge, at the earliest until `until`. Rules: NO-N2, NO-N3, NO-N4."""

    notice: Plain[NudgedNotice]
    until: Plain[Instant]
    expires_at: Plain[Instant]


class NudgeDropped(RecipientEvent):
    """No nudge leaves for this notice; it stays in the inbox.

    `reason` is `in-app-only`, `no-channel`, `stopped`, `silenced`, `expired`, `not-wanted`, or `covered` by one that
    left.
    """

    notice: Plain[NudgedNotice]
    reason: Plain[str]


class NudgeSent(RecipientEvent):
    """A nudge is on its way by one channel. `text` is the code of its words; `critical` ones know no quiet hours."""

    nudge_id: Plain[str]
    channel: Plain[str]
    text: Plain[str]
    language: Plain[str]
    critical: Plain[bool]
    notices: Plain[tuple[NudgedNotice, ...]]


class NudgeDelivered(RecipientEvent):
    """The channel's provider accepted the nudge."""

    nudge_id: Plain[str]
    channel: Plain[str]


class NudgeUndeliverable(RecipientEvent):
    """The nudge does not leave by this channel, and why; `unsure` as in `NoticeUndeliverable`."""

    nudge_id: Plain[str]
    channel: Plain[str]
    reason: Plain[str]
    unsure: Plain[bool] = False


class RecipientUnreachable(RecipientEvent):
    """Two nudges in a row could not be delivered: somebody is asked to find out how to reach them. Rule: NO-N8."""

    participant_id: Plain[ParticipantId]
    failures: Plain[int]


class Rung(Part):
    """A step of a ladder: after so many minutes without an answer these staff ids or roles are told."""

    after_minutes: Plain[int]
    to: Plain[tuple[str, ...]]
    template: Plain[str]


class LadderEvent(DeliveryEvent):
    """About one matter that somebody must take: `ladder_id` is what `matter_of` reads from a notice's id."""

    ladder_id: Plain[NoticeId]


class LadderStarted(LadderEvent):
    """Somebody must answer; the rungs stay as they were when it began. Rule: NO-L1."""

    template: Plain[str]
    rungs: Plain[tuple[Rung, ...]]
    repeat_minutes: Plain[int]
    contact_minutes: Plain[int]


class LadderMatched(LadderEvent):
    """It is known now whom the matter is about. Rule: NO-L9."""


class LadderClimbed(LadderEvent):
    """Nobody answered in time, so more people are told."""

    step: Plain[int]
    to: Plain[tuple[str, ...]]
    template: Plain[str]


class LadderAcknowledged(LadderEvent):
    """A named person has it now. Acknowledged is not resolved. Rule: NO-L3."""

    by: Plain[StaffId]


class LadderContactMade(LadderEvent):
    """A named person was in touch with the participant."""

    by: Plain[StaffId]


class LadderContactMissed(LadderEvent):
    """Nobody noted a contact in time: an incident, told to the last rung. Rule: NO-L4."""

    to: Plain[tuple[str, ...]]


class LadderResolved(LadderEvent):
    """A named person says that it is settled. Rule: NO-L3."""

    by: Plain[StaffId]


EVENTS: tuple[type[Contract], ...] = (
    ContactAgreed,
    ChannelStopped,
    ChannelAllowedAgain,
    RecipientSilenced,
    RecipientHeardAgain,
    NudgeHeld,
    NudgeDropped,
    NudgeSent,
    NudgeDelivered,
    NudgeUndeliverable,
    RecipientUnreachable,
    LadderStarted,
    LadderMatched,
    LadderClimbed,
    LadderAcknowledged,
    LadderContactMade,
    LadderContactMissed,
    LadderResolved,
)
COMMANDS: tuple[type[Contract], ...] = ()
