"""What scheduling says of individual, family and hand-over sessions (`scheduling.rosters`)."""

from enum import StrEnum
from typing import ClassVar

from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.scheduling import RosterEvent
from common.contracts.words import LevelOfCare, SessionId, SessionKind, StaffId, TransitionId


class AppointmentKind(StrEnum):
    """What a session with one participant is for. Source: facts 2.8, 3.1, 6.1."""

    INDIVIDUAL = "INDIVIDUAL"
    FAMILY = "FAMILY"
    HAND_OVER = "HAND_OVER"


class FamilySessionType(StrEnum):
    """Types of family session that are planned for one family. Source: facts 6.1."""

    FAM_PSYCHOED = "FAM_PSYCHOED"
    FAM_INDIV = "FAM_INDIV"
    FAM_COACH = "FAM_COACH"
    FAM_TRANSITION = "FAM_TRANSITION"
    FAM_SAFETY = "FAM_SAFETY"


class HandedOver(StrEnum):
    """What sender and receiver go through in a warm hand-over. Source: facts 2.8."""

    REASON = "REASON"
    RISK_AND_SAFETY_PLAN = "RISK_AND_SAFETY_PLAN"
    MEDICINES = "MEDICINES"
    MEASURES = "MEASURES"
    TARGETS_AND_SKILLS = "TARGETS_AND_SKILLS"
    DIT_FOCUS = "DIT_FOCUS"
    FAMILY_PERMISSIONS = "FAMILY_PERMISSIONS"
    OPEN_TASKS = "OPEN_TASKS"
    AUTHORISATION = "AUTHORISATION"


class SessionPlanned(RosterEvent):
    """A session with one participant is planned, or planned anew. In a hand-over `staff` is sender, then receiver.

    `program_hours` says whether it counts for the hours of the level of care.
    """

    session_id: Plain[SessionId]
    kind: Plain[AppointmentKind]
    family_type: Plain[FamilySessionType | None] = None
    level: Plain[LevelOfCare]
    starts_at: Plain[Instant]
    minutes: Plain[int]
    room: Plain[str] = ""
    staff: Plain[tuple[StaffId, ...]]
    participant_present: Plain[bool] = True
    program_hours: Plain[bool] = True
    transition_id: Plain[TransitionId | None] = None
    planned_by: Plain[StaffId]


class SessionCancelled(RosterEvent):
    """The session does not take place; `reason` is a code."""

    session_id: Plain[SessionId]
    reason: Plain[str]
    cancelled_by: Plain[StaffId]


class HandOverReceived(RosterEvent):
    """The receiving clinician says that the hand-over was held, and what was gone through."""

    session_id: Plain[SessionId]
    level: Plain[LevelOfCare]
    from_staff: Plain[StaffId]
    to_staff: Plain[StaffId]
    participant_present: Plain[bool]
    covered: Clinical[tuple[HandedOver, ...]]


class AgeBand(StrEnum):
    """What decides, beside payer and level, how many hours a week are needed. Source: facts 2.1."""

    ADULT = "ADULT"
    ADOLESCENT = "ADOLESCENT"


class CoverageNoted(RosterEvent):
    """Whose rule about hours per week holds for this participant: the payer as a code, and their age band."""

    payer: Clinical[str]
    age_band: Clinical[AgeBand]
    noted_by: Plain[StaffId]


class CaseloadLimitSet(Contract):
    """How many participants one clinician is primary therapist of at most; None: no limit."""

    TOPIC: ClassVar[str] = "scheduling.rosters"

    staff: Plain[StaffId]
    at_most: Plain[int | None]
    set_by: Plain[StaffId]

    def subject(self) -> str:
        """The clinician."""
        return f"staff:{self.staff}"


class MissesNoticed(RosterEvent):
    """The first misses in a row of one kind that participant and therapist hear of. Rule: SC-M10."""

    kind: Plain[SessionKind]
    misses: Clinical[int]
    said_at: Plain[int]
    """From how many misses in a row on this is said."""


class AbsenceDecision(StrEnum):
    """What a person makes of many absent program days in a row. Source: facts 2.8; `GO_ON` ASSUMED."""

    GO_ON = "GO_ON"
    HOLD = "HOLD"
    DISCHARGE_REVIEW = "DISCHARGE_REVIEW"


class AbsenceReviewProposed(RosterEvent):
    """So many absent program days in a row that a person decides about a hold or a discharge review. Rule: SC-M11."""

    level: Plain[LevelOfCare]
    absent_days: Clinical[int]
    said_at: Plain[int]
    """From how many absent days in a row on this is said."""


class AbsenceReviewed(RosterEvent):
    """A named person looked at the absence and says what follows; it changes no level by itself. Rule: SC-M12."""

    decision: Clinical[AbsenceDecision]
    decided_by: Plain[StaffId]


EVENTS: tuple[type[Contract], ...] = (
    SessionPlanned,
    SessionCancelled,
    HandOverReceived,
    CoverageNoted,
    CaseloadLimitSet,
    MissesNoticed,
    AbsenceReviewProposed,
    AbsenceReviewed,
)
COMMANDS: tuple[type[Contract], ...] = ()
