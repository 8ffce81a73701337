"""Coverage: which lessons somebody had, missed and made up, whatever the level and the cycle; and what comes next."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from common.contracts.curriculum import LessonMissed, LessonRepeated
from common.contracts.lessons import LessonTakenBack
from common.contracts.message import Contract, Instant
from common.contracts.skills import SkillTaught
from common.contracts.words import ExposureSource, LevelOfCare, SkillModule
from skills.domain.curriculum import Curriculum
from skills.domain.syllabus import Slot, Syllabus

SAME_SITTING = timedelta(hours=12)
"""One lesson told of twice within this time is one sitting. ASSUMED: no program gives a lesson twice a day."""
KEEP = 20
"""Exposures, and misses, kept of each lesson. ASSUMED; the journal keeps all."""


class Exposure(BaseModel):
    """A lesson reached somebody."""

    model_config = ConfigDict(frozen=True)

    at: Instant
    source: ExposureSource = ExposureSource.GROUP
    make_up: bool = False
    level: LevelOfCare | None = None


class Miss(BaseModel):
    """A lesson was given, and somebody could not be there."""

    model_config = ConfigDict(frozen=True)

    at: Instant
    level: LevelOfCare | None = None


class Standing(StrEnum):
    """How one lesson stands with one participant."""

    HAD = "HAD"
    MADE_UP = "MADE_UP"
    MISSED = "MISSED"
    """It was given without them, and did not reach them since."""
    PASSED = "PASSED"
    """The group is past it in this cycle, and it never reached them."""
    AHEAD = "AHEAD"


class Coverage(BaseModel):
    """Every exposure and every miss, oldest first, by lesson code: no cycle and no level is part of it."""

    model_config = ConfigDict(frozen=True)

    had: dict[str, tuple[Exposure, ...]] = {}
    missed: dict[str, tuple[Miss, ...]] = {}

    def heard_of(self, lesson: str, at: datetime) -> bool:
        """Whether they were there at this sitting. Rule: SK-C11."""
        return any(abs(at - one.at) < SAME_SITTING for one in self.had.get(lesson, ()))

    def missed_at(self, lesson: str, at: datetime) -> bool:
        """Whether it is known that this sitting was without them. Rule: SK-C12."""
        return any(abs(at - one.at) < SAME_SITTING for one in self.missed.get(lesson, ()))

    def until(self, end: datetime | None) -> "Coverage":
        """Without what was given after treatment ended: nobody misses that. Rule: SK-C22."""
        if end is None:
            return self
        missed = {lesson: tuple(one for one in some if one.at < end) for lesson, some in self.missed.items()}
        return self.model_copy(update={"missed": missed})

    def after(self, fact: Contract) -> "Coverage":
        """The coverage once `fact` is true."""
        match fact:
            case SkillTaught() | LessonRepeated():
                new = Exposure(at=fact.at, source=fact.source, make_up=fact.make_up, level=fact.level)
                had = sorted((*self.had.get(fact.lesson, ()), new), key=lambda one: one.at)
                return self.model_copy(update={"had": {**self.had, fact.lesson: tuple(had[-KEEP:])}})
            case LessonMissed():
                miss = Miss(at=fact.at, level=fact.level)
                missed = sorted((*self.missed.get(fact.lesson, ()), miss), key=lambda one: one.at)
                return self.model_copy(update={"missed": {**self.missed, fact.lesson: tuple(missed[-KEEP:])}})
            case LessonTakenBack() if fact.missed:
                left = tuple(one for one in self.missed.get(fact.lesson, ()) if one.at != fact.held_at)
                return self.model_copy(update={"missed": {**self.missed, fact.lesson: left}})
            case LessonTakenBack():
                had_else = tuple(one for one in self.had.get(fact.lesson, ()) if one.at != fact.held_at)
                return self.model_copy(update={"had": {**self.had, fact.lesson: had_else}})
        return self


class LessonStanding(NamedTuple):
    """A lesson, and how it stands with one participant."""

    lesson: str
    module: SkillModule
    standing: Standing
    had: tuple[Exposure, ...]
    missed: tuple[Miss, ...]


class Report(NamedTuple):
    """What somebody has had, what is missing, and what comes next, on their cycle as it is today."""

    lessons: tuple[LessonStanding, ...]
    coming: tuple[Slot, ...]
    """Every slot of the cycle once, from the place on."""
    percent: int
    complete: bool

    @property
    def missing(self) -> tuple[LessonStanding, ...]:
        """What was given, or passed by, without them."""
        return tuple(one for one in self.lessons if one.standing in (Standing.MISSED, Standing.PASSED))


def report(syllabus: Syllabus, curriculum: Curriculum, coverage: Coverage) -> Report:
    """What the program teaches beside what reached somebody. Rule: SK-C13."""
    index, _ = curriculum.place.slot(syllabus)
    slots = syllabus.slots(curriculum.place.cycle)
    of_cycle = dict.fromkeys(slot.lesson for slot in slots)
    behind = of_cycle.keys() - {slot.lesson for slot in slots[index:]}
    lessons = tuple(_standings(syllabus, curriculum, coverage, behind))
    had = sum(one.standing in (Standing.HAD, Standing.MADE_UP) for one in lessons if one.lesson in of_cycle)
    return Report(
        lessons=lessons,
        coming=(*slots[index:], *slots[:index]),
        percent=had * 100 // len(of_cycle),
        complete=had * 100 >= syllabus.complete_percent * len(of_cycle),
    )


def _standings(
    syllabus: Syllabus, curriculum: Curriculum, coverage: Coverage, behind: set[str]
) -> Iterator[LessonStanding]:
    for lesson, module in syllabus.module_of.items():
        had, missed = coverage.had.get(lesson, ()), coverage.missed.get(lesson, ())
        if not had and lesson in curriculum.taught:
            had = (Exposure(at=curriculum.taught[lesson]),)
        yield LessonStanding(lesson, module, _standing(lesson in behind, had, missed), had, missed)


def _standing(behind: bool, had: tuple[Exposure, ...], missed: tuple[Miss, ...]) -> Standing:
    if had:
        made_up = had[0].make_up or any(one.at < had[0].at for one in missed)
        return Standing.MADE_UP if made_up else Standing.HAD
    if missed:
        return Standing.MISSED
    return Standing.PASSED if behind else Standing.AHEAD
