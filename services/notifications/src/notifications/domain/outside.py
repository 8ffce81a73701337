"""What leaves the house beside the inbox: whether it still may, and what became of it."""

from datetime import datetime

from common.contracts.message import Contract
from common.contracts.notifications import NoticeDelivered, NoticeUndeliverable
from common.contracts.words import NoticeId, RecipientKind
from notifications.domain.correspondence import Correspondence, Outside
from notifications.domain.releases import HELD_BACK

GATEWAY = "gateway"
"""The only outside channel so far: an HTTP gateway that knows how to reach whom an id stands for."""


def why_not(mail: Correspondence, notice_id: NoticeId, at: datetime) -> str:
    """Why this notice, which was sent, may not leave the house at `at`, or nothing. Rules: NO-D3, NO-R3."""
    notice = mail.notices[notice_id]
    if notice.recipient_kind is not RecipientKind.SUPPORTER:
        return ""
    if notice.recipient_id in mail.away:
        return HELD_BACK
    release = mail.releases.get(notice.release_id) if notice.release_id else None
    return release.ended(at) if release else "no-active-release"


def accept(mail: Correspondence, notice_id: NoticeId, at: datetime) -> list[Contract]:
    """The provider has it; said twice, noted once, also after it was given up. Rules: NO-D6, NO-D7."""
    notice = mail.notices[notice_id]
    if notice.outside is Outside.DELIVERED:
        return []
    return [NoticeDelivered(at=at, **mail.about(notice), channel=GATEWAY, release_id=notice.release_id)]


def give_up(mail: Correspondence, notice_id: NoticeId, reason: str, unsure: bool, at: datetime) -> list[Contract]:
    """It does not leave; noted once, and never of what the provider has. Rules: NO-D4, NO-D5, NO-D7."""
    notice = mail.notices[notice_id]
    if notice.outside is not None:
        return []
    about = {**mail.about(notice), "channel": GATEWAY, "release_id": notice.release_id}
    return [NoticeUndeliverable(at=at, **about, reason=reason, unsure=unsure)]
