"""The words all services share, as the field spells them."""

from enum import StrEnum
from typing import NewType

ParticipantId = NewType("ParticipantId", str)
EpisodeId = NewType("EpisodeId", str)
ReferralId = NewType("ReferralId", str)
TransitionId = NewType("TransitionId", str)
SupporterId = NewType("SupporterId", str)
ReleaseId = NewType("ReleaseId", str)
StaffId = NewType("StaffId", str)
GroupId = NewType("GroupId", str)
SessionId = NewType("SessionId", str)
NoticeId = NewType("NoticeId", str)
FlagId = NewType("FlagId", str)
HandOverId = NewType("HandOverId", str)
GoalId = NewType("GoalId", str)
AuthorisationId = NewType("AuthorisationId", str)
BedId = NewType("BedId", str)


class LevelOfCare(StrEnum):
    """Levels of care. Source: facts 2.1."""

    RESIDENTIAL = "RESIDENTIAL"
    PHP = "PHP"
    IOP = "IOP"
    OUTPATIENT_BOOSTER = "OUTPATIENT_BOOSTER"
    ALUMNI = "ALUMNI"
    EXTERNAL_ACUTE = "EXTERNAL_ACUTE"
    CLOSED = "CLOSED"


INTENSITY: dict[LevelOfCare, int] = {
    LevelOfCare.CLOSED: 0,
    LevelOfCare.ALUMNI: 1,
    LevelOfCare.OUTPATIENT_BOOSTER: 2,
    LevelOfCare.IOP: 3,
    LevelOfCare.PHP: 4,
    LevelOfCare.RESIDENTIAL: 5,
    LevelOfCare.EXTERNAL_ACUTE: 6,
}
"""A higher number is more intensive care."""


class Role(StrEnum):
    """Roles a staff token may carry."""

    CLINICIAN = "clinician"
    MEDICAL = "medical"
    SCHEDULER = "scheduler"
    FAMILY_CLINICIAN = "family-clinician"
    SKILLS_LEADER = "skills-leader"
    UR_NURSE = "ur-nurse"
    OPERATOR = "operator"
    INTEGRATION = "integration"
    PRIVACY = "privacy"


class TransitionKind(StrEnum):
    """What a change of level of care is called. Source: facts 2.5, 2.6."""

    ADMISSION = "ADMISSION"
    READMISSION = "READMISSION"
    STEP_DOWN = "STEP_DOWN"
    STEP_UP = "STEP_UP"
    COMPLETION = "COMPLETION"
    EMERGENCY = "EMERGENCY"
    """To acute care elsewhere, at once."""
    RETURN = "RETURN"
    """Back from acute care elsewhere."""
    REOPENING = "REOPENING"
    """A discharge entered in error: the level never ended, its place is taken again."""


class Disposition(StrEnum):
    """How an episode ended. Source: facts 2.6."""

    COMPLETED = "completed"
    AGAINST_ADVICE = "against-advice"
    ADMINISTRATIVE = "administrative"


class ReleaseScope(StrEnum):
    """What a participant may let one supporter hear. Source: facts 6.5."""

    PRESENCE = "PRESENCE"
    SCHEDULE = "SCHEDULE"
    FAMILY_SESSIONS = "FAMILY_SESSIONS"
    SKILLS_CURRICULUM = "SKILLS_CURRICULUM"
    PROGRESS_SUMMARY = "PROGRESS_SUMMARY"
    SAFETY_PLAN = "SAFETY_PLAN"
    RISK_ALERTS = "RISK_ALERTS"
    TRANSITION_PLAN = "TRANSITION_PLAN"
    MEDICATION = "MEDICATION"
    BILLING = "BILLING"
    SUD = "SUD"


class Instrument(StrEnum):
    """Outcome measures. Source: facts 5.2."""

    PHQ9 = "PHQ9"
    GAD7 = "GAD7"
    WSAS = "WSAS"
    BSL23 = "BSL23"
    PCL5 = "PCL5"
    EDEQS = "EDEQS"
    UCLA3 = "UCLA3"


class Condition(StrEnum):
    """What a participant is treated for, as far as it chooses measures. Source: facts 8.6, 9.4."""

    DEPRESSION = "depression"
    ANXIETY = "anxiety"
    BPD = "borderline-personality"
    TRAUMA = "trauma"
    EATING_DISORDER = "eating-disorder"


class RiskLevel(StrEnum):
    """Result of a suicide screen, or height of a risk flag. Source: facts 5.3."""

    NONE = "NONE"
    LOW = "LOW"
    MODERATE = "MODERATE"
    HIGH = "HIGH"


class ScreenVersion(StrEnum):
    """Which period a suicide screen asks about. Source: facts 0.1 row 3."""

    RECENT = "RECENT"
    SINCE_LAST_CONTACT = "SINCE_LAST_CONTACT"


class SkillModule(StrEnum):
    """DBT modules. Source: facts 3.2."""

    MINDFULNESS = "MINDFULNESS"
    DISTRESS_TOLERANCE = "DISTRESS_TOLERANCE"
    EMOTION_REGULATION = "EMOTION_REGULATION"
    INTERPERSONAL_EFFECTIVENESS = "INTERPERSONAL_EFFECTIVENESS"


class TargetKind(StrEnum):
    """Target behaviours that decide about safety. Source: facts 3.5, 9.3."""

    SUICIDAL_ACT = "SUICIDAL_ACT"
    SELF_HARM = "SELF_HARM"
    THERAPY_INTERFERING = "THERAPY_INTERFERING"
    QUALITY_OF_LIFE = "QUALITY_OF_LIFE"


class DitPhase(StrEnum):
    """Phases of Dynamic Interpersonal Therapy, by session index 1-4, 5-12, 13-16. Source: facts 4.1."""

    INITIAL = "INITIAL"
    MIDDLE = "MIDDLE"
    ENDING = "ENDING"


class SessionKind(StrEnum):
    """Kinds of scheduled session."""

    INDIVIDUAL = "INDIVIDUAL"
    SKILLS_GROUP = "SKILLS_GROUP"
    PROGRAM = "PROGRAM"


class Priority(StrEnum):
    """How soon somebody needs to be seen, most urgent first. Source: FHIR R4 request-priority."""

    STAT = "stat"
    ASAP = "asap"
    URGENT = "urgent"
    ROUTINE = "routine"


class RecipientKind(StrEnum):
    """Whom a notice is for."""

    STAFF = "STAFF"
    PARTICIPANT = "PARTICIPANT"
    SUPPORTER = "SUPPORTER"


class Signatory(StrEnum):
    """Whose signature a consent rests on. Source: facts 6.7."""

    PARTICIPANT = "participant"
    GUARDIAN = "guardian"


class ConsentSetting(StrEnum):
    """What a consent is about, as far as the age of consent depends on it. Source: facts 6.7."""

    OUTPATIENT = "outpatient"
    RESIDENTIAL = "residential"
    SUBSTANCE_USE = "substance-use"


class LeaveDestination(StrEnum):
    """Where somebody on leave goes, in one word. Source: facts 2.8; the words ASSUMED."""

    HOME = "home"
    FAMILY = "family"
    FRIENDS = "friends"
    COMMUNITY = "community"
    MEDICAL = "medical"
    SCHOOL_OR_WORK = "school-or-work"
    OTHER = "other"


class ExposureSource(StrEnum):
    """Through whom a lesson reached somebody. Source: facts 1.1 A15."""

    GROUP = "GROUP"
    INDIVIDUAL = "INDIVIDUAL"
    FAMILY = "FAMILY"
    COACHING = "COACHING"
