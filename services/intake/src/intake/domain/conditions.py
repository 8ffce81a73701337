"""What somebody is treated for, as clinicians note it and set it aside: it chooses the measures asked for."""

from datetime import datetime

from common.change import Outcome, Refused
from common.contracts import care
from common.contracts.words import Condition, StaffId
from intake.domain.episode import Episode, Status


def note_condition(episode: Episode, condition: Condition, icd10: str, by: StaffId, at: datetime) -> list[Outcome]:
    """A condition is treated from now on; noted again, nothing. Rule: IN-G6."""
    _must_be_open(episode)
    if condition in episode.conditions:
        return []
    who = episode.participant_id
    return [care.ConditionNoted(at=at, participant_id=who, condition=condition, icd10=icd10, noted_by=by)]


def set_aside(episode: Episode, condition: Condition, reason: str, by: StaffId, at: datetime) -> list[Outcome]:
    """A condition is not what is treated; set aside again, nothing. Rule: IN-G6."""
    _must_be_open(episode)
    if condition not in episode.conditions:
        return []
    who = episode.participant_id
    return [care.ConditionSetAside(at=at, participant_id=who, condition=condition, reason=reason, set_aside_by=by)]


def _must_be_open(episode: Episode) -> None:
    if episode.episode_id is None or episode.status is Status.CLOSED:
        raise Refused("not-in-care", "there is no open episode of care")
