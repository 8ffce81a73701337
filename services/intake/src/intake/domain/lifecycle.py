"""Opening, leave, ending and return of an episode: every one the act of a named person."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from common.change import Forget, Invalid, Outcome, Refused, Remind
from common.contracts import intake as said
from common.contracts.words import (
    Condition,
    Disposition,
    EpisodeId,
    LevelOfCare,
    ReferralId,
    Role,
    StaffId,
    TransitionId,
    TransitionKind,
)
from intake.domain.episode import Episode, Rules, Status
from intake.domain.evidence import evidence_of
from intake.domain.moves import compensate, notice
from intake.domain.process import Process
from intake.domain.review import next_review, note
from intake.domain.signing import begin_entry, go_stale
from intake.domain.transition import Phase

OVERDUE = "leave-overdue"
FOLLOW_UP = "follow-up"


def young_enough(
    scores: Iterable[said.BaselineScore], process: Process, at: datetime
) -> tuple[said.BaselineScore, ...]:
    """The scores of a referral that say how somebody comes, for an episode opened `at`. Rule: IN-E8."""
    oldest = at.astimezone(UTC) - timedelta(days=process.baseline_at_most_days)
    return tuple(score for score in scores if score.administered_at >= oldest)


def open_episode(
    episode: Episode,
    episode_id: EpisodeId,
    referral_id: ReferralId,
    primary_therapist: StaffId,
    conditions: tuple[Condition, ...],
    baseline: tuple[said.BaselineScore, ...],
    at: datetime,
) -> list[Outcome]:
    """A new episode of care, with one primary therapist from the first day. Rule: IN-E1."""
    if episode.episode_id == episode_id:
        return []
    if episode.status in (Status.OPEN, Status.ON_LEAVE):
        raise Refused("episode-open", "this participant has an open episode of care")
    return [
        said.EpisodeOpened(
            at=at,
            participant_id=episode.participant_id,
            episode_id=episode_id,
            referral_id=referral_id,
            primary_therapist=primary_therapist,
            conditions=conditions,
            baseline=baseline,
        )
    ]


def admit(
    episode: Episode,
    id: TransitionId,
    level: LevelOfCare,
    staff: StaffId,
    roles: frozenset[Role],
    rules: Rules,
    at: datetime,
) -> list[Outcome]:
    """Into the first level of an open episode. Rule: IN-E1."""
    if episode.in_care or episode.transition is not None:
        raise Refused("episode-open", "this participant is in care or about to be")
    entry = begin_entry(episode, id, TransitionKind.ADMISSION, level, staff, roles, rules, at)
    return [*entry, next_review(at, rules)]


def readmit(
    episode: Episode,
    id: TransitionId,
    level: LevelOfCare,
    staff: StaffId,
    roles: frozenset[Role],
    rules: Rules,
    at: datetime,
) -> list[Outcome]:
    """Back within the readmission window, in the same episode. Rule: IN-E5."""
    if episode.status is not Status.CLOSED or episode.closed_at is None:
        raise Refused("not-discharged", "only somebody who was discharged is readmitted")
    if episode.transition is not None:
        raise Refused("transition-open", "another transition of this participant is open")
    days = rules.policy.process.readmission_days
    if at - episode.closed_at > timedelta(days=days):
        raise Refused("readmission-window-over", f"after {days} days a new referral opens a new episode")
    entry = begin_entry(episode, id, TransitionKind.READMISSION, level, staff, roles, rules, at)
    return [*entry, next_review(at, rules)]


def start_leave(
    episode: Episode, return_due_at: datetime, staff: StaffId, process: Process, at: datetime
) -> list[Outcome]:
    """A planned leave; the level of care and the place stay. Rule: IN-E3."""
    if not episode.in_care:
        raise Refused("not-in-care", "no level of care is active")
    if episode.status is Status.ON_LEAVE:
        raise Refused("on-leave", "this participant is on leave already")
    if return_due_at <= at:
        raise Invalid("return-in-the-past", "the planned return lies in the past")
    overdue_at = return_due_at + timedelta(minutes=process.leave_overdue_minutes)
    return [
        said.LeaveStarted(
            at=at,
            participant_id=episode.participant_id,
            episode_id=_id(episode),
            return_due_at=return_due_at,
            agreed_by=staff,
        ),
        Remind(OVERDUE, overdue_at),
    ]


def return_from_leave(episode: Episode, at: datetime) -> list[Outcome]:
    """Back from leave; said again by somebody who is back, nothing. Rule: IN-E3."""
    if episode.status is not Status.ON_LEAVE:
        return []
    back = said.LeaveReturned(at=at, participant_id=episode.participant_id, episode_id=_id(episode))
    return [back, Forget(OVERDUE)]


def notice_overdue(episode: Episode, at: datetime) -> list[Outcome]:
    """Not back when due: staff are told; a person decides what follows. Rule: IN-E4."""
    due = episode.leave_due_at
    if episode.status is not Status.ON_LEAVE or due is None:
        return []
    overdue = said.LeaveOverdue(
        at=at, participant_id=episode.participant_id, episode_id=_id(episode), return_due_at=due
    )
    return [overdue, notice(episode, "leave-overdue", f"{episode.id}|{due.isoformat()}", at)]


def close(
    episode: Episode, disposition: Disposition, reason: str, staff: StaffId, process: Process, at: datetime
) -> list[Outcome]:
    """Treatment ends, by a named person; what was arranged is given back, follow-up is not. Rules: IN-E2, IN-E6."""
    if episode.status is Status.CLOSED:
        return []
    if not episode.in_care or episode.level is None:
        raise Refused("not-in-care", "nobody is discharged who was not admitted")
    if not reason:
        raise Invalid("reason-missing", "a discharge needs a reason")
    closed = said.EpisodeClosed(
        at=at,
        participant_id=episode.participant_id,
        episode_id=_id(episode),
        from_level=episode.level,
        disposition=disposition,
        decided_by=staff,
        reason=reason,
    )
    return [
        *_stop_transition(episode, process, at),
        closed,
        Forget(OVERDUE),
        Forget("review"),
        *(
            Remind(f"{FOLLOW_UP}-{f.step}", at + timedelta(hours=f.after_hours), {"step": f.step})
            for f in process.follow_ups
        ),
    ]


def _stop_transition(episode: Episode, process: Process, at: datetime) -> list[Outcome]:
    transition = episode.transition
    if transition is None:
        return []
    if transition.phase is Phase.PROPOSED:
        return go_stale(episode, "discharged", at)
    return compensate(episode, transition.id, "discharged", process, at)


def follow_up(episode: Episode, step: str, at: datetime) -> list[Outcome]:
    """A contact falls due; who left against advice is contacted like everybody else. Rule: IN-E6."""
    if episode.status is not Status.CLOSED:
        return []
    due = said.FollowUpDue(at=at, participant_id=episode.participant_id, episode_id=_id(episode), step=step)
    return [due, notice(episode, "follow-up-contact", f"{episode.episode_id}|{episode.closed_at}|{step}", at)]


def record_safety_plan_review(
    episode: Episode, event_id: str, staff: StaffId, reviewed_at: datetime, rules: Rules, at: datetime
) -> list[Outcome]:
    """Safety plan and means safety were gone through; evidence for gate G8. Rule: IN-V1."""
    reviewed = said.SafetyPlanReviewed(
        at=reviewed_at, participant_id=episode.participant_id, episode_id=_open_id(episode), reviewed_by=staff
    )
    return [reviewed, *_own_evidence(episode, reviewed, event_id, rules, at)]


def record_clearance(
    episode: Episode, event_id: str, required: bool, cleared: bool, staff: StaffId, rules: Rules, at: datetime
) -> list[Outcome]:
    """A medical provider attests; never computed. Source: program policy 1.0, principle P10. Rule: IN-V1."""
    recorded = said.MedicalClearanceRecorded(
        at=at,
        participant_id=episode.participant_id,
        episode_id=_open_id(episode),
        required=required,
        cleared=cleared,
        recorded_by=staff,
    )
    return [recorded, *_own_evidence(episode, recorded, event_id, rules, at)]


def _own_evidence(
    episode: Episode, fact: said.EpisodeEvent, event_id: str, rules: Rules, at: datetime
) -> list[Outcome]:
    item = evidence_of(fact, event_id)
    return note(episode, item, rules, at) if item else []


def _open_id(episode: Episode) -> EpisodeId:
    if episode.episode_id is None or episode.status is Status.CLOSED:
        raise Refused("not-in-care", "there is no open episode of care")
    return episode.episode_id


def _id(episode: Episode) -> EpisodeId:
    return episode.episode_id or EpisodeId("")
