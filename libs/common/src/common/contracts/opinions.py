"""What intake says of opinions from outside the policy on which level of care fits somebody (`intake.reviews`)."""

from enum import StrEnum
from typing import NewType

from common.contracts.episodes import ReviewEvent
from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.words import EpisodeId, LevelOfCare, StaffId

OpinionId = NewType("OpinionId", str)


class LocTool(StrEnum):
    """What an opinion on the level of care was formed with. Source: facts 2.3, 2.4, 9.2."""

    LOCUS = "LOCUS"
    CALOCUS = "CALOCUS"
    ASAM = "ASAM"
    CLINICAL = "CLINICAL"


class LocOpinionRecorded(ReviewEvent):
    """Somebody thinks that this level of care fits; `at` is when they thought so. Said again, it is put right."""

    episode_id: Plain[EpisodeId]
    opinion_id: Plain[OpinionId]
    tool: Clinical[LocTool]
    level: Clinical[LevelOfCare]
    composite: Clinical[int | None] = None
    """The sum of a LOCUS or CALOCUS, 7 to 35."""
    rater: Clinical[str]
    """Whose opinion it is, as a code, such as `payer`."""
    recorded_by: Plain[StaffId]
    known_at: Plain[Instant]
    revision: Plain[int] = 1
    """How often it was told, with this time."""


class LocOpinionVoided(ReviewEvent):
    """An opinion was recorded in error and does not count."""

    episode_id: Plain[EpisodeId]
    opinion_id: Plain[OpinionId]
    voided_by: Plain[StaffId]
    reason: Plain[str]


EVENTS: tuple[type[Contract], ...] = (LocOpinionRecorded, LocOpinionVoided)
COMMANDS: tuple[type[Contract], ...] = ()
