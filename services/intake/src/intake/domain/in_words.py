"""What somebody who decides about a proposal says in their own words, beside the code. Source: facts 2.7."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from common.change import Outcome
from common.contracts.absences import DecisionAct, DecisionWorded
from common.contracts.words import StaffId, TransitionId
from intake.domain.episode import Episode


class Words(NamedTuple):
    """Of which proposal somebody says what, having done what; empty `said`, where they leave it at the code."""

    transition_id: TransitionId
    act: DecisionAct
    said: str
    by: StaffId
    at: datetime


def in_words(episode: Episode, words: Words, decide: Callable[[Episode], list[Outcome]]) -> list[Outcome]:
    """The decision, and its words where it decides anything; a decision that was taken already has none. Rule: IN-S10.

    Raises what `decide` raises: then nothing is said.
    """
    decided = decide(episode)
    if not decided or not words.said.strip():
        return decided
    worded = DecisionWorded(
        at=words.at,
        participant_id=episode.participant_id,
        transition_id=words.transition_id,
        act=words.act,
        words=words.said.strip(),
        written_by=words.by,
    )
    return [*decided, worded]
