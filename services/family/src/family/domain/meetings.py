"""The meeting before a transition: with whom, when, and what stands in for it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from common.change import Outcome
from common.contracts.family import (
    AlternativeSupportPlanUsed,
    ArrangeTransitionMeeting,
    CancelTransitionMeeting,
    TransitionMeetingArranged,
    TransitionMeetingCancelled,
)
from common.contracts.intake import ReleaseRevoked
from common.contracts.message import Contract
from common.contracts.network import MeetingInvitationWithdrawn
from common.contracts.words import ParticipantId, ReleaseScope, SupporterId, TransitionId
from family.domain.network import Meeting, MeetingState, SupportNetwork
from family.domain.permission import permission

TAKING_PART = (ReleaseScope.FAMILY_SESSIONS, ReleaseScope.TRANSITION_PLAN)
"""Either lets a supporter take part in a transition meeting. Source: facts 6.1, 6.5."""

LEAD = timedelta(hours=24)
"""ASSUMED: the meeting is a day before the change, so that what is agreed can still be prepared."""

NOTICE = timedelta(hours=1)
"""ASSUMED: nobody can be asked to a meeting sooner than this; a change at once is talked over after it."""


def arrange_meeting(network: SupportNetwork, order: ArrangeTransitionMeeting, now: datetime) -> list[Outcome]:
    """Arrange it with everybody who may take part; nobody who can or may never stops it. Rules: FA-T1, FA-T2.

    Asked again, or after its cancellation, nothing happens.
    """
    if order.transition_id in network.meetings:
        return []
    starts_at = max(order.effective_at - LEAD, order.at + NOTICE)
    starts_at = starts_at if starts_at > now else now + NOTICE
    invited = sorted(who for who in network.people() if not _why_not_there(network, who, starts_at))
    if not invited:
        return [stand_in(network, order.transition_id, order.at)]
    arranged = TransitionMeetingArranged(
        at=order.at,
        participant_id=order.participant_id,
        transition_id=order.transition_id,
        supporter_ids=tuple(invited),
        starts_at=starts_at,
    )
    return [arranged]


def cancel_meeting(network: SupportNetwork, order: CancelTransitionMeeting) -> list[Outcome]:
    """Give it back, once; said before the request, it forbids it. Rule: FA-T3."""
    meeting = network.meetings.get(order.transition_id)
    if meeting and meeting.state is MeetingState.CANCELLED:
        return []
    return [
        TransitionMeetingCancelled(at=order.at, participant_id=order.participant_id, transition_id=order.transition_id)
    ]


def take_back(network: SupportNetwork, revoked: ReleaseRevoked, now: datetime) -> list[Contract]:
    """A release holds no more, nor does what was arranged under it. Rules: FA-R1, FA-T5."""
    facts = network.note_revocation(revoked)
    return [*facts, *withdraw_invitations(after(network, facts), revoked.at, now)]


def withdraw_invitations(network: SupportNetwork, at: datetime, now: datetime) -> list[Contract]:
    """Whoever may not be there any more is not asked to a meeting that is still to come. Rule: FA-T5.

    Where nobody is left the alternative support plan stands in: the transition goes on.
    """
    facts: list[Contract] = []
    for transition_id, meeting in network.meetings.items():
        to_come = meeting.starts_at and meeting.starts_at > now and not meeting.held_at
        if meeting.state is MeetingState.ARRANGED and to_come:
            facts += _withdrawn(network, transition_id, meeting, at)
    return facts


def after(network: SupportNetwork, facts: Iterable[Contract]) -> SupportNetwork:
    """The network once all these facts are true."""
    for fact in facts:
        network = network.after(fact)
    return network


def _withdrawn(network: SupportNetwork, id: TransitionId, meeting: Meeting, at: datetime) -> list[Contract]:
    reasons = {who: _why_not_there(network, who, meeting.starts_at or at) for who in meeting.supporter_ids}
    facts: list[Contract] = [
        MeetingInvitationWithdrawn(
            at=at, participant_id=ParticipantId(network.id), transition_id=id, supporter_id=who, reason=reason
        )
        for who, reason in reasons.items()
        if reason
    ]
    return [*facts, stand_in(network, id, at)] if len(facts) == len(reasons) else facts


def _why_not_there(network: SupportNetwork, who: SupporterId, starts_at: datetime) -> str:
    found = permission(network, who, TAKING_PART, starts_at)
    return found if isinstance(found, str) else ""


def stand_in(network: SupportNetwork, id: TransitionId, at: datetime) -> AlternativeSupportPlanUsed:
    """Nobody can or may take part: the alternative support plan stands in. Rule: FA-T2."""
    return AlternativeSupportPlanUsed(
        at=at, participant_id=ParticipantId(network.id), transition_id=id, to_write=not network.alternative_plan
    )
