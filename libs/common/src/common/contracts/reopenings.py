"""What scheduling says of places when a discharge never was (`scheduling.rosters`)."""

from datetime import date

from common.contracts.message import Contract, Instant, Plain
from common.contracts.scheduling import RosterEvent
from common.contracts.words import BedId, LevelOfCare, TransitionId


class StayRestored(RosterEvent):
    """A stay that was said to have ended at `at` went on until `until_at`, in its bed; nobody else had that then."""

    transition_id: Plain[TransitionId]
    level: Plain[LevelOfCare]
    bed_id: Plain[BedId | None] = None
    until_at: Plain[Instant]
    known_at: Plain[Instant]


class StayNotRestored(RosterEvent):
    """A stay that was said to have ended at `from_at` cannot have gone on as it was: somebody must look.

    `reason` is a code: `bed-taken`, `bed-out-of-order`, `level-full`.
    """

    transition_id: Plain[TransitionId]
    level: Plain[LevelOfCare]
    bed_id: Plain[BedId | None] = None
    from_at: Plain[Instant]
    reason: Plain[str]


class DaysNotRestored(RosterEvent):
    """Day places that were given back at a discharge that never was are somebody else's now, on these dates first."""

    level: Plain[LevelOfCare]
    weekdays: Plain[tuple[int, ...]]
    from_on: Plain[date]
    full_on: Plain[tuple[date, ...]]


EVENTS: tuple[type[Contract], ...] = (StayRestored, StayNotRestored, DaysNotRestored)
COMMANDS: tuple[type[Contract], ...] = ()
