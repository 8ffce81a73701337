"""What notifications does: one function per intention."""

from datetime import datetime

from common.change import Effects, TimerFired, change
from common.contracts.intake import ReleaseGranted, ReleaseRevoked
from common.contracts.message import Message
from common.contracts.notifications import SendNotice
from common.contracts.words import NoticeId, ParticipantId
from notifications.domain import outside, sending
from notifications.domain.correspondence import Correspondence


def heed_grant(message: Message[ReleaseGranted]) -> Effects:
    """A supporter may hear more from now on. Rule: NO-R1."""
    return (change(Correspondence, message.data.participant_id, Correspondence.heed_grant, message.data),)


def heed_revocation(message: Message[ReleaseRevoked]) -> Effects:
    """A supporter may hear less from now on, also of what already waits. Rule: NO-R1."""
    return (change(Correspondence, message.data.participant_id, Correspondence.heed_revocation, message.data),)


def tell(message: Message[SendNotice]) -> Effects:
    """Somebody is to be told something, now or when it is due. Rule: NO-Q1."""
    return (change(Correspondence, message.data.participant_id, sending.request, message.data, message.heard_at),)


def send_due(fired: TimerFired) -> Effects:
    """What waited is due. Rule: NO-S1."""
    return (change(Correspondence, fired.aggregate_id, sending.send_due, fired.fired_at),)


def settle_outside(who: ParticipantId, notice_id: NoticeId, reason: str, unsure: bool, at: datetime) -> Effects:
    """A notice left the house, or, for a reason, it does not. Rules: NO-D4, NO-D5, NO-D6."""
    if reason:
        return (change(Correspondence, who, outside.give_up, notice_id, reason, unsure, at),)
    return (change(Correspondence, who, outside.accept, notice_id, at),)
