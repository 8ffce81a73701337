"""What intake says of authorisations and certifications: they are counted and warned of, and never block care."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from common.contracts.episodes import EpisodeEvent, ReviewEvent
from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.words import AuthorisationId, LevelOfCare, ParticipantId, SessionId, StaffId, TransitionId


class Measure(StrEnum):
    """What of an authorisation runs out."""

    DAYS = "days"
    UNITS = "units"


class CertificationKind(StrEnum):
    """Which certification a physician signs. Source: facts 2.2."""

    INITIAL = "initial"
    RECERTIFICATION = "recertification"


class AuthorisationEvent(EpisodeEvent):
    """About one payer's authorisation of one level of care."""

    authorisation_id: Plain[AuthorisationId]
    level: Plain[LevelOfCare]


class AuthorisationRecorded(AuthorisationEvent):
    """A payer, by its code, authorises so many units (nights in residence, else attended days) in a period."""

    payer: Plain[str]
    units: Plain[int]
    from_on: Plain[date]
    through_on: Plain[date]
    recorded_by: Plain[StaffId]


class AuthorisationExtended(AuthorisationEvent):
    """The payer gives more: so many units in all, through this day."""

    units: Plain[int]
    through_on: Plain[date]
    recorded_by: Plain[StaffId]


class AuthorisationWithdrawn(AuthorisationEvent):
    """It does not hold, with a coded reason."""

    reason: Plain[str]
    recorded_by: Plain[StaffId]


class AuthorisationRunningOut(AuthorisationEvent):
    """So many days or units are left; said once at each threshold. Rule: IN-A3."""

    measure: Plain[Measure]
    left: Plain[int]
    threshold: Plain[int]


class AuthorisationLapsed(AuthorisationEvent):
    """Its last day is over and none follows it; care goes on. Rule: IN-A4."""

    through_on: Plain[date]


class CareNotAuthorised(EpisodeEvent):
    """From this day on care was given that no authorisation covers, though some are on file. Rule: IN-A4."""

    level: Plain[LevelOfCare]
    since_on: Plain[date]


class CertificationRecorded(EpisodeEvent):
    """A physician certifies the plan of care of a level, with its planned hours a week."""

    level: Plain[LevelOfCare]
    kind: Plain[CertificationKind]
    certified_on: Plain[date]
    hours_per_week: Clinical[int]
    certified_by: Plain[StaffId]


class CertificationDue(EpisodeEvent):
    """The next certification is due in so many days; said once at each threshold. Rule: IN-A6."""

    level: Plain[LevelOfCare]
    due_on: Plain[date]
    left: Plain[int]
    threshold: Plain[int]


class CertificationLapsed(EpisodeEvent):
    """The day by which a certification was due is over; care goes on. Rule: IN-A6."""

    level: Plain[LevelOfCare]
    due_on: Plain[date]


class StayBegan(ReviewEvent):
    """A place at a level is occupied from this local day on; units and certifications are counted from it."""

    level: Plain[LevelOfCare]
    from_on: Plain[date]


class StayEnded(ReviewEvent):
    """The place is free again; this local day counts no more."""

    level: Plain[LevelOfCare]
    until_on: Plain[date]


class SessionCounted(ReviewEvent):
    """A session makes its local day a unit of a level, or, corrected, does so no more (`attended`)."""

    level: Plain[LevelOfCare]
    day: Plain[date]
    session_id: Plain[SessionId]
    attended: Clinical[bool]


class AuthorisationChecked(ReviewEvent):
    """How the authorisation of a level stood when a transition to it took effect; nothing follows by itself.

    `answer`: `in-force`, `used-up`, `lapsed`, `to-come`, `withdrawn`, or `none-on-file`. Rule: IN-A7.
    """

    transition_id: Plain[TransitionId]
    level: Plain[LevelOfCare]
    on: Plain[date]
    answer: Plain[str]
    authorisation_id: Plain[AuthorisationId | None] = None


class StayMoved(ReviewEvent):
    """A change of level was true on another local day: the stay it began, and the one it ended, move with it."""

    level: Plain[LevelOfCare]
    from_level: Plain[LevelOfCare | None]
    was_on: Plain[date]
    from_on: Plain[date]


class StayCommand(Contract):
    """Intake's episode asks intake's coverage of the same participant to follow it."""

    TOPIC: ClassVar[str] = "intake.commands"

    participant_id: Plain[ParticipantId]
    level: Plain[LevelOfCare]


class CheckAuthorisation(StayCommand):
    """Say how the authorisation of this level stands, now that a transition to it takes effect."""

    transition_id: Plain[TransitionId]


class PauseStay(StayCommand):
    """The place is kept, and the participant elsewhere from `from_at` on: nothing is counted meanwhile."""

    from_at: Plain[Instant]


class ResumeStay(StayCommand):
    """Back at the place that was kept, from `from_at` on."""

    from_at: Plain[Instant]


class MoveStay(StayCommand):
    """The change from `from_level` to this level was true at `from_at`, not at `was_at`."""

    from_level: Plain[LevelOfCare | None]
    was_at: Plain[Instant]
    from_at: Plain[Instant]


class LookAtContinuedStay(StayCommand):
    """An authorisation of this level runs out: has somebody said why care goes on here?"""


EVENTS: tuple[type[Contract], ...] = (
    AuthorisationRecorded,
    AuthorisationExtended,
    AuthorisationWithdrawn,
    AuthorisationRunningOut,
    AuthorisationLapsed,
    CareNotAuthorised,
    CertificationRecorded,
    CertificationDue,
    CertificationLapsed,
    StayBegan,
    StayEnded,
    SessionCounted,
    AuthorisationChecked,
    StayMoved,
)
COMMANDS: tuple[type[Contract], ...] = (CheckAuthorisation, PauseStay, ResumeStay, MoveStay, LookAtContinuedStay)
