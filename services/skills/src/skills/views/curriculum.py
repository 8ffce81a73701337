"""What skills can answer about the curriculum: what a program teaches, and where somebody stands in it."""

from pydantic import BaseModel

from common.change import NotFound
from common.contracts.care import GoalTowards
from common.contracts.words import LevelOfCare, SkillModule
from skills.domain.curriculum import Curriculum
from skills.domain.syllabus import Syllabus


class CurriculumView(BaseModel):
    """Where in the cycle a participant stands; `next_lesson` is the one that comes."""

    enrolled: bool
    level: LevelOfCare | None
    cycle: str
    module: SkillModule
    lesson_index: int
    next_lesson: str
    lessons_taught: tuple[str, ...]
    lessons_of_cycle: int


class BlockView(BaseModel):
    """A run of weeks on one module."""

    module: SkillModule
    name: str
    weeks: int
    first_lesson_index: int
    lessons: tuple[str, ...]


class CycleView(BaseModel):
    """One whole cycle; `open_weeks` are the weeks in which a group may be joined."""

    version: str
    cycle: str
    name: str
    weeks: int
    lessons: int
    open_weeks: tuple[int, ...]
    blocks: list[BlockView]
    cycles: tuple[str, ...]
    levels: dict[LevelOfCare, str]


class SkillView(BaseModel):
    """One skill by its standard name, and the lesson that brings it."""

    skill: str
    name: str
    also: tuple[str, ...]
    group: str
    module: SkillModule | None
    parts: tuple[str, ...]
    towards: tuple[GoalTowards, ...]
    values: bool
    lesson: str | None
    local: bool


def standing(syllabus: Syllabus, at: Curriculum) -> CurriculumView:
    """Where somebody stands."""
    index, slot = at.place.slot(syllabus)
    return CurriculumView(
        enrolled=at.place.level is not None,
        level=at.place.level,
        cycle=syllabus.cycle(at.place.cycle),
        module=slot.module,
        lesson_index=index,
        next_lesson=slot.lesson,
        lessons_taught=tuple(at.taught),
        lessons_of_cycle=len({one.lesson for one in syllabus.slots(at.place.cycle)}),
    )


def cycle(syllabus: Syllabus, name: str | None) -> CycleView:
    """One cycle, the program's first where none is named; raises NotFound `cycle-unknown`."""
    if name is not None and name not in syllabus.cycles:
        raise NotFound("cycle-unknown", "the program's curriculum has no cycle of this name")
    name = syllabus.cycle(name or "")
    found, blocks, first = syllabus.cycles[name], [], 0
    for block in found.blocks:
        module = syllabus.modules[block.module]
        lessons = block.lessons or tuple(module.lessons)
        title = block.name or module.name
        blocks.append(
            BlockView(module=block.module, name=title, weeks=block.weeks, first_lesson_index=first, lessons=lessons)
        )
        first += len(lessons)
    return CycleView(
        version=syllabus.version,
        cycle=name,
        name=found.name,
        weeks=found.weeks,
        lessons=first,
        open_weeks=found.open_weeks,
        blocks=blocks,
        cycles=tuple(syllabus.cycles),
        levels=dict(syllabus.levels),
    )


def catalogue(syllabus: Syllabus, towards: GoalTowards | None = None) -> list[SkillView]:
    """Every skill of the program, by its standard name; only those that build one relationship, where it is named."""
    return [
        SkillView(skill=code, lesson=syllabus.lesson_of.get(code), **{**dict(skill), "towards": syllabus.towards(code)})
        for code, skill in syllabus.skills.items()
        if towards is None or towards in syllabus.towards(code)
    ]
