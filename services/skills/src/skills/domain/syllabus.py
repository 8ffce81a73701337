"""What a program teaches: modules and their lessons, the skills of each, cycles, and when one may join.

Read from the program's file. A lesson is what a group does in one sitting; a skill is what somebody uses afterwards.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from common.change import Invalid
from common.contracts.care import GoalTowards
from common.contracts.words import LevelOfCare, SkillModule

Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,59}$")]
CycleName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Name = Annotated[str, Field(min_length=1, max_length=80)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Lesson(_Part):
    """One sitting; the skills it brings, by code."""

    name: Name
    skills: tuple[Code, ...] = ()


class Module(_Part):
    """A module and its lessons in order; a `recurring` one comes back before the others.

    `towards`: the relationship its skills build, to oneself or to others, where a skill does not say it. Rule: SK-G8.
    """

    name: Name
    recurring: bool = False
    towards: tuple[GoalTowards, ...] = ()
    lessons: dict[Code, Lesson] = Field(min_length=1)


class Skill(_Part):
    """A skill by its standard name; `also` are other labels of it, `local` says that it is not in the standard list.

    `values` says that it is worked through with one's own values, `towards` which relationship it builds.
    `parts` are the letters of its acronym, or its steps, as codes: what one works through in one's own words.
    """

    name: Name
    also: tuple[Name, ...] = ()
    group: Name
    module: SkillModule | None = None
    parts: tuple[Code, ...] = ()
    towards: tuple[GoalTowards, ...] = ()
    values: bool = False
    local: bool = False


class Block(_Part):
    """A run of weeks on one module, or on some lessons of it."""

    module: SkillModule
    name: Name | None = None
    weeks: int = Field(ge=1, le=52)
    lessons: tuple[Code, ...] = ()


class Cycle(_Part):
    """Blocks one after the other, and again; `open_weeks` count from 1. `daily`: a module practised every day."""

    name: Name
    blocks: tuple[Block, ...] = Field(min_length=1)
    daily: SkillModule | None = None
    open_weeks: tuple[int, ...] = Field(min_length=1)

    @property
    def weeks(self) -> int:
        """How long it is."""
        return sum(block.weeks for block in self.blocks)


class Slot(NamedTuple):
    """A lesson's place in a cycle; the weeks of its block, from 1, both counted."""

    module: SkillModule
    lesson: str
    first_week: int
    last_week: int


class Syllabus(_Part):
    """All that a program teaches. Fit for use where `mistakes` says nothing. Rule: SK-C8."""

    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
    complete_percent: int = Field(ge=1, le=100)
    modules: dict[SkillModule, Module]
    skills: dict[Code, Skill]
    cycles: dict[CycleName, Cycle] = Field(min_length=1)
    levels: dict[LevelOfCare, CycleName]

    @cached_property
    def module_of(self) -> dict[str, SkillModule]:
        """Lesson code -> its module."""
        return {code: module for module, one in self.modules.items() for code in one.lessons}

    @cached_property
    def lesson_of(self) -> dict[str, str]:
        """Skill code -> the lesson that brings it, where one does."""
        return {
            skill: code
            for one in self.modules.values()
            for code, lesson in one.lessons.items()
            for skill in lesson.skills
        }

    @cached_property
    def _slots(self) -> dict[str, tuple[Slot, ...]]:
        return {name: tuple(self._of_cycle(cycle)) for name, cycle in self.cycles.items()}

    def cycle(self, name: str) -> str:
        """The name of a cycle this program has: the one meant, or the first for one it does not know (any more)."""
        return name if name in self.cycles else next(iter(self.cycles))

    def slots(self, name: str) -> tuple[Slot, ...]:
        """The lessons of a cycle in order; `lesson_index` counts along it, from 0."""
        return self._slots[self.cycle(name)]

    def check(self, module: SkillModule, lesson: str) -> None:
        """Raises Invalid `lesson-unknown` where the module has no such lesson. Rule: SK-C3."""
        if self.module_of.get(lesson) != module:
            raise Invalid("lesson-unknown", "the module of the curriculum has no lesson of this code")

    def towards(self, skill: str) -> tuple[GoalTowards, ...]:
        """The relationship a skill builds: as it says itself, else as its module says. Rule: SK-G8."""
        one = self.skills[skill]
        return one.towards or (self.modules[one.module].towards if one.module else ())

    def lesson_name(self, code: str) -> str:
        """The standard name of a lesson; its code where this program has it no more."""
        module = self.module_of.get(code)
        return self.modules[module].lessons[code].name if module else code

    def _of_cycle(self, cycle: Cycle) -> Iterator[Slot]:
        week = 1
        for block in cycle.blocks:
            for lesson in block.lessons or self.modules[block.module].lessons:
                yield Slot(block.module, lesson, week, week + block.weeks - 1)
            week += block.weeks

    def mistakes(self) -> list[str]:
        """What its parts owe each other, a line each: `place: what is wrong`. Rule: SK-C8."""
        missing = [f"modules.{module}: is missing" for module in SkillModule if module not in self.modules]
        if missing:
            return missing
        cycles = [line for name, cycle in self.cycles.items() for line in self._wrong_in(f"cycles.{name}", cycle)]
        return [*self._wrong_lessons(), *cycles, *self._wrong_levels(), *self._never_taught()]

    def _wrong_lessons(self) -> Iterator[str]:
        twice = Counter(code for one in self.modules.values() for code in one.lessons)
        for module, one in self.modules.items():
            for code, lesson in one.lessons.items():
                place = f"modules.{module}.lessons.{code}"
                if twice[code] > 1:
                    yield f"{place}: is in two modules, expected in one"
                for skill in lesson.skills:
                    if skill not in self.skills:
                        yield f"{place}.skills: {skill} is no skill of this file"
                    elif self.lesson_of[skill] != code:
                        yield f"{place}.skills: {skill} comes with {self.lesson_of[skill]} too, expected with one"

    def _wrong_in(self, place: str, cycle: Cycle) -> Iterator[str]:
        before: SkillModule | None = None
        for number, block in enumerate(cycle.blocks):
            for lesson in block.lessons:
                if lesson not in self.modules[block.module].lessons:
                    yield f"{place}.blocks.{number}.lessons: {lesson} is no lesson of {block.module}"
            ready = self.modules[block.module].recurring or cycle.daily or (before and self.modules[before].recurring)
            if not ready:
                yield f"{place}.blocks.{number}.module: no recurring module comes before {block.module}"
            before = block.module
        for week in cycle.open_weeks:
            if not 1 <= week <= cycle.weeks:
                yield f"{place}.open_weeks: week {week} is not in the cycle's 1 to {cycle.weeks}"

    def _wrong_levels(self) -> Iterator[str]:
        for level, name in self.levels.items():
            if name not in self.cycles:
                yield f"levels.{level}: {name} is no cycle of this file"

    def _never_taught(self) -> Iterator[str]:
        named = {code for cycle in self.cycles.values() for block in cycle.blocks for code in block.lessons}
        whole = {block.module for cycle in self.cycles.values() for block in cycle.blocks if not block.lessons}
        for code, module in self.module_of.items():
            if module not in whole and code not in named:
                yield f"modules.{module}.lessons.{code}: is taught in no cycle"
