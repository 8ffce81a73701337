"""What scheduling says (`scheduling.rosters`) and is asked (`scheduling.commands`)."""

from enum import StrEnum
from typing import ClassVar

from common.contracts.message import Clinical, Contract, Instant, Part, Plain
from common.contracts.words import (
    GroupId,
    LevelOfCare,
    ParticipantId,
    SessionId,
    SessionKind,
    StaffId,
    TransitionId,
)


class AttendanceReason(StrEnum):
    """Why somebody was not there, or not all the time. Source: facts 3.7; the last five ASSUMED."""

    PROGRAM_CANCELLED = "PROGRAM_CANCELLED"
    THERAPIST_ABSENT = "THERAPIST_ABSENT"
    APPROVED_LEAVE = "APPROVED_LEAVE"
    INPATIENT_STAY = "INPATIENT_STAY"
    ILL = "ILL"
    WAY_THERE = "WAY_THERE"
    WORK_OR_SCHOOL = "WORK_OR_SCHOOL"
    NOT_SAID = "NOT_SAID"
    OTHER = "OTHER"


class RosterEvent(Contract):
    """Said on the roster stream, about one participant."""

    TOPIC: ClassVar[str] = "scheduling.rosters"

    participant_id: Plain[ParticipantId]


class PlaceHeld(RosterEvent):
    """A place, and a seat in a skills group where the level has groups, wait for this participant."""

    transition_id: Plain[TransitionId]
    level: Plain[LevelOfCare]
    group_id: Plain[GroupId | None] = None
    effective_at: Plain[Instant | None] = None
    """From when on it is needed, if that is later."""


class PlaceUnavailable(RosterEvent):
    """The level is full; the participant waits in order of asking. `waiting` is their position, from 1."""

    transition_id: Plain[TransitionId]
    level: Plain[LevelOfCare]
    waiting: Plain[int]
    effective_at: Plain[Instant | None] = None
    preferred_group_id: Plain[GroupId | None] = None


class PlaceConfirmed(RosterEvent):
    """The held place is now occupied."""

    transition_id: Plain[TransitionId]
    level: Plain[LevelOfCare]
    group_id: Plain[GroupId | None] = None


class PlaceNotConfirmed(RosterEvent):
    """There is nothing to confirm: no hold by this transition. `reason` is a code."""

    transition_id: Plain[TransitionId]
    level: Plain[LevelOfCare]
    reason: Plain[str]
    promised_at: Plain[Instant | None] = None
    """From when on the bed is promised, where somebody still lies in it; asked for again then."""


class PlaceReleased(RosterEvent):
    """The participant holds, waits for and occupies nothing at this level any more."""

    transition_id: Plain[TransitionId]
    level: Plain[LevelOfCare]


class SessionAttendanceRecorded(RosterEvent):
    """What one participant attended of one session, in minutes."""

    session_id: Plain[SessionId]
    kind: Plain[SessionKind]
    level: Plain[LevelOfCare]
    planned_minutes: Clinical[int]
    attended_minutes: Clinical[int]
    counted_as_attended: Clinical[bool]
    first_half_minutes: Clinical[int | None] = None
    second_half_minutes: Clinical[int | None] = None
    reason: Clinical[AttendanceReason | None] = None
    make_up: Plain[bool] = False


class MissesReachedWarning(RosterEvent):
    """So many misses in a row of one kind that somebody must call. Rule: SC-M2."""

    kind: Plain[SessionKind]
    misses: Clinical[int]
    said_at: Plain[int | None] = None
    """From how many misses in a row on this is said."""


class OutOfProgramProposed(RosterEvent):
    """The limit of misses in a row is reached; a clinician decides, software never discharges. Rule: SC-M3."""

    kind: Plain[SessionKind]
    misses: Clinical[int]
    said_at: Plain[int | None] = None


class FirstAppointmentBooked(RosterEvent):
    """The receiving team accepted and the first appointment at the next level stands."""

    level: Plain[LevelOfCare]
    starts_at: Plain[Instant]
    receiving_team_accepted: Plain[bool]


class GroupSeats(Part):
    """A skills group of a level and how many seats it has."""

    group_id: Plain[GroupId]
    seats: Plain[int]


class LevelSetUp(Contract):
    """How many places a level has (None: no limit) and which skills groups belong to it."""

    TOPIC: ClassVar[str] = "scheduling.rosters"

    level: Plain[LevelOfCare]
    places: Plain[int | None]
    groups: Plain[tuple[GroupSeats, ...]] = ()
    set_up_by: Plain[StaffId]

    def subject(self) -> str:
        """The level itself."""
        return f"level:{self.level}"


class PlaceCommand(Contract):
    """About the places of one level: the level is the contended thing, so it is the subject."""

    TOPIC: ClassVar[str] = "scheduling.commands"

    transition_id: Plain[TransitionId]
    participant_id: Plain[ParticipantId]
    level: Plain[LevelOfCare]

    def subject(self) -> str:
        """One writer serves one level."""
        return f"level:{self.level}"


class HoldPlace(PlaceCommand):
    """Hold a place and a group seat, or wait for one; `effective_at` is when it will be needed.

    The seat is in `preferred_group_id`, if there is one at that moment.
    """

    effective_at: Plain[Instant | None] = None
    preferred_group_id: Plain[GroupId | None] = None


class ConfirmPlace(PlaceCommand):
    """Turn the hold into an occupied place."""


class ReleasePlace(PlaceCommand):
    """Give back what this participant has at this level; said before the hold, it forbids it."""


EVENTS: tuple[type[Contract], ...] = (
    PlaceHeld,
    PlaceUnavailable,
    PlaceConfirmed,
    PlaceNotConfirmed,
    PlaceReleased,
    SessionAttendanceRecorded,
    MissesReachedWarning,
    OutOfProgramProposed,
    FirstAppointmentBooked,
    LevelSetUp,
)
COMMANDS: tuple[type[Contract], ...] = (HoldPlace, ConfirmPlace, ReleasePlace)
