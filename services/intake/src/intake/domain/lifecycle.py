"""Opening, ending and readmission: every one the act of a named person."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from common.change import Forget, Invalid, Outcome, Refused
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
from intake.domain.acute import give_up_kept_place, stop_transition
from intake.domain.episode import Episode, Rules, Status
from intake.domain.evidence import evidence_of
from intake.domain.leave import LONG_OVERDUE, OVERDUE
from intake.domain.moves import notice
from intake.domain.process import Process, follow_ups
from intake.domain.review import REVIEW, next_review, note
from intake.domain.signing import begin_entry


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
    decided_by: StaffId | None = None,
) -> list[Outcome]:
    """A new episode of care, with one primary therapist from the first day. Rules: IN-E1, IN-E11."""
    if episode.episode_id == episode_id:
        return []
    if episode.status in (Status.OPEN, Status.ON_LEAVE) and episode.level is not LevelOfCare.ALUMNI:
        raise Refused("episode-open", "this participant has an open episode of care")
    if episode.transition is not None:
        raise Refused("transition-open", "another transition of this participant is open")
    return [
        *_leave_alumni(episode, decided_by or primary_therapist, at),
        said.EpisodeOpened(
            at=at,
            participant_id=episode.participant_id,
            episode_id=episode_id,
            referral_id=referral_id,
            primary_therapist=primary_therapist,
            conditions=conditions,
            baseline=baseline,
            previous_episode_id=episode.episode_id,
        ),
    ]


def _leave_alumni(episode: Episode, staff: StaffId, at: datetime) -> list[Outcome]:
    """From alumni one enters treatment by a new episode; the old one ends. Rule: IN-E11."""
    if not episode.in_care or episode.level is None:
        return []
    return [_ended(episode, Disposition.COMPLETED, "new-episode", staff, at, at)]


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
    despite: str = "",
) -> list[Outcome]:
    """Back within the readmission window, in the same episode. Rule: IN-E5."""
    if episode.status is not Status.CLOSED or episode.closed_at is None:
        raise Refused("not-discharged", "only somebody who was discharged is readmitted")
    if episode.transition is not None:
        raise Refused("transition-open", "another transition of this participant is open")
    days = rules.policy.process.readmission_days
    if at - episode.closed_at > timedelta(days=days):
        raise Refused("readmission-window-over", f"after {days} days a new referral opens a new episode")
    entry = begin_entry(episode, id, TransitionKind.READMISSION, level, staff, roles, rules, at, despite)
    return [*entry, next_review(at, rules)]


def close(
    episode: Episode,
    disposition: Disposition,
    reason: str,
    staff: StaffId,
    process: Process,
    at: datetime,
    happened_at: datetime | None = None,
    outreach_on: tuple[date, ...] = (),
) -> list[Outcome]:
    """Treatment ends, by a named person; what was arranged is given back, follow-up is not. Rules: IN-E2, IN-E6."""
    if episode.status is Status.CLOSED:
        return []
    if not episode.in_care or episode.level is None:
        raise Refused("not-in-care", "nobody is discharged who was not admitted")
    _refuse_unfounded(episode, reason, process, at, happened_at or at, outreach_on)
    ended = happened_at or at
    return [
        *stop_transition(episode, "discharged", process, at, staff),
        *give_up_kept_place(episode, "discharged", at),
        _ended(episode, disposition, reason, staff, ended, at, outreach_on),
        *(Forget(name) for name in (OVERDUE, LONG_OVERDUE, REVIEW)),
        *follow_ups(process, ended),
    ]


def _refuse_unfounded(
    episode: Episode, reason: str, process: Process, at: datetime, ended: datetime, outreach_on: tuple[date, ...]
) -> None:
    if not reason:
        raise Invalid("reason-missing", "a discharge needs a reason")
    if reason in process.outreach_before and not outreach_on:
        raise Invalid("outreach-missing", "say on which days somebody tried to reach the participant")
    if any(day > ended.date() + timedelta(days=1) for day in outreach_on):
        raise Invalid("in-the-future", "outreach comes before the discharge")
    if episode.level_since is not None and ended < episode.level_since:
        raise Invalid("before-last-change", "treatment cannot end before the level of care began")


def _ended(
    episode: Episode,
    disposition: Disposition,
    reason: str,
    staff: StaffId,
    ended: datetime,
    at: datetime,
    outreach_on: tuple[date, ...] = (),
) -> said.EpisodeClosed:
    return said.EpisodeClosed(
        at=ended,
        participant_id=episode.participant_id,
        episode_id=_id(episode),
        from_level=episode.level or LevelOfCare.CLOSED,
        disposition=disposition,
        decided_by=staff,
        reason=reason,
        known_at=at,
        outreach_on=outreach_on,
    )


def follow_up(episode: Episode, step: str, at: datetime) -> list[Outcome]:
    """A contact falls due, after completion too; who left against advice is contacted like all. Rule: IN-E6."""
    if episode.status is not Status.CLOSED and episode.level is not LevelOfCare.ALUMNI:
        return []
    due = said.FollowUpDue(at=at, participant_id=episode.participant_id, episode_id=_id(episode), step=step)
    return [due, notice(episode, "follow-up-contact", f"{episode.episode_id}|{episode.level_since}|{step}", at)]


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
