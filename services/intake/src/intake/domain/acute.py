"""Acute care elsewhere: there at once, a place kept for a while, and what an ending or an emergency stops."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from common.change import Ask, Forget, Invalid, NotEntitled, Outcome, Refused, Remind
from common.contracts import intake as said
from common.contracts.moves import KeptPlaceGivenUp
from common.contracts.scheduling import ReleasePlace
from common.contracts.words import EpisodeId, LevelOfCare, Role, StaffId, TransitionId, TransitionKind
from intake.domain.episode import Episode
from intake.domain.leave import LONG_OVERDUE, OVERDUE
from intake.domain.moves import compensate
from intake.domain.orders import pause_stay
from intake.domain.process import Process
from intake.domain.signing import ENTITLED, go_stale
from intake.domain.transition import Phase

KEPT_PLACE = "kept-place"


def send_to_acute(
    episode: Episode,
    id: TransitionId,
    reason: str,
    happened_at: datetime,
    staff: StaffId,
    roles: frozenset[Role],
    process: Process,
    at: datetime,
) -> list[Outcome]:
    """To acute care elsewhere, as it happened; nothing is asked for first. Rule: IN-E12."""
    if episode.level is LevelOfCare.EXTERNAL_ACUTE:
        return []
    if not episode.in_care or episode.level is None or episode.level_since is None:
        raise Refused("not-in-care", "no level of care is active")
    if episode.level is LevelOfCare.ALUMNI:
        raise Refused("no-such-move", "alumni are not in treatment here; a new episode begins with a referral")
    if happened_at < episode.level_since:
        raise Invalid("before-last-change", "this instant lies before the present level of care began")
    emergency = _emergency(episode, episode.level, id, reason, happened_at, staff, _role(roles), at)
    kept_until = at + timedelta(days=process.acute_place_days)
    return [
        *stop_transition(episode, "emergency", process, at, staff),
        *emergency,
        *pause_stay(_after(episode, emergency), at),
        Forget(OVERDUE),
        Forget(LONG_OVERDUE),
        Remind(KEPT_PLACE, kept_until, {"transition_id": id}),
    ]


def _after(episode: Episode, facts: Iterable[said.EpisodeEvent]) -> Episode:
    for fact in facts:
        episode = episode.after(fact)
    return episode


def _role(roles: frozenset[Role]) -> Role:
    able = [role for role in ENTITLED if role in roles]
    if not able:
        raise NotEntitled("role-missing", "an emergency is recorded by a clinician or a medical provider")
    return able[-1]


def _emergency(
    episode: Episode,
    level: LevelOfCare,
    id: TransitionId,
    reason: str,
    happened_at: datetime,
    staff: StaffId,
    role: Role,
    at: datetime,
) -> list[said.EpisodeEvent]:
    """A whole transition, over as soon as it is said: proposed, signed, true, completed."""
    about = {
        "at": at,
        "participant_id": episode.id,
        "episode_id": episode.episode_id,
        "transition_id": id,
        "kind": TransitionKind.EMERGENCY,
        "from_level": level,
        "to_level": LevelOfCare.EXTERNAL_ACUTE,
    }
    proposal = {"proposed_by": staff, "signatures_needed": 1, "reason": reason, "expires_at": at}
    changed = {"at": happened_at, "known_at": at, "primary_therapist": episode.primary_therapist}
    return [
        said.TransitionProposed.model_validate(about | proposal),
        said.TransitionSigned.model_validate(about | {"signed_by": staff, "role": role}),
        said.TransitionApproved.model_validate(about | {"effective_at": happened_at}),
        said.LevelOfCareChanged.model_validate(about | changed),
        said.TransitionCompleted.model_validate(about),
    ]


def stop_transition(episode: Episode, reason: str, process: Process, at: datetime, by: StaffId) -> list[Outcome]:
    """An open transition that has not changed the level goes stale, or gives everything back."""
    transition = episode.transition
    if transition is None:
        return []
    if transition.phase is Phase.PROPOSED:
        return go_stale(episode, reason, at)
    return compensate(episode, transition.id, reason, process, at, by)


def give_up_kept_place(episode: Episode, reason: str, at: datetime) -> list[Outcome]:
    """The place kept for the participant's return is free for others. Rule: IN-E13."""
    level, id = episode.kept_place, episode.kept_by
    if level is None or id is None:
        return []
    given_up = KeptPlaceGivenUp(
        at=at,
        participant_id=episode.participant_id,
        episode_id=episode.episode_id or EpisodeId(""),
        level=level,
        reason=reason,
    )
    release = ReleasePlace(at=at, transition_id=id, participant_id=episode.participant_id, level=level)
    return [given_up, Ask(release), Forget(KEPT_PLACE)]


def stop_keeping(episode: Episode, id: str, at: datetime) -> list[Outcome]:
    """Kept long enough; a return that is being decided is waited for another day. Rule: IN-E13."""
    if episode.kept_by != id:
        return []
    if episode.transition is not None:
        return [Remind(KEPT_PLACE, at + timedelta(days=1), {"transition_id": id})]
    return give_up_kept_place(episode, "kept-long-enough", at)
