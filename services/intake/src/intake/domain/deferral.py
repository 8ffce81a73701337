"""What people say to a proposal other than yes or no: not now, and what the participant thinks of it."""

from datetime import datetime, timedelta

from common.change import Invalid, NotEntitled, Outcome, Refused, Remind
from common.contracts.moves import ParticipantViewRecorded, TransitionDeferred
from common.contracts.words import Role, StaffId, TransitionId
from intake.domain.episode import Episode, Rules
from intake.domain.moves import notice, tell
from intake.domain.signing import ENTITLED, EXPIRY, open_transition
from intake.domain.transition import Phase

DEFERRED = "proposal-deferred"


def defer(
    episode: Episode,
    id: TransitionId,
    until: datetime,
    reason: str,
    staff: StaffId,
    roles: frozenset[Role],
    rules: Rules,
    at: datetime,
) -> list[Outcome]:
    """Not now: the proposal waits, is put before people again, and only then begins to expire. Rule: IN-S8."""
    transition = open_transition(episode, id)
    if not roles & set(ENTITLED):
        raise NotEntitled("role-missing", "deferring needs the role clinician or medical")
    if transition.phase is not Phase.PROPOSED:
        raise Refused("already-approved", "this transition has all its signatures; cancel it instead")
    days = rules.policy.process.defer_at_most_days
    if until <= at:
        raise Invalid("in-the-past", "a proposal waits for an instant to come")
    if until - at > timedelta(days=days):
        raise Invalid("too-far-ahead", f"a proposal waits at most {days} days")
    if transition.deferred_until == until:
        return []
    expires_at = until + timedelta(hours=rules.policy.proposal_expiry_hours)
    return [
        tell(TransitionDeferred, episode, at, until=until, deferred_by=staff, reason=reason),
        Remind(DEFERRED, until, {"transition_id": id}),
        Remind(EXPIRY, expires_at, {"transition_id": id}),
    ]


def ask_again(episode: Episode, id: str, at: datetime) -> list[Outcome]:
    """It waited long enough: the therapist is asked again. Rule: IN-S8."""
    transition = episode.transition
    if transition is None or transition.id != id or transition.phase is not Phase.PROPOSED:
        return []
    return [notice(episode, "proposal-to-sign", f"{id}|{transition.deferred_until}", at)]


def record_view(
    episode: Episode, id: TransitionId, agrees: bool, staff: StaffId, roles: frozenset[Role], at: datetime
) -> list[Outcome]:
    """The participant agrees, or does not: then people talk, and it is no veto. Rule: IN-S9."""
    transition = open_transition(episode, id)
    if not roles & set(ENTITLED):
        raise NotEntitled("role-missing", "the participant's view is recorded by a clinician or a medical provider")
    if transition.participant_agrees is agrees:
        return []
    view = tell(ParticipantViewRecorded, episode, at, agrees=agrees, recorded_by=staff)
    return [view] if agrees else [view, notice(episode, "participant-disagrees", f"{id}|{at.isoformat()}", at)]
