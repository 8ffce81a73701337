"""The one primary therapist: changed at once, or handed over with a session that both therapists share."""

from datetime import datetime, timedelta
from typing import TypeVar

from common.change import Forget, Invalid, NotFound, Outcome, Refused, Remind
from common.contracts import care
from common.contracts import intake as said
from common.contracts.words import EpisodeId, HandOverId, SessionId, StaffId
from intake.domain.care_rules import CareRules
from intake.domain.episode import Episode, Status
from intake.domain.hand_over import HandOver
from intake.domain.notices import tell_staff

F = TypeVar("F", bound=care.HandOverEvent)

STILL_OPEN = "hand-over-open"


def change_at_once(episode: Episode, to_staff: StaffId, reason: str, at: datetime) -> list[Outcome]:
    """Exactly one primary therapist; a change has a reason; an open hand-over is overtaken. Rules: IN-E7, IN-H3."""
    if episode.episode_id is None:
        raise Refused("not-in-care", "there is no episode of care")
    if episode.primary_therapist == to_staff:
        return []
    if not reason:
        raise Invalid("reason-missing", "a change of therapist needs a reason")
    overtaken = _end(episode, episode.hand_over, "changed-at-once", at) if _open(episode) else []
    return [*overtaken, _changed(episode, to_staff, reason, None, at)]


def plan(
    episode: Episode, id: HandOverId, to_staff: StaffId, reason: str, by: StaffId, rules: CareRules, at: datetime
) -> list[Outcome]:
    """Name who takes over; the primary therapist stays until it is complete. Rule: IN-H1."""
    if episode.episode_id is None or episode.status is Status.CLOSED:
        raise Refused("not-in-care", "there is no open episode of care")
    if to_staff == episode.primary_therapist:
        raise Invalid("same-therapist", "this is the primary therapist already")
    held = episode.hand_over
    if held is not None and (held.id == id or (not held.ended and held.to_staff == to_staff)):
        return []
    if _open(episode):
        raise Refused("hand-over-open", "call off the open hand-over first")
    who = {"from_staff": episode.primary_therapist, "to_staff": to_staff, "planned_by": by}
    planned = _tell(care.HandOverPlanned, episode, id, at, **who, reason=reason)
    look_again = Remind(STILL_OPEN, at + timedelta(days=rules.hand_over.look_after_days), {"hand_over_id": id})
    return [planned, tell_staff(to_staff, episode.id, "hand-over-planned", id, at), look_again]


def book_overlap(
    episode: Episode, id: HandOverId, starts_at: datetime, session_id: SessionId | None, at: datetime
) -> list[Outcome]:
    """A session with both therapists stands; another booking replaces it. Rule: IN-H2."""
    held = _going_on(episode, id)
    if held.held_at is not None or (held.overlap_at, held.overlap_session) == (starts_at, session_id):
        return []
    return [_tell(care.OverlapSessionBooked, episode, id, at, starts_at=starts_at, session_id=session_id)]


def hold_overlap(
    episode: Episode, id: HandOverId, held_at: datetime, by: StaffId | None, at: datetime
) -> list[Outcome]:
    """The session with both therapists took place; said twice, once. Rule: IN-H2."""
    if _going_on(episode, id).held_at is not None:
        return []
    return [_tell(care.OverlapSessionHeld, episode, id, at, held_at=held_at, recorded_by=by)]


def see_attendance(
    episode: Episode, session_id: SessionId, attended: bool, held_at: datetime, at: datetime
) -> list[Outcome]:
    """The participant attended the overlap session that was booked. Rule: IN-H2."""
    held = episode.hand_over
    if held is None or held.ended or not attended or held.overlap_session != session_id:
        return []
    return hold_overlap(episode, held.id, held_at, None, at)


def complete(episode: Episode, id: HandOverId, at: datetime) -> list[Outcome]:
    """After the overlap session, and at one instant, the next therapist is the primary one. Rules: IN-H2, IN-E7."""
    held = _known(episode, id)
    if held.ended == "complete":
        return []
    held = _going_on(episode, id)
    if held.held_at is None:
        raise Refused("overlap-missing", "the session with both therapists has not taken place")
    return [_changed(episode, held.to_staff, held.reason, id, at), Forget(STILL_OPEN)]


def call_off(episode: Episode, id: HandOverId, reason: str, at: datetime) -> list[Outcome]:
    """The hand-over does not go on; who is the primary therapist stays so. Rule: IN-H3."""
    held = _known(episode, id)
    if held.ended == "complete":
        raise Refused("hand-over-complete", "the hand-over is complete; plan another one")
    return _end(episode, held, reason, at)


def look_again(episode: Episode, id: str, at: datetime) -> list[Outcome]:
    """A hand-over that is still open after some days is told to both therapists, once; timer. Rule: IN-H4."""
    held = episode.hand_over
    if held is None or held.id != id or held.ended:
        return []
    return [tell_staff(staff, episode.id, STILL_OPEN, held.id, at) for staff in (held.from_staff, held.to_staff)]


def _open(episode: Episode) -> bool:
    return episode.hand_over is not None and not episode.hand_over.ended


def _known(episode: Episode, id: HandOverId) -> HandOver:
    if episode.hand_over is None or episode.hand_over.id != id:
        raise NotFound("no-such-hand-over", "this participant has no hand-over with this id")
    return episode.hand_over


def _going_on(episode: Episode, id: HandOverId) -> HandOver:
    held = _known(episode, id)
    if held.ended:
        raise Refused("hand-over-over", f"this hand-over is {held.ended}")
    return held


def _end(episode: Episode, held: HandOver | None, reason: str, at: datetime) -> list[Outcome]:
    if held is None or held.ended:
        return []
    return [_tell(care.HandOverCalledOff, episode, held.id, at, reason=reason), Forget(STILL_OPEN)]


def _tell(kind: type[F], episode: Episode, id: HandOverId, at: datetime, /, **more: object) -> F:
    """A fact about a hand-over of this episode."""
    about = {"participant_id": episode.id, "episode_id": episode.episode_id or "", "hand_over_id": id}
    return kind.model_validate({**about, "at": at, **more})


def _changed(
    episode: Episode, to_staff: StaffId, reason: str, id: HandOverId | None, at: datetime
) -> said.PrimaryTherapistChanged:
    return said.PrimaryTherapistChanged(
        at=at,
        participant_id=episode.participant_id,
        episode_id=episode.episode_id or EpisodeId(""),
        from_staff=episode.primary_therapist,
        to_staff=to_staff,
        reason=reason,
        hand_over_id=id,
    )
