"""What intake says of corrections, endings that never were, long absences and proposals that wait."""

from common.contracts.episodes import EpisodeEvent
from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.transitions import TransitionEvent
from common.contracts.words import EpisodeId, LevelOfCare, StaffId, TransitionId


class LevelOfCareCorrected(EpisodeEvent):
    """A change of level, or the ending, was true at another instant than said: `at`, not `was_at`.

    `known_at` is since when that is known. The order of the changes never changes, only when one of them was.
    """

    episode_id: Plain[EpisodeId]
    corrects: Plain[TransitionId | None]
    """The transition that changed the level; None for the ending."""
    from_level: Plain[LevelOfCare | None]
    level: Plain[LevelOfCare]
    """The level that begins at `at`."""
    current: Plain[bool]
    """Whether this is where the participant is now."""
    was_at: Plain[Instant]
    known_at: Plain[Instant]
    corrected_by: Plain[StaffId]
    reason: Plain[str]


class DischargeVoided(EpisodeEvent):
    """A discharge was entered in error: treatment never ended, and the level goes on since `level_since`."""

    episode_id: Plain[EpisodeId]
    level: Plain[LevelOfCare]
    level_since: Plain[Instant]
    ended_at: Plain[Instant]
    """The instant of the ending that never was."""
    primary_therapist: Plain[StaffId]
    voided_by: Plain[StaffId]
    reason: Plain[str]


class LeaveLongOverdue(EpisodeEvent):
    """So long overdue that a person must decide about a welfare check; nothing else changes."""

    episode_id: Plain[EpisodeId]
    return_due_at: Plain[Instant]


class KeptPlaceGivenUp(EpisodeEvent):
    """The place that was kept during acute care elsewhere is no longer kept."""

    episode_id: Plain[EpisodeId]
    level: Plain[LevelOfCare]
    reason: Plain[str]


class TransitionDeferred(TransitionEvent):
    """An entitled person says: not now. The proposal waits, unsigned, until `until`."""

    until: Plain[Instant]
    deferred_by: Plain[StaffId]
    reason: Plain[str]


class ParticipantViewRecorded(TransitionEvent):
    """Whether the participant agrees with what is proposed; a no is talked about, it is no veto."""

    agrees: Clinical[bool]
    recorded_by: Plain[StaffId]


EVENTS: tuple[type[Contract], ...] = (
    LevelOfCareCorrected,
    DischargeVoided,
    LeaveLongOverdue,
    KeptPlaceGivenUp,
    TransitionDeferred,
    ParticipantViewRecorded,
)
COMMANDS: tuple[type[Contract], ...] = ()
