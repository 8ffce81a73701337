"""What notifications does: one function per intention."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from common.change import Effect, Effects, TimerFired, change
from common.contracts.alumni import AlumnusLeft
from common.contracts.intake import ReleaseGranted, ReleaseRevoked
from common.contracts.message import Message
from common.contracts.network import RelationEnded, SupporterHeldBack, SupporterLetIn
from common.contracts.notifications import SendNotice
from common.contracts.skills import RiskFlagCleared
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, StaffId
from notifications.domain import ladder, leaving, nudging, outside, sending, watch
from notifications.domain.correspondence import Correspondence
from notifications.domain.ladder import NOBODY_ON_CALL, Ladder
from notifications.domain.leaving import UNREACHABLE
from notifications.domain.nudging import Offer
from notifications.domain.policy import Policy
from notifications.domain.recipient import Recipient, key_of
from notifications.domain.watch import RiskWatch


def heed_grant(message: Message[ReleaseGranted]) -> Effects:
    """A supporter may hear more from now on. Rule: NO-R1."""
    return (change(Correspondence, message.data.participant_id, Correspondence.heed_grant, message.data),)


def heed_revocation(message: Message[ReleaseRevoked]) -> Effects:
    """A supporter may hear less from now on, also of what already waits. Rule: NO-R1."""
    return (change(Correspondence, message.data.participant_id, Correspondence.heed_revocation, message.data),)


def heed_distance(message: Message[RelationEnded] | Message[SupporterHeldBack] | Message[SupporterLetIn]) -> Effects:
    """The participant keeps somebody away, or lets them in again. Rule: NO-R3."""
    return (change(Correspondence, message.data.participant_id, Correspondence.heed_distance, message.data),)


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


def put_before(key: str, offered: Offer, policy: Policy, at: datetime) -> Effects:
    """A notice stands in somebody's inbox: do they get a nudge, and when? Rule: NO-N1."""
    return (change(Recipient, key, nudging.offer, offered, at, policy),)


def nudge_due(fired: TimerFired, policy: Policy) -> Effects:
    """What waits for somebody may leave. Rule: NO-N2."""
    return (change(Recipient, fired.aggregate_id, nudging.nudge_due, fired.fired_at, policy),)


def make_no_sound(message: Message[AlumnusLeft]) -> Effects:
    """Somebody wants nothing more after the program, also not what waits for the morning. Rule: NO-N11."""
    left = message.data
    key = key_of(RecipientKind.PARTICIPANT, left.participant_id)
    silence = nudging.drop
    return (change(Recipient, key, silence, left.participant_id, left.notice_ids, "not-wanted", message.heard_at),)


def settle_nudge(key: str, nudge_id: str, reason: str, unsure: bool, policy: Policy, at: datetime) -> Effects:
    """A nudge left the house, or, for a reason, it does not. Rules: NO-D6, NO-N7, NO-N8."""
    if reason:
        return (change(Recipient, key, leaving.give_up, nudge_id, reason, unsure, at, policy),)
    return (change(Recipient, key, leaving.accept, nudge_id, at, policy),)


def ask_the_front_desk(fired: TimerFired, policy: Policy) -> Effects:
    """Somebody finds out how this recipient can be reached. Rule: NO-N8."""
    who = ParticipantId(fired.data["participant_id"])
    task = SendNotice(
        at=fired.fired_at,
        participant_id=who,
        notice_id=NoticeId(f"{UNREACHABLE}~{fired.aggregate_id}~{fired.due_at.isoformat()}"),
        recipient_kind=RecipientKind.STAFF,
        recipient_id=policy.task_to,
        template="contact-unreachable",
    )
    return (change(Correspondence, who, sending.request, task, fired.fired_at),)


def tell_and_climb(message: Message[SendNotice], policy: Policy) -> Effects:
    """As `tell`; and where the notice must be answered, a ladder starts beside it. Rule: NO-L1."""
    order = message.data
    rule = policy.ladder_of(order.ladder, order.template)
    if rule is None or order.recipient_kind is not RecipientKind.STAFF:
        return tell(message)
    matter = ladder.ladder_of(order.notice_id)
    return (*tell(message), change(Ladder, matter, ladder.start, order, rule, policy, message.heard_at))


def take_cleared(message: Message[RiskFlagCleared]) -> Effects:
    """Who clears a flag has what climbs for it. Rule: NO-L8."""
    cleared = message.data
    matter = cleared.matter or cleared.flag_id
    return (change(Ladder, matter, ladder.acknowledge, cleared.cleared_by, message.heard_at),)


def climb(fired: TimerFired) -> Effects:
    """Nobody has answered in time. Rule: NO-L2."""
    return (change(Ladder, fired.aggregate_id, ladder.climb, int(fired.data["step"]), fired.fired_at), *_told(fired))


def miss_contact(fired: TimerFired) -> Effects:
    """Nobody was in touch in time. Rule: NO-L4."""
    to = tuple(fired.data["to"].split(","))
    return (change(Ladder, fired.aggregate_id, ladder.miss_contact, to, fired.fired_at), *_told(fired))


def follow_up(fired: TimerFired) -> Effects:
    """A day after the first contact, who was in touch is reminded to be so again. Rule: NO-L4."""
    return _told(fired)


def page(asked: Mapping[str, Any], staff: StaffId | None, policy: Policy, at: datetime) -> Effects:
    """The role is told, and who holds it now; where nobody does, the next ones at once and the desk. Rule: NO-L6."""
    who, matter, step = ParticipantId(asked["participant_id"]), asked["matter"], asked["step"]
    told = [(to, asked["template"]) for to in (policy.on_call, *((staff,) if staff else ()))]
    effects: list[Effect] = []
    if staff is None:
        told.append((policy.task_to, NOBODY_ON_CALL))
        told += [(to, asked["template"]) for to in watch.instead(policy) if who == watch.HOUSE]
        effects.append(change(Ladder, matter, ladder.hurry, step, at))
    orders = [ladder.notice(matter, who, step, to, template, at) for to, template in told]
    return [*effects, *(change(Correspondence, who, sending.request, order, at) for order in orders)]


def look_at_the_stream(heard_until: datetime, now: datetime, policy: Policy, at: datetime) -> Effects:
    """Is the risk stream heard? Rule: NO-K1."""
    return (change(RiskWatch, watch.STREAM, watch.look, heard_until, now, at, policy),)


def page_unheard(matter: str, who: ParticipantId, policy: Policy, at: datetime) -> Effects:
    """A flag of which nobody was told: its matter climbs its ladder as if its notice had come. Rule: NO-K2."""
    order = ladder.notice(matter, who, 0, policy.on_call, "risk-flag-raised", at)
    rule = policy.ladder_of("", order.template)
    if rule is None:
        return (change(Correspondence, who, sending.request, order, at),)
    return (change(Ladder, matter, ladder.start, order, rule, policy, at),)


def _told(fired: TimerFired) -> tuple[Effect, ...]:
    orders = ladder.notices(fired.aggregate_id, fired.data, fired.fired_at)
    return tuple(
        change(Correspondence, order.participant_id, sending.request, order, fired.fired_at) for order in orders
    )
