"""What skills can answer about one participant's lessons: what they had, what is missing, what comes next and where."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from pydantic import BaseModel

from common.change import NotFound, Record
from common.contracts.curriculum import LessonPlanned, LessonUnplanned
from common.contracts.message import Contract
from common.contracts.words import ExposureSource, GroupId, LevelOfCare, SkillModule
from common.fold import collection_of
from common.mongo import Database, IndexModel
from skills.domain.coverage import LessonStanding, Report, Standing, report
from skills.domain.practice import mastery
from skills.domain.record import SkillsRecord
from skills.domain.syllabus import Slot, Syllabus
from skills.domain.workbook import Workbook

PLANNED = "plannedlessons"
COMING = 5
"""Lessons to come that are named; the cycle has the others. ASSUMED."""
PLACES = 5
"""Meetings named at which one lesson can be made up, the soonest first. ASSUMED."""


class ExposureView(BaseModel):
    """A lesson reached the participant."""

    at: datetime
    source: ExposureSource
    make_up: bool
    level: LevelOfCare | None


class LessonView(BaseModel):
    """One lesson; `days_practised` counts days of the last 14 on which one of its skills was used."""

    lesson: str
    name: str
    module: SkillModule
    standing: Standing
    had: list[ExposureView]
    missed_at: list[datetime]
    days_practised: int


class MeetingView(BaseModel):
    """A meeting that will have a lesson; `make_up` says that it is one for making up."""

    group_id: GroupId
    starts_at: datetime
    make_up: bool


class MissingView(BaseModel):
    """A lesson given or passed by without the participant, where it can be made up, and when it comes round again."""

    lesson: str
    name: str
    module: SkillModule
    standing: Standing
    make_up_at: list[MeetingView]
    weeks_of_cycle: list[tuple[int, int]]
    """The first and last week of each block of the cycle that has it."""


class ComingView(BaseModel):
    """A lesson to come in the cycle; `times_had` says that it will be a repetition."""

    lesson: str
    name: str
    module: SkillModule
    first_week: int
    last_week: int
    times_had: int
    planned_at: list[MeetingView]


class MasteryView(BaseModel):
    """One skill in the last 14 days, by days and codes; codes are categories and have no mean."""

    skill: str
    name: str
    days_by_code: dict[int, int]
    days_used: int
    days_helped: int
    days_automatic: int
    days_effort_only: int
    with_others: bool
    mastered: bool


class CoverageView(BaseModel):
    """The whole answer. It is the same at every level: lessons belong to the participant, not to a group.

    Once treatment has ended nothing is missing and nothing comes next. Rule: SK-C22.
    """

    participant_id: str
    level: LevelOfCare | None
    cycle: str
    percent: int
    complete: bool
    open_weeks: tuple[int, ...]
    lessons: list[LessonView]
    missing: list[MissingView]
    next: list[ComingView]
    practice: list[MasteryView]


async def coverage(
    database: Database, syllabus: Syllabus, participant_id: str, now: datetime, today: date
) -> CoverageView:
    """What somebody had, what is missing, what comes next; raises NotFound `participant-unknown`.

    Rules: SK-C13, SK-C22.
    """
    document = await database.get(collection_of(SkillsRecord), participant_id)
    if document is None:
        raise NotFound("participant-unknown", "skills has not heard of this participant")
    record = SkillsRecord.model_validate(document["state"])
    book = await workbook(database, participant_id)
    ended, level = record.plan.ended_at, record.curriculum.place.level
    found = report(syllabus, record.curriculum, record.coverage.until(ended))
    missing, coming = (found.missing, found.coming[:COMING]) if ended is None else ((), ())
    cycle = syllabus.cycle(record.curriculum.place.cycle)
    wanted = {one.lesson for one in missing} | {slot.lesson for slot in coming}
    meetings = await _meetings(database, wanted, level, now)
    practised = _days_practised(syllabus, book, today)
    return CoverageView(
        participant_id=participant_id,
        level=level,
        cycle=cycle,
        percent=found.percent,
        complete=found.complete,
        open_weeks=syllabus.cycles[cycle].open_weeks,
        lessons=[_lesson(syllabus, one, practised) for one in found.lessons],
        missing=[_missing(syllabus, one, found, meetings) for one in missing],
        next=[_coming(syllabus, slot, found, meetings) for slot in coming],
        practice=practice(syllabus, book, today),
    )


async def workbook(database: Database, participant_id: str) -> Workbook:
    """What somebody practises; an empty one where nothing was told."""
    stored = await database.get(collection_of(Workbook), participant_id)
    return Workbook.model_validate(stored["state"]) if stored else Workbook(id=participant_id)


def practice(syllabus: Syllabus, book: Workbook, today: date) -> list[MasteryView]:
    """Each skill practised in the last 14 days. Rule: SK-C16."""
    return [
        MasteryView(
            name=syllabus.skills[one.skill].name if one.skill in syllabus.skills else one.skill, **one._asdict()
        )
        for one in mastery(book.practice.uses, today)
    ]


def _days_practised(syllabus: Syllabus, book: Workbook, today: date) -> Mapping[str, int]:
    days: dict[str, int] = defaultdict(int)
    for one in mastery(book.practice.uses, today):
        if lesson := syllabus.lesson_of.get(one.skill):
            days[lesson] = max(days[lesson], one.days_used)
    return days


def _lesson(syllabus: Syllabus, one: LessonStanding, practised: Mapping[str, int]) -> LessonView:
    return LessonView(
        lesson=one.lesson,
        name=syllabus.lesson_name(one.lesson),
        module=one.module,
        standing=one.standing,
        had=[ExposureView(**dict(exposure)) for exposure in one.had],
        missed_at=[miss.at for miss in one.missed],
        days_practised=practised.get(one.lesson, 0),
    )


def _missing(
    syllabus: Syllabus, one: LessonStanding, found: Report, meetings: Mapping[str, list[MeetingView]]
) -> MissingView:
    return MissingView(
        lesson=one.lesson,
        name=syllabus.lesson_name(one.lesson),
        module=one.module,
        standing=one.standing,
        make_up_at=meetings.get(one.lesson, [])[:PLACES],
        weeks_of_cycle=sorted((s.first_week, s.last_week) for s in found.coming if s.lesson == one.lesson),
    )


def _coming(syllabus: Syllabus, slot: Slot, found: Report, meetings: Mapping[str, list[MeetingView]]) -> ComingView:
    times = next(len(one.had) for one in found.lessons if one.lesson == slot.lesson)
    planned = meetings.get(slot.lesson, [])[:PLACES]
    return ComingView(name=syllabus.lesson_name(slot.lesson), times_had=times, planned_at=planned, **slot._asdict())


async def _meetings(
    database: Database, lessons: Iterable[str], level: LevelOfCare | None, now: datetime
) -> Mapping[str, list[MeetingView]]:
    """Meetings to come that have these lessons and are open to the level, the soonest first."""
    query = {
        "lesson": {"$in": sorted(lessons)},
        "starts_at": {"$gt": now},
        "off": False,
        "level": {"$in": [None, level]},
    }
    found: dict[str, list[MeetingView]] = defaultdict(list)
    for one in await database.find(PLANNED, query, sort=[("starts_at", 1)]):
        found[one["lesson"]].append(
            MeetingView(group_id=one["group_id"], starts_at=one["starts_at"], make_up=one["make_up"])
        )
    return found


def _planned(fact: LessonPlanned) -> Iterable[Record]:
    seen = fact.model_dump(mode="json", include={"group_id", "lesson", "make_up", "level"})
    return [Record(PLANNED, _key(fact), {"$set": {**seen, "starts_at": fact.starts_at, "off": False}})]


def _unplanned(fact: LessonUnplanned) -> Iterable[Record]:
    return [Record(PLANNED, _key(fact), {"$set": {"off": True}})]


def _key(fact: LessonPlanned | LessonUnplanned) -> str:
    return f"{fact.group_id}|{fact.starts_at.astimezone(UTC).isoformat()}"


PROJECTS: Mapping[type[Contract], Callable[[Any], Iterable[Record]]] = {
    LessonPlanned: _planned,
    LessonUnplanned: _unplanned,
}
INDEXES: Mapping[str, Sequence[IndexModel]] = {PLANNED: [IndexModel([("lesson", 1), ("starts_at", 1)])]}
