"""What scheduling says of beds and of how long places are needed (`scheduling.rosters`)."""

from datetime import date
from typing import ClassVar

from common.contracts.message import Contract, Instant, Part, Plain
from common.contracts.scheduling import RosterEvent
from common.contracts.words import BedId, LevelOfCare, StaffId, TransitionId


class BedPlace(Part):
    """Where a bed stands, as HL7 PL says it: facility, point of care, room, bed; not licensed: for nobody new."""

    bed_id: Plain[BedId]
    site: Plain[str]
    unit: Plain[str]
    room: Plain[str]
    bed: Plain[str]
    licensed: Plain[bool] = True


class LevelEvent(Contract):
    """Said on the roster stream, about one level."""

    TOPIC: ClassVar[str] = "scheduling.rosters"

    level: Plain[LevelOfCare]

    def subject(self) -> str:
        """The level itself."""
        return f"level:{self.level}"


class BedsSetUp(LevelEvent):
    """Which beds a level has, and how many minutes lie between two people in the same one."""

    beds: Plain[tuple[BedPlace, ...]]
    turnover_minutes: Plain[int]
    set_up_by: Plain[StaffId]


class BedOutOfOrder(LevelEvent):
    """A bed is for nobody from `from_at` on, until `until_at` if that is known. `reason` is a code."""

    bed_id: Plain[BedId]
    from_at: Plain[Instant]
    until_at: Plain[Instant | None] = None
    reason: Plain[str]
    said_by: Plain[StaffId]


class BedInOrder(LevelEvent):
    """A bed can be used again; what was planned for later is off too."""

    bed_id: Plain[BedId]
    said_by: Plain[StaffId]


class StayEvent(RosterEvent):
    """About the place that one transition brought a participant."""

    transition_id: Plain[TransitionId]
    level: Plain[LevelOfCare]


class BedHeld(StayEvent):
    """This bed is kept for the participant from `from_at` on."""

    bed_id: Plain[BedId]
    from_at: Plain[Instant]


class BedHoldReplanned(StayEvent):
    """The bed that was kept cannot be had as planned; another is, or later, or (None) none is yet.

    `reason` is a code: `stay-longer`, `bed-out-of-order`, `bed-not-licensed`, `turnover`, `asked`, `bed-found`.
    """

    was_bed_id: Plain[BedId | None]
    bed_id: Plain[BedId | None]
    from_at: Plain[Instant | None]
    reason: Plain[str]


class BedOccupied(StayEvent):
    """The participant has this bed from `from_at` on."""

    bed_id: Plain[BedId]
    from_at: Plain[Instant]


class BedMoved(StayEvent):
    """The participant changed beds; nothing else changed. `was_bed_id` None: had none until now."""

    was_bed_id: Plain[BedId | None]
    bed_id: Plain[BedId]
    moved_by: Plain[StaffId]


class LeavingExpected(StayEvent):
    """The participant is expected to leave this level at `until_at`; None: nobody knows when.

    `because_of` is the transition that will lead away, or empty where staff said so.
    """

    until_at: Plain[Instant | None]
    was_until_at: Plain[Instant | None] = None
    because_of: Plain[TransitionId | None] = None


class DayPlaces(Part):
    """How many day places there are on one date, whatever its weekday."""

    on: Plain[date]
    places: Plain[int]


class DayPlacesSetUp(LevelEvent):
    """How many day places a level has on each weekday, Monday first, and on the dates that are different."""

    weekdays: Plain[tuple[int, ...]]
    exceptions: Plain[tuple[DayPlaces, ...]] = ()
    set_up_by: Plain[StaffId]


class DayPlacesTaken(RosterEvent):
    """From `from_on` on, up to but without `until_on`, the participant comes on these weekdays (Monday 0); none: never.

    What they had from `from_on` on before is given back.
    """

    level: Plain[LevelOfCare]
    weekdays: Plain[tuple[int, ...]]
    from_on: Plain[date]
    until_on: Plain[date | None] = None


EVENTS: tuple[type[Contract], ...] = (
    BedsSetUp,
    BedOutOfOrder,
    BedInOrder,
    BedHeld,
    BedHoldReplanned,
    BedOccupied,
    BedMoved,
    LeavingExpected,
    DayPlacesSetUp,
    DayPlacesTaken,
)
COMMANDS: tuple[type[Contract], ...] = ()
