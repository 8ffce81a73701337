"""What skills says (`skills.progress`) and is asked (`skills.commands`)."""

from datetime import date
from typing import ClassVar
from uuid import UUID, uuid5

from common.contracts.message import Clinical, Contract, Instant, Plain
from common.contracts.words import (
    DitPhase,
    ExposureSource,
    FlagId,
    Instrument,
    LevelOfCare,
    ParticipantId,
    RiskLevel,
    ScreenVersion,
    SkillModule,
    StaffId,
    TargetKind,
    TransitionId,
)

FLAGS = UUID("8f0f2f5c-3f65-5d0c-9a53-0f8a9f1b7d02")
"""Namespace of flag ids."""


def flag_id_of(participant_id: ParticipantId, cause: str) -> FlagId:
    """The id of the flag that a cause raises; one cause, one flag. Rule: SK-R6."""
    return FlagId(str(uuid5(FLAGS, f"{participant_id}|{cause}")))


class ProgressEvent(Contract):
    """Said on the progress stream, about one participant."""

    TOPIC: ClassVar[str] = "skills.progress"

    participant_id: Plain[ParticipantId]


class DiaryCardSubmitted(ProgressEvent):
    """One day's diary card. A card for a day already there is a new `revision` and replaces it.

    `skill_codes` are the categorical 0-7 codes, one per skill used; they are never averaged.
    """

    day: Clinical[date]
    revision: Plain[int] = 1
    suicide_urge: Clinical[int | None]
    self_harm_urge: Clinical[int | None]
    self_harm: Clinical[bool]
    skill_codes: Clinical[tuple[int, ...]] = ()
    helped: Clinical[bool]
    """Some skill helped: code 5 or 7 (facts 9.4 S4)."""
    filled_at: Clinical[Instant | None] = None
    """When the participant filled it in, where it is known."""
    suicidal_act: Clinical[bool | None] = None
    """None: not answered, which is no no."""


class MeasureRecorded(ProgressEvent):
    """One administration of an outcome measure; `at` is when it was administered."""

    measure_id: Plain[str]
    instrument: Clinical[Instrument]
    score: Clinical[float]
    band: Clinical[str]
    risk_item: Clinical[int | None] = None
    """PHQ-9 item 9 where it was answered."""


class MeasureVoided(ProgressEvent):
    """An administration that does not count after all; the one before it counts again."""

    measure_id: Plain[str]
    voided_by: Plain[StaffId]


class SuicideScreenRecorded(ProgressEvent):
    """The result of a suicide screen: a level, never a sum. `at` is when it was done."""

    instrument: Clinical[str]
    version: Clinical[ScreenVersion]
    level: Clinical[RiskLevel]
    clinician: Plain[StaffId]


class TargetBehaviourRecorded(ProgressEvent):
    """A target behaviour happened, at `at`."""

    kind: Clinical[TargetKind]
    needed_medical_care: Clinical[bool] = False
    card_day: Clinical[date | None] = None
    """The day whose diary card tells of it; None: a person does."""


class RiskFlagRaised(ProgressEvent):
    """A rule or a person raises a risk flag, at once.

    `matter` is what climbs a ladder for the same already, as `DangerReported` says it; empty: the flag is the matter.
    """

    flag_id: Plain[FlagId]
    level: Clinical[RiskLevel]
    rule: Plain[str]
    review_on: Plain[date | None] = None
    matter: Plain[str] = ""


class RiskFlagCleared(ProgressEvent):
    """An entitled person clears a flag; software never does."""

    flag_id: Plain[FlagId]
    cleared_by: Plain[StaffId]
    matter: Plain[str] = ""


class SkillTaught(ProgressEvent):
    """A lesson of the curriculum reached this participant."""

    module: Plain[SkillModule]
    lesson: Plain[str]
    lesson_index: Plain[int | None] = None
    """Where in their cycle the participant stands now; None where the lesson moved nothing."""
    next_lesson: Plain[str] = ""
    source: Plain[ExposureSource] = ExposureSource.GROUP
    make_up: Plain[bool] = False
    level: Plain[LevelOfCare | None] = None


class CurriculumEnrolled(ProgressEvent):
    """The participant stands somewhere in the curriculum for the first time."""

    level: Plain[LevelOfCare]
    module: Plain[SkillModule]
    lesson_index: Plain[int]
    cycle: Plain[str] = ""
    next_lesson: Plain[str] = ""


class CurriculumCarried(ProgressEvent):
    """Curriculum position and DIT session index go with the participant to the next level."""

    transition_id: Plain[TransitionId]
    to_level: Plain[LevelOfCare]
    module: Plain[SkillModule]
    lesson_index: Plain[int]
    lessons_taught: Plain[int]
    dit_session_index: Plain[int]
    cycle: Plain[str] = ""
    next_lesson: Plain[str] = ""


class CurriculumNotCarried(ProgressEvent):
    """There is nothing to carry, and why, as a code."""

    transition_id: Plain[TransitionId]
    reason: Plain[str]


class CurriculumCarryUndone(ProgressEvent):
    """The position stands again as before the carry."""

    transition_id: Plain[TransitionId]


class DitSessionHeld(ProgressEvent):
    """One DIT session; the index, not the calendar, drives the phase."""

    session_index: Plain[int]
    phase: Plain[DitPhase]


class SkillsCommand(Contract):
    """About one participant's progress."""

    TOPIC: ClassVar[str] = "skills.commands"

    transition_id: Plain[TransitionId]
    participant_id: Plain[ParticipantId]


class CarryCurriculum(SkillsCommand):
    """Carry curriculum position and DIT index to the next level."""

    to_level: Plain[LevelOfCare]


class UndoCarryCurriculum(SkillsCommand):
    """Put the position back; said before the carry, it forbids it."""


EVENTS: tuple[type[Contract], ...] = (
    DiaryCardSubmitted,
    MeasureRecorded,
    MeasureVoided,
    SuicideScreenRecorded,
    TargetBehaviourRecorded,
    RiskFlagRaised,
    RiskFlagCleared,
    SkillTaught,
    CurriculumEnrolled,
    CurriculumCarried,
    CurriculumNotCarried,
    CurriculumCarryUndone,
    DitSessionHeld,
)
COMMANDS: tuple[type[Contract], ...] = (CarryCurriculum, UndoCarryCurriculum)
