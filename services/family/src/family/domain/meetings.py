"""The meeting before a transition: with whom, when, and what stands in for it."""

from datetime import timedelta

from common.change import Outcome
from common.contracts.family import (
    AlternativeSupportPlanUsed,
    ArrangeTransitionMeeting,
    CancelTransitionMeeting,
    TransitionMeetingArranged,
    TransitionMeetingCancelled,
)
from common.contracts.words import ReleaseScope
from family.domain.network import MeetingState, SupportNetwork
from family.domain.releases import released_scope

TAKING_PART = (ReleaseScope.FAMILY_SESSIONS, ReleaseScope.TRANSITION_PLAN)
"""Either lets a supporter take part in a transition meeting. Source: facts 6.1, 6.5."""

LEAD = timedelta(hours=24)
"""ASSUMED: the meeting is a day before the change, so that what is agreed can still be prepared."""

NOTICE = timedelta(hours=1)
"""ASSUMED: nobody can be asked to a meeting sooner than this; a change at once is talked over after it."""


def arrange_meeting(network: SupportNetwork, order: ArrangeTransitionMeeting) -> list[Outcome]:
    """Arrange it with everybody who may take part; nobody who can or may never stops it. Rules: FA-T1, FA-T2.

    Asked again, or after its cancellation, nothing happens.
    """
    if order.transition_id in network.meetings:
        return []
    starts_at = max(order.effective_at - LEAD, order.at + NOTICE)
    releases = network.releases.values()
    invited = sorted(who for who in network.people() if released_scope(releases, who, TAKING_PART, starts_at))
    if not invited:
        used = AlternativeSupportPlanUsed(
            at=order.at,
            participant_id=order.participant_id,
            transition_id=order.transition_id,
            to_write=not network.alternative_plan,
        )
        return [used]
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
