"""When a nudge leaves for what stands in somebody's inbox, and when it is better not to make a sound."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from common.change import Forget, Outcome, Remind
from common.contracts.message import Contract
from common.contracts.notices import NudgedNotice, NudgeDropped, NudgeHeld, NudgeSent
from common.contracts.words import NoticeId, ParticipantId, RecipientKind
from notifications.domain.contact import Channel, Contact
from notifications.domain.policy import Policy
from notifications.domain.recipient import Recipient, Underway

NUDGE = "nudge"
"""The timer of a recipient: something that waits may leave then."""

DAY, WEEK = timedelta(days=1), timedelta(days=7)
STUCK = timedelta(days=2)
"""A nudge underway for longer holds nothing back any more: twice a delivery's patience. ASSUMED."""

PAGE, ONE, MANY, STAFF_ONE = "page", "message", "messages", "staff-message"
"""The texts of nudges; each points to the inbox and says nothing else. Source: facts 7.3."""


class Offer(BaseModel):
    """A notice that stands in the recipient's inbox, since `at`, with the code of its text."""

    model_config = ConfigDict(frozen=True)

    notice: NudgedNotice
    template: str
    at: datetime


def offer(reader: Recipient, offered: Offer, now: datetime, policy: Policy) -> list[Outcome]:
    """Nudge now, later or never, once per notice; nothing for who agreed to nothing. Rules: NO-N1, NO-N2, NO-N6."""
    if reader.contact is None or offered.notice.notice_id in reader.decided:
        return []
    if offered.template in policy.critical and (channels := _by(reader, critical=True)):
        return [_send(reader, channel, (offered.notice,), PAGE, now) for channel in channels]
    if reason := _hindered(reader, critical=False) or _too_old(offered.at + policy.expiry, now):
        return [NudgeDropped(at=now, **reader.about(), notice=offered.notice, reason=reason)]
    until = _opens(reader, reader.contact, now + policy.settle, policy)
    about = {"notice": offered.notice, "until": until, "expires_at": offered.at + policy.expiry}
    held = NudgeHeld(at=now, **reader.about(), **about)
    return [held, *reminder(_told(reader, [held]), policy)]


def nudge_due(reader: Recipient, now: datetime, policy: Policy) -> list[Outcome]:
    """What waits may leave: one nudge for all of it, if any may. Rules: NO-N2, NO-N3, NO-N4, NO-N5, NO-N7."""
    hindered = _hindered(reader, critical=False)
    facts: list[Contract] = [
        NudgeDropped(at=now, **reader.about(), notice=one.notice, reason=reason)
        for one in reader.waiting
        if (reason := hindered or _too_old(one.expires_at, now))
    ]
    reader = _told(reader, facts)
    ready = [one.notice for one in reader.waiting if one.until <= now]
    if ready and reader.contact and not _busy(reader, now) and _opens(reader, reader.contact, now, policy) <= now:
        text = MANY if len(ready) > 1 else _one(reader)
        sent = _send(reader, _by(reader, critical=False)[0], ready, text, now)
        facts, reader = [*facts, sent], _told(reader, [sent])
    return [*facts, *reminder(reader, policy, now)]


def drop(
    reader: Recipient, about: ParticipantId, notice_ids: Iterable[NoticeId], reason: str, now: datetime
) -> list[Outcome]:
    """No nudge leaves for these any more, whether it waits or was not thought of yet. Rule: NO-N11."""
    waiting = {one.notice.notice_id for one in reader.waiting}
    wanted = [id for id in notice_ids if reader.contact and (id in waiting or id not in reader.decided)]
    notices = [NudgedNotice(participant_id=about, notice_id=id) for id in wanted]
    return [NudgeDropped(at=now, **reader.about(), notice=one, reason=reason) for one in notices]


def reminder(reader: Recipient, policy: Policy, now: datetime | None = None) -> list[Outcome]:
    """When to look again; `now` says that the time before has come, so that nothing is due at once for ever."""
    if not reader.waiting or reader.contact is None:
        return [Forget(NUDGE)]
    due = min(one.until for one in reader.waiting)
    if now is not None:
        due = _opens(reader, reader.contact, max(due, now), policy)
        due = max(due, max((one.since + STUCK for one in _sounding(reader)), default=due))
        due = max(due, now + timedelta(seconds=1))
    whole = due.replace(microsecond=0)
    return [Remind(NUDGE, whole if whole == due else whole + timedelta(seconds=1))]


def may_use(reader: Recipient, channel: Channel, critical: bool) -> str:
    """Why a nudge may not leave by this channel as things stand, or nothing. Rules: NO-C1, NO-C3, NO-C4, NO-N6."""
    if reader.silenced:
        return "silenced"
    if reader.contact is None or channel not in reader.contact.channels:
        return "no-channel"
    safety = critical and reader.kind is RecipientKind.STAFF
    return "stopped" if channel in reader.stopped and not safety else ""


def quiet_now(reader: Recipient, at: datetime, policy: Policy) -> bool:
    """Whether the recipient is not to be disturbed at this instant. Rule: NO-N3."""
    contact = reader.contact or Contact()
    return contact.quiet(policy).ends(at, contact.zone_of(policy)) > at


def _by(reader: Recipient, *, critical: bool) -> list[Channel]:
    channels = reader.contact.channels if reader.contact else ()
    return [channel for channel in channels if not may_use(reader, channel, critical)]


def _hindered(reader: Recipient, *, critical: bool) -> str:
    """Why nothing at all may leave for them, or nothing."""
    contact = reader.contact
    if reader.silenced or contact is None or contact.in_app_only:
        return "silenced" if reader.silenced else "in-app-only"
    if _by(reader, critical=critical):
        return ""
    return "stopped" if contact.channels else "no-channel"


def _too_old(expires_at: datetime, now: datetime) -> str:
    return "expired" if now > expires_at else ""


def _opens(reader: Recipient, contact: Contact, at: datetime, policy: Policy) -> datetime:
    """The first instant from `at` on when neither caps nor quiet hours are in the way. Rules: NO-N3, NO-N4."""
    for most, span in ((policy.most_per_day, DAY), (policy.most_per_week, WEEK)):
        if len(reader.sounded_at) >= most:
            at = max(at, reader.sounded_at[-most] + span)
    return contact.quiet(policy).ends(at, contact.zone_of(policy))


def _sounding(reader: Recipient) -> list[Underway]:
    return [one for one in reader.underway.values() if not one.critical]


def _busy(reader: Recipient, now: datetime) -> bool:
    """Whether a nudge of theirs is on its way still; what waits may yet be covered by it. Rule: NO-N7."""
    return any(one.since + STUCK > now for one in _sounding(reader))


def _one(reader: Recipient) -> str:
    return STAFF_ONE if reader.kind is RecipientKind.STAFF else ONE


def _send(reader: Recipient, channel: Channel, notices: Iterable[NudgedNotice], text: str, now: datetime) -> NudgeSent:
    notices = tuple(notices)
    return NudgeSent(
        at=now,
        **reader.about(),
        nudge_id=f"{channel}~{notices[0].notice_id}",
        channel=channel,
        text=text,
        language=reader.contact.language if reader.contact else "en",
        critical=text == PAGE,
        notices=notices,
    )


def _told(reader: Recipient, facts: Iterable[Contract]) -> Recipient:
    for fact in facts:
        reader = reader.after(fact)
    return reader
