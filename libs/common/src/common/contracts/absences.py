"""What intake says of an absence nobody agreed to, and of the words in which people decide."""

from enum import StrEnum

from common.contracts.care import RestrictedEvent
from common.contracts.episodes import EpisodeEvent
from common.contracts.message import Contract, Identifying, Instant, Plain
from common.contracts.words import EpisodeId, LevelOfCare, StaffId, TransitionId


class ElopementNoted(EpisodeEvent):
    """Gone from residential care without leave, since `at`: level and place stay, and people look for them.

    It is no leaving against advice, which is an ending. Source: facts 2.8.
    """

    episode_id: Plain[EpisodeId]
    level: Plain[LevelOfCare]
    noted_by: Plain[StaffId]
    known_at: Plain[Instant]
    """When it was known; `at` is when they were seen last."""


class ElopementEnded(EpisodeEvent):
    """Back after an absence without leave."""

    episode_id: Plain[EpisodeId]
    noted_by: Plain[StaffId]


class DecisionAct(StrEnum):
    """What somebody did to a proposal."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    REFUSED = "refused"
    DEFERRED = "deferred"
    CANCELLED = "cancelled"


class DecisionWorded(RestrictedEvent):
    """Why somebody decided so about a proposal, in their own words, beside the code. Source: facts 2.7."""

    transition_id: Plain[TransitionId]
    act: Plain[DecisionAct]
    words: Identifying[str]
    written_by: Plain[StaffId]


EVENTS: tuple[type[Contract], ...] = (ElopementNoted, ElopementEnded, DecisionWorded)
COMMANDS: tuple[type[Contract], ...] = ()
