"""What becomes of a transition when the bed promised to it is another, or later, or still taken."""

from datetime import datetime, timedelta
from uuid import uuid5

from common.change import Ask, Forget, Outcome, Remind
from common.contracts import intake as said
from common.contracts.notifications import SendNotice
from common.contracts.words import BedId, NoticeId, RecipientKind, TransitionId
from intake.domain.episode import Episode, Rules
from intake.domain.moves import EFFECTIVE, IDS, compensate, next_midnight, notice, tell
from intake.domain.orders import DEADLINE
from intake.domain.transition import Phase, Transition

STILL_TAKEN = "still-taken"


def not_confirmed(
    episode: Episode, id: TransitionId, reason: str, promised_at: datetime | None, rules: Rules, at: datetime
) -> list[Outcome]:
    """The destination cannot confirm: wait for a bed that is promised, else give back. Rules: IN-T6, IN-T14."""
    transition = episode.transition
    if reason != STILL_TAKEN or promised_at is None or promised_at <= at:
        return compensate(episode, id, reason, rules.policy.process, at)
    if transition is None or transition.id != id or transition.phase is not Phase.CONFIRMING:
        return []
    again_at = next_midnight(promised_at - timedelta.resolution, rules.zone) if transition.at_midnight else promised_at
    held = tell(said.TransitionHeld, episode, at, reason=STILL_TAKEN, to_level=transition.to_level)
    ready = tell(said.TransitionReady, episode, at, effective_at=again_at)
    told = notice(episode, "transition-held", f"{id}|{again_at.isoformat()}", at)
    return [held, Forget(DEADLINE), ready, Remind(EFFECTIVE, again_at, {"transition_id": id}), told]


def tell_replanned(
    episode: Episode, id: TransitionId, bed: BedId | None, from_at: datetime | None, at: datetime
) -> list[Outcome]:
    """Tell the therapist of whoever is affected, and the participant if they would come later. Rule: IN-T15."""
    transition = episode.transition
    if transition is None or transition.id != id:
        return []
    about = f"{id}|{bed}|{from_at.isoformat() if from_at else 'nobody-knows'}"
    to_therapist = notice(episode, "bed-replanned", about, at)
    return [to_therapist, _to_participant(episode, about, at)] if _later(transition, from_at) else [to_therapist]


def _later(transition: Transition, from_at: datetime | None) -> bool:
    return from_at is None or (transition.effective_at is not None and from_at > transition.effective_at)


def _to_participant(episode: Episode, about: str, at: datetime) -> Ask:
    return Ask(
        SendNotice(
            at=at,
            participant_id=episode.participant_id,
            notice_id=NoticeId(str(uuid5(IDS, f"place-replanned|{about}"))),
            recipient_kind=RecipientKind.PARTICIPANT,
            recipient_id=episode.id,
            template="place-replanned",
        )
    )
