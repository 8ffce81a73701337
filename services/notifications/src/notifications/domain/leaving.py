"""What becomes of a nudge once it left: accepted, or not and by which way instead; and whether it still may."""

from collections.abc import Collection, Mapping
from datetime import datetime

from common.change import Outcome, Remind
from common.contracts.message import Contract
from common.contracts.notices import (
    NudgeDelivered,
    NudgeDropped,
    NudgeSent,
    NudgeUndeliverable,
    RecipientUnreachable,
)
from common.contracts.words import NoticeId, ParticipantId
from notifications.domain import outside
from notifications.domain.correspondence import Correspondence, Stage
from notifications.domain.nudging import may_use, reminder
from notifications.domain.policy import Policy
from notifications.domain.recipient import Recipient, Underway, is_failure

UNREACHABLE = "unreachable"
"""The timer that has the front desk asked; it is due at once."""


def why_not(
    reader: Recipient,
    mails: Mapping[ParticipantId, Correspondence],
    nudge_id: str,
    at: datetime,
    policy: Policy,
    answered: Collection[NoticeId] = (),
) -> str:
    """Why this nudge may not leave at `at`, or nothing. Rules: NO-D3, NO-N5, NO-N9, NO-N10.

    It may while one of its notices still may be heard of, was not seen yet, is not too old, and is not of a matter
    that somebody has meanwhile (`answered`).
    """
    nudge = reader.underway.get(nudge_id)
    if nudge is None:
        return "settled"
    if reason := may_use(reader, nudge.channel, nudge.critical):
        return reason
    if not nudge.critical and at > nudge.since + policy.expiry:
        return "expired"
    reasons = [
        "answered" if one.notice_id in answered else _hindered(mails, one.participant_id, one.notice_id, at)
        for one in nudge.notices
    ]
    return "" if "" in reasons else reasons[0]


def accept(reader: Recipient, nudge_id: str, at: datetime, policy: Policy) -> list[Outcome]:
    """The provider has it; what waited meanwhile needs no sound of its own. Rules: NO-D6, NO-N7."""
    nudge = reader.underway.get(nudge_id)
    if nudge is None:
        return []
    facts: list[Contract] = [NudgeDelivered(at=at, **reader.about(), nudge_id=nudge_id, channel=nudge.channel)]
    if not nudge.critical:
        facts += [NudgeDropped(at=at, **reader.about(), notice=one.notice, reason="covered") for one in reader.waiting]
    return [*facts, *_look_again(reader, facts, at, policy)]


def give_up(reader: Recipient, nudge_id: str, reason: str, unsure: bool, at: datetime, policy: Policy) -> list[Outcome]:
    """It does not leave by this channel; the next one is tried, and the second failure is a task. Rule: NO-N8."""
    nudge = reader.underway.get(nudge_id)
    if nudge is None:
        return []
    about = {**reader.about(), "nudge_id": nudge_id, "channel": nudge.channel}
    facts: list[Contract] = [NudgeUndeliverable(at=at, **about, reason=reason, unsure=unsure)]
    outcomes: list[Outcome] = []
    if is_failure(reason):
        facts += _by_the_next(reader, nudge, at)
    failures = reader.after(facts[0]).failures
    if failures >= policy.task_after_failures and not reader.unreachable:
        who = nudge.notices[0].participant_id
        facts.append(RecipientUnreachable(at=at, **reader.about(), participant_id=who, failures=failures))
        outcomes.append(Remind(UNREACHABLE, at, {"participant_id": who}))
    return [*facts, *outcomes, *_look_again(reader, facts, at, policy)]


def _by_the_next(reader: Recipient, nudge: Underway, at: datetime) -> list[Contract]:
    channels = reader.contact.channels if reader.contact else ()
    if nudge.critical or nudge.channel not in channels:
        return []
    following = channels[channels.index(nudge.channel) + 1 :]
    usable = [channel for channel in following if not may_use(reader, channel, critical=False)]
    again = {**nudge.model_dump(exclude={"since"}), **reader.about(), "at": at}
    return [
        NudgeSent.model_validate({**again, "channel": channel, "nudge_id": f"{channel}~{nudge.notices[0].notice_id}"})
        for channel in usable[:1]
    ]


def _hindered(
    mails: Mapping[ParticipantId, Correspondence], who: ParticipantId, notice_id: NoticeId, at: datetime
) -> str:
    notice = mails[who].notices.get(notice_id) if who in mails else None
    if notice is None:
        return "no-such-notice"
    if notice.stage is Stage.ACKNOWLEDGED:
        return "seen"
    return outside.why_not(mails[who], notice_id, at)


def _look_again(reader: Recipient, facts: list[Contract], at: datetime, policy: Policy) -> list[Outcome]:
    for fact in facts:
        reader = reader.after(fact)
    return reminder(reader, policy, at)
