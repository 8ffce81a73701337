"""Leave: a planned absence with its level and place kept, the return, and what is told when nobody returns."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from common.change import Forget, Invalid, Outcome, Refused, Remind
from common.contracts import intake as said
from common.contracts.moves import LeaveLongOverdue
from common.contracts.words import EpisodeId, LeaveDestination, LevelOfCare, ScreenVersion, StaffId, SupporterId
from intake.domain.episode import Episode, Rules, Status
from intake.domain.moves import notice, resume
from intake.domain.policy import Step

OVERDUE, LONG_OVERDUE = "leave-overdue", "leave-long-overdue"


class Agreed(BaseModel):
    """What was agreed about a leave, as far as somebody says."""

    model_config = ConfigDict(frozen=True)

    destination: LeaveDestination | None = None
    supporter_id: SupporterId | None = None
    medication_plan: bool | None = None


NOTHING = Agreed()


def start_leave(
    episode: Episode,
    return_due_at: datetime,
    staff: StaffId,
    rules: Rules,
    at: datetime,
    agreed: Agreed = NOTHING,
) -> list[Outcome]:
    """A planned leave; the level of care and the place stay. Rules: IN-E3, IN-E16."""
    if not episode.in_care:
        raise Refused("not-in-care", "no level of care is active")
    if episode.level is LevelOfCare.EXTERNAL_ACUTE:
        raise Refused("in-acute-care", "acute care elsewhere agrees to leave; this program does not")
    if episode.status is Status.ON_LEAVE:
        raise Refused("on-leave", "this participant is on leave already")
    if episode.away.missing_since:
        raise Refused("away-without-leave", "this participant is gone without leave; say first that they are back")
    if return_due_at <= at:
        raise Invalid("return-in-the-past", "the planned return lies in the past")
    process, screened = rules.policy.process, _screen_before(episode, rules, at)
    overdue_at = return_due_at + timedelta(minutes=process.leave_overdue_minutes)
    decide_at = return_due_at + timedelta(minutes=process.leave_decision_minutes)
    return [
        said.LeaveStarted(
            at=at,
            participant_id=episode.participant_id,
            episode_id=_episode_id(episode),
            return_due_at=return_due_at,
            agreed_by=staff,
            destination=agreed.destination,
            supporter_id=agreed.supporter_id,
            screen_event_id=screened,
            medication_plan=agreed.medication_plan,
            lacking=_lacking(episode, agreed, screened, rules, at),
        ),
        Remind(OVERDUE, overdue_at),
        Remind(LONG_OVERDUE, decide_at),
    ]


def _screen_before(episode: Episode, rules: Rules, at: datetime) -> str:
    """The event of the newest screen since last contact, if it is as recent as gate G3 asks for; else nothing."""
    hours = timedelta(hours=rules.policy.step_down.steps[Step.RESIDENTIAL_PHP].screen_hours)
    of_late = [
        screen.event_id
        for screen in episode.evidence.screens
        if screen.version is ScreenVersion.SINCE_LAST_CONTACT and at - hours <= screen.at <= at
    ]
    return of_late[-1] if of_late else ""


def _lacking(episode: Episode, agreed: Agreed, screened: str, rules: Rules, at: datetime) -> tuple[str, ...]:
    """What a pass out of residential care should have and has not, as codes. Source: facts 2.8. Rule: IN-E16."""
    if episode.level is not LevelOfCare.RESIDENTIAL:
        return ()
    days = timedelta(days=rules.policy.step_down.steps[Step.RESIDENTIAL_PHP].plan_review_days)
    there = {
        "destination": agreed.destination,
        "supporter": agreed.supporter_id,
        "suicide-screen": screened,
        "safety-plan": any(at - days <= review.at <= at for review in episode.evidence.plan_reviews),
        "medication-plan": agreed.medication_plan,
    }
    return tuple(what for what, known in there.items() if not known)


def return_from_leave(episode: Episode, rules: Rules, at: datetime, checked_by: StaffId | None = None) -> list[Outcome]:
    """Back from leave, and what waited for that goes on; said again by somebody who is back, nothing. Rule: IN-E3."""
    if episode.status is not Status.ON_LEAVE:
        return []
    who = {"participant_id": episode.participant_id, "episode_id": _episode_id(episode)}
    back = said.LeaveReturned.model_validate({"at": at, "checked_by": checked_by, **who})
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
