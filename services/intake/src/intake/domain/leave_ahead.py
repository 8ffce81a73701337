"""A leave that is agreed ahead: planned, planned anew, called off, and begun by a timer. Rule: IN-E18."""

from datetime import datetime, timedelta

from common.change import Forget, Invalid, Outcome, Refused, Remind
from common.contracts.leaves import LeavePlanned, PlannedLeaveCalledOff
from common.contracts.words import EpisodeId, StaffId
from intake.domain.episode import Episode, Rules
from intake.domain.leave import NOTHING, Agreed, start_leave

STARTS = "leave-starts"


def plan_leave(
    episode: Episode,
    starts_at: datetime,
    return_due_at: datetime,
    staff: StaffId,
    rules: Rules,
    at: datetime,
    agreed: Agreed = NOTHING,
) -> list[Outcome]:
    """A leave from an instant to come; level, place and days stay until then. Said again: nothing. Rule: IN-E18.

    Raises Refused `not-in-care`; Invalid for a start that is over or too far ahead, or a return before it.
    """
    if not episode.in_care:
        raise Refused("not-in-care", "no level of care is active")
    if starts_at <= at:
        raise Invalid("in-the-past", "a planned leave begins later; one that begins now needs no start")
    if return_due_at <= starts_at:
        raise Invalid("return-before-start", "the planned return lies before the leave begins")
    days = rules.policy.process.plan_at_most_days
    if starts_at - at > timedelta(days=days):
        raise Invalid("too-far-ahead", f"a leave is planned at most {days} days ahead")
    planned = LeavePlanned(
        at=at,
        participant_id=episode.participant_id,
        episode_id=episode.episode_id or EpisodeId(""),
        starts_at=starts_at,
        return_due_at=return_due_at,
        agreed_by=staff,
        **dict(agreed),
    )
    if episode.away.ahead == episode.away.after(planned).ahead:
        return []
    return [planned, Remind(STARTS, starts_at, {"starts_at": starts_at.isoformat()})]


def call_off(episode: Episode, reason: str, staff: StaffId, at: datetime) -> list[Outcome]:
    """The planned leave does not take place; where none is planned, nothing. Rule: IN-E18."""
    return [*_off(episode, reason, staff, at), Forget(STARTS)] if episode.away.ahead else []


def begin(episode: Episode, starts_at: datetime, rules: Rules, at: datetime) -> list[Outcome]:
    """The planned leave begins as of its instant, by what is so now; else it is called off. Rule: IN-E18.

    A timer of a plan that was called off or replaced finds nothing to begin.
    """
    ahead = episode.away.ahead
    if ahead is None or ahead.starts_at != starts_at:
        return []
    agreed = Agreed.model_validate(ahead.model_dump(include=set(Agreed.model_fields)))
    try:
        return start_leave(episode, ahead.return_due_at, ahead.agreed_by, rules, starts_at, agreed)
    except Refused as refused:
        return _off(episode, refused.code, None, at)


def _off(episode: Episode, reason: str, staff: StaffId | None, at: datetime) -> list[Outcome]:
    if episode.away.ahead is None:
        return []
    return [
        PlannedLeaveCalledOff(
            at=at,
            participant_id=episode.participant_id,
            episode_id=episode.episode_id or EpisodeId(""),
            starts_at=episode.away.ahead.starts_at,
            reason=reason,
            called_off_by=staff,
        )
    ]
