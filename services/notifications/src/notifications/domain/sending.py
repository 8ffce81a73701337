"""When a notice is sent, and when it is better not said."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from common.change import Forget, NotEntitled, NotFound, Outcome, Refused, Remind
from common.contracts.message import Contract
from common.contracts.notifications import (
    NoticeAcknowledged,
    NoticeQueued,
    NoticeSent,
    NoticeSuppressed,
    SendNotice,
)
from common.contracts.words import NoticeId, RecipientKind
from notifications.domain.correspondence import Correspondence, Notice, Stage
from notifications.domain.releases import HELD_BACK, permission
from notifications.domain.wording import TAKING_BACK, refuse_unless_sayable

IN_APP = "in-app"
"""The channel by which every notice is sent: the recipient's inbox here."""

SEND = "send"
"""The timer of a correspondence: it falls due with the first waiting notice."""


def request(mail: Correspondence, order: SendNotice, now: datetime) -> list[Outcome]:
    """Take a request to tell somebody something, once per `notice_id`. Rules: NO-Q1, NO-Q2.

    Raises Refused where no text fits.
    """
    if order.notice_id in mail.notices:
        return []
    refuse_unless_sayable(order)
    facts: list[Contract] = _overtaken(mail, order, now)
    if (due_at := _due_later(order, now)) is None:
        facts.append(_decide(mail, Notice.model_validate(order, from_attributes=True), now))
    else:
        about = mail.about(Notice.model_validate(order, from_attributes=True))
        facts.append(NoticeQueued(at=now, **about, due_at=due_at, scope=order.scope, follows=order.follows))
    return [*facts, *_reminder(mail, facts)]


def send_due(mail: Correspondence, now: datetime) -> list[Outcome]:
    """Decide about every notice that is due at `now`, on the releases as they stand. Rule: NO-S1."""
    due = [notice for notice in mail.waiting() if notice.due_at and notice.due_at <= now]
    facts: list[Contract] = [_decide(mail, notice, now) for notice in due]
    following = _after(mail, facts).next_due()
    return [*facts, *([Remind(SEND, following)] if following else [])]


def acknowledge(mail: Correspondence, notice_id: NoticeId, by: Collection[str], at: datetime) -> list[Outcome]:
    """The recipient has seen it; said twice, noted once. `by` is the id and the roles of who says so. Rule: NO-A1.

    Raises NotFound, Refused for a notice nobody got, NotEntitled for somebody else's.
    """
    notice = mail.notices.get(notice_id)
    if notice is None:
        raise NotFound("no-such-notice", "there is no notice with this id")
    if not mail.was_sent(notice_id):
        raise Refused("notice-not-sent", "this notice was not sent, so nobody can have seen it")
    if notice.recipient_kind is RecipientKind.STAFF and notice.recipient_id not in by:
        raise NotEntitled("not-the-recipient", "a notice is acknowledged by the one it is for")
    return [] if notice.stage is Stage.ACKNOWLEDGED else [NoticeAcknowledged(at=at, **mail.about(notice))]


def acknowledge_own(
    mail: Correspondence, notice_id: NoticeId, me: tuple[RecipientKind, str], at: datetime
) -> list[Outcome]:
    """A participant or supporter has seen what they were sent; raises NotFound for anything else. Rule: NO-O1."""
    notice = mail.notices.get(notice_id)
    if notice is None or (notice.recipient_kind, notice.recipient_id) != me or not mail.was_sent(notice_id):
        raise NotFound("no-such-notice", "there is no notice with this id")
    return acknowledge(mail, notice_id, (), at)


def _due_later(order: SendNotice, now: datetime) -> datetime | None:
    """When it falls due, in whole seconds as timers keep it; None for at once."""
    if order.due_at is None or order.due_at <= now:
        return None
    whole = order.due_at.replace(microsecond=0)
    return whole if whole == order.due_at else whole + timedelta(seconds=1)


def _decide(mail: Correspondence, notice: Notice, at: datetime) -> NoticeSent | NoticeSuppressed:
    """Send it, or say why not. Rules: NO-S1, NO-S2, NO-S6, NO-R3, NO-Q3."""
    about = mail.about(notice)
    if notice.template in TAKING_BACK and not mail.was_sent(notice.follows):
        return NoticeSuppressed(at=at, **about, reason="nothing-to-take-back")
    if notice.recipient_kind is not RecipientKind.SUPPORTER:
        return NoticeSent(at=at, **about, channel=IN_APP)
    if notice.recipient_id in mail.away:
        return NoticeSuppressed(at=at, **about, reason=HELD_BACK)
    allowed = permission(mail.releases.values(), notice.recipient_id, notice.scope, at)
    if isinstance(allowed, str):
        return NoticeSuppressed(at=at, **about, reason=allowed)
    part2 = allowed.part2()
    statement = part2.statement_id if part2 else ""
    return NoticeSent(at=at, **about, channel=IN_APP, release_id=allowed.release_id, statement=statement)


def _overtaken(mail: Correspondence, order: SendNotice, now: datetime) -> list[Contract]:
    """The notice this one follows, if it still waits, is not sent any more. Rule: NO-Q2."""
    earlier = mail.notices.get(order.follows) if order.follows else None
    if earlier is None or earlier.stage is not Stage.WAITING or earlier.recipient_id != order.recipient_id:
        return []
    return [NoticeSuppressed(at=now, **mail.about(earlier), reason="overtaken")]


def _reminder(mail: Correspondence, facts: Iterable[Contract]) -> list[Outcome]:
    before, following = mail.next_due(), _after(mail, facts).next_due()
    if before == following:
        return []
    return [Remind(SEND, following)] if following else [Forget(SEND)]


def _after(mail: Correspondence, facts: Iterable[Contract]) -> Correspondence:
    for fact in facts:
        mail = mail.after(fact)
    return mail
