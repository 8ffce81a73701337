"""What skills can answer: read models and queries on its own database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from common.change import NotFound, Record
from common.contracts.message import Contract
from common.contracts.words import DitPhase, Instrument, LevelOfCare, RiskLevel, ScreenVersion, SkillModule
from common.fold import collection_of
from common.mongo import Database, IndexModel
from skills.domain.curriculum import CYCLE, LESSONS, SLOTS, Curriculum
from skills.domain.dit import SESSIONS, DitCourse, phase_of
from skills.domain.record import SkillsRecord
from skills.domain.risk import Risk

PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {}
INDEXES: Mapping[str, Sequence[IndexModel]] = {}


class CurriculumView(BaseModel):
    """Where in the cycle a participant stands; `next_lesson` is the one that comes."""

    enrolled: bool
    level: LevelOfCare | None
    module: SkillModule
    lesson_index: int
    next_lesson: str
    lessons_taught: tuple[str, ...]
    lessons_of_cycle: int


class CardView(BaseModel):
    """One day's diary card, in its last revision."""

    day: date
    revision: int
    suicide_urge: int | None
    self_harm_urge: int | None
    self_harm: bool
    skill_codes: tuple[int, ...]
    helped: bool


class MeasureView(BaseModel):
    """One administration of a measure."""

    measure_id: str
    instrument: Instrument
    score: float
    band: str
    administered_at: datetime
    risk_item: int | None
    void: bool
    counts: bool
    """It is the last valid administration of its instrument."""


class ScreenView(BaseModel):
    """One suicide screen."""

    instrument: str
    version: ScreenVersion
    level: RiskLevel
    screened_at: datetime


class TargetView(BaseModel):
    """One target behaviour."""

    kind: str
    happened_at: datetime
    needed_medical_care: bool


class FlagView(BaseModel):
    """One risk flag."""

    flag_id: str
    level: RiskLevel
    rule: str
    raised_at: datetime
    review_on: date | None
    open: bool


class DitView(BaseModel):
    """The DIT course; no phase before the first session."""

    session_index: int
    of: int
    phase: DitPhase | None


class ParticipantView(BaseModel):
    """All that skills knows about one participant; the newest first in every list."""

    participant_id: str
    version: int
    curriculum: CurriculumView
    diary: list[CardView]
    measures: list[MeasureView]
    screens: list[ScreenView]
    targets: list[TargetView]
    flags: list[FlagView]
    dit: DitView


class BlockView(BaseModel):
    """A run of weeks on one module."""

    module: SkillModule
    weeks: int
    first_lesson_index: int
    lessons: tuple[str, ...]


class CycleView(BaseModel):
    """The whole cycle."""

    weeks: int
    lessons: int
    blocks: list[BlockView]


async def participant(database: Database, participant_id: str) -> ParticipantView:
    """The record of one participant; raises NotFound `participant-unknown`."""
    document = await database.get(collection_of(SkillsRecord), participant_id)
    if document is None:
        raise NotFound("participant-unknown", "skills has not heard of this participant")
    record = SkillsRecord.model_validate(document["state"])
    return ParticipantView(
        participant_id=record.id,
        version=document["version"],
        curriculum=_curriculum(record.curriculum),
        diary=_diary(record),
        measures=_measures(record),
        screens=_screens(record.risk),
        targets=_targets(record.risk),
        flags=_flags(record.risk),
        dit=_dit(record.dit),
    )


def cycle() -> CycleView:
    """The curriculum, as it is taught to everybody."""
    blocks, first = [], 0
    for block in CYCLE:
        lessons = LESSONS[block.module]
        blocks.append(BlockView(module=block.module, weeks=block.weeks, first_lesson_index=first, lessons=lessons))
        first += len(lessons)
    return CycleView(weeks=sum(block.weeks for block in CYCLE), lessons=len(SLOTS), blocks=blocks)


def _curriculum(curriculum: Curriculum) -> CurriculumView:
    place = curriculum.place
    return CurriculumView(
        enrolled=place.level is not None,
        level=place.level,
        module=place.module,
        lesson_index=place.index,
        next_lesson=place.lesson,
        lessons_taught=tuple(curriculum.taught),
        lessons_of_cycle=sum(map(len, LESSONS.values())),
    )


def _diary(record: SkillsRecord) -> list[CardView]:
    return [
        CardView(**dict(kept.card), revision=kept.revision, helped=kept.card.helped)
        for kept in reversed(record.diary.kept)
    ]


def _measures(record: SkillsRecord) -> list[MeasureView]:
    counting = {one.administration.measure_id for one in record.measures.latest().values()}
    views = [
        MeasureView(
            **dict(one.administration),
            band=one.band,
            void=one.void,
            counts=one.administration.measure_id in counting,
        )
        for one in record.measures.recorded.values()
    ]
    return sorted(views, key=lambda view: view.administered_at, reverse=True)


def _screens(risk: Risk) -> list[ScreenView]:
    views = [ScreenView(**dict(screen)) for screen in risk.screens]
    return sorted(views, key=lambda view: view.screened_at, reverse=True)


def _targets(risk: Risk) -> list[TargetView]:
    views = [TargetView(**dict(target)) for target in risk.targets]
    return sorted(views, key=lambda view: view.happened_at, reverse=True)


def _flags(risk: Risk) -> list[FlagView]:
    views = [
        FlagView(
            flag_id=flag_id,
            level=flag.level,
            rule=flag.rule,
            raised_at=flag.raised_at,
            review_on=flag.review_on,
            open=flag.cleared_by is None,
        )
        for flag_id, flag in risk.flags.items()
    ]
    return sorted(views, key=lambda view: view.raised_at, reverse=True)


def _dit(course: DitCourse) -> DitView:
    held = course.session_index
    return DitView(session_index=held, of=SESSIONS, phase=phase_of(held) if held else None)
