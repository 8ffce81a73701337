"""What a recipient agrees to and takes back: how they may be reached."""

from datetime import datetime

from common.change import Outcome, Remind
from common.contracts.notices import (
    ChannelAllowedAgain,
    ChannelStopped,
    ContactAgreed,
    RecipientHeardAgain,
    RecipientSilenced,
)
from common.contracts.words import StaffId
from notifications.domain.contact import Channel, Contact, refuse_unless_fit
from notifications.domain.nudging import NUDGE
from notifications.domain.policy import Policy
from notifications.domain.recipient import Recipient


def agree(reader: Recipient, contact: Contact, policy: Policy, by: StaffId, at: datetime) -> list[Outcome]:
    """They may be reached like this from now on; raises Invalid for what does not fit. Rules: NO-C1, NO-C2."""
    refuse_unless_fit(contact, reader.kind, policy)
    if reader.contact == contact and not reader.failures:
        return []
    said = ContactAgreed(at=at, **reader.about(), **contact.model_dump(), agreed_with=by)
    return [said, *_look_again(reader, at)]


def stop(reader: Recipient, channel: Channel, at: datetime) -> list[Outcome]:
    """Nothing more by this channel, from now on; said twice, it happens once. Rule: NO-C3."""
    if channel in reader.stopped:
        return []
    return [ChannelStopped(at=at, **reader.about(), channel=channel), *_look_again(reader, at)]


def allow_again(reader: Recipient, channel: Channel, at: datetime) -> list[Outcome]:
    """This channel again. Rule: NO-C3."""
    if channel not in reader.stopped:
        return []
    return [ChannelAllowedAgain(at=at, **reader.about(), channel=channel)]


def silence(reader: Recipient, reason: str, by: StaffId, at: datetime) -> list[Outcome]:
    """Nothing leaves any more, also of what waits or is on its way. Rule: NO-C4."""
    if reader.silenced == reason:
        return []
    return [RecipientSilenced(at=at, **reader.about(), reason=reason, by=by), *_look_again(reader, at)]


def hear_again(reader: Recipient, by: StaffId, at: datetime) -> list[Outcome]:
    """What they agreed to holds again. Rule: NO-C4."""
    return [RecipientHeardAgain(at=at, **reader.about(), by=by)] if reader.silenced else []


def _look_again(reader: Recipient, at: datetime) -> list[Outcome]:
    """What waits is looked at anew, now."""
    return [Remind(NUDGE, at)] if reader.waiting else []
