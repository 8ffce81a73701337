"""Leave: a planned absence with its level and place kept, the return, and what is told when nobody returns."""

from datetime import datetime, timedelta

from common.change import Forget, Invalid, Outcome, Refused, Remind
from common.contracts import intake as said
from common.contracts.moves import LeaveLongOverdue
from common.contracts.words import EpisodeId, LevelOfCare, StaffId
from intake.domain.episode import Episode, Rules, Status
from intake.domain.moves import notice, resume
from intake.domain.process import Process

OVERDUE, LONG_OVERDUE = "leave-overdue", "leave-long-overdue"


def start_leave(
    episode: Episode, return_due_at: datetime, staff: StaffId, process: Process, at: datetime
) -> list[Outcome]:
    """A planned leave; the level of care and the place stay. Rule: IN-E3."""
    if not episode.in_care:
        raise Refused("not-in-care", "no level of care is active")
    if episode.level is LevelOfCare.EXTERNAL_ACUTE:
        raise Refused("in-acute-care", "acute care elsewhere agrees to leave; this program does not")
    if episode.status is Status.ON_LEAVE:
        raise Refused("on-leave", "this participant is on leave already")
    if return_due_at <= at:
        raise Invalid("return-in-the-past", "the planned return lies in the past")
    overdue_at = return_due_at + timedelta(minutes=process.leave_overdue_minutes)
    decide_at = return_due_at + timedelta(minutes=process.leave_decision_minutes)
    return [
        said.LeaveStarted(
            at=at,
            participant_id=episode.participant_id,
            episode_id=_episode_id(episode),
            return_due_at=return_due_at,
            agreed_by=staff,
        ),
        Remind(OVERDUE, overdue_at),
        Remind(LONG_OVERDUE, decide_at),
    ]


def return_from_leave(episode: Episode, rules: Rules, at: datetime) -> list[Outcome]:
    """Back from leave, and what waited for that goes on; said again by somebody who is back, nothing. Rule: IN-E3."""
    if episode.status is not Status.ON_LEAVE:
        return []
    back = said.LeaveReturned(at=at, participant_id=episode.participant_id, episode_id=_episode_id(episode))
    return [back, Forget(OVERDUE), Forget(LONG_OVERDUE), *resume(episode.after(back), rules, at)]


def notice_overdue(episode: Episode, at: datetime) -> list[Outcome]:
    """Not back when due: staff are told; a person decides what follows. Rule: IN-E4."""
    due = episode.leave_due_at
    if episode.status is not Status.ON_LEAVE or due is None:
        return []
    overdue = said.LeaveOverdue(
        at=at, participant_id=episode.participant_id, episode_id=_episode_id(episode), return_due_at=due
    )
    return [overdue, notice(episode, "leave-overdue", f"{episode.id}|{due.isoformat()}", at)]


def call_for_decision(episode: Episode, at: datetime) -> list[Outcome]:
    """Hours overdue: somebody decides about a welfare check, software does not. Rule: IN-E10."""
    due = episode.leave_due_at
    if episode.status is not Status.ON_LEAVE or due is None:
        return []
    long_overdue = LeaveLongOverdue(
        at=at, participant_id=episode.participant_id, episode_id=_episode_id(episode), return_due_at=due
    )
    return [long_overdue, notice(episode, "leave-welfare-decision", f"{episode.id}|{due.isoformat()}", at)]


def _episode_id(episode: Episode) -> EpisodeId:
    return episode.episode_id or EpisodeId("")
