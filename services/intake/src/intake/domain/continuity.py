"""Whether one therapist stays through the levels of care. Source: facts 1.1 A10."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from pydantic import BaseModel, ConfigDict

from common.change import Record
from common.contracts.intake import LevelOfCareChanged
from common.contracts.words import EpisodeId, LevelOfCare, ParticipantId, StaffId
from intake.domain.history import OURS

LEVEL_CHANGES = "levelchanges"
"""The read model: one document a change of level, with who was the primary therapist at it."""


class AtChange(BaseModel):
    """A change of level: which level began, when, and who was the primary therapist then."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    participant_id: ParticipantId
    episode_id: EpisodeId
    to_level: LevelOfCare
    primary_therapist: StaffId
    at: datetime


class Continuity(BaseModel):
    """Of so many changes between two levels of ours, in how many the therapist was the same; None: held back."""

    model_config = ConfigDict(frozen=True)

    changes: int | None
    same_therapist: int | None
    percent: float | None


def kept(fact: LevelOfCareChanged) -> Iterable[Record]:
    """A change of level in the read model."""
    told = {**AtChange.model_validate(dict(fact)).model_dump(mode="json"), "at": fact.at}
    return [Record(LEVEL_CHANGES, fact.transition_id, {"$set": told})]


def kept_through(changes: Iterable[AtChange]) -> list[bool]:
    """For each level of ours that followed another in one episode, whether it began with the same therapist."""
    ours = sorted((c for c in changes if c.to_level in OURS), key=lambda c: (c.participant_id, c.at))
    return [
        before.primary_therapist == after.primary_therapist
        for before, after in pairwise(ours)
        if (before.participant_id, before.episode_id) == (after.participant_id, after.episode_id)
    ]


def continuity(same: Sequence[bool], least: int = 1) -> Continuity:
    """The share of changes with the same therapist; held back where those with or without are few. Rule: IN-X6."""
    counts = Counter(same)
    if any(0 < counts[kind] < least for kind in (True, False)):
        return Continuity(changes=None, same_therapist=None, percent=None)
    percent = round(100 * counts[True] / len(same), 1) if same else None
    return Continuity(changes=len(same), same_therapist=counts[True], percent=percent)
