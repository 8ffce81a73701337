"""Who may ask skills what of the curriculum over HTTP."""

from typing import Annotated, Self
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Request, status
from pydantic import Field, model_validator

from common.change import change
from common.contracts.care import GoalTowards
from common.contracts.message import Instant
from common.contracts.words import ExposureSource, GroupId, LevelOfCare, Role, SkillModule
from common.web import Body, Doing, Receipt, allow, staff_of
from skills.domain.curriculum import Manner
from skills.domain.lesson_plan import LessonPlan, Planned
from skills.domain.record import SkillsRecord
from skills.domain.syllabus import Syllabus
from skills.doors.http import CLINICAL, Code, Participant, Person, happened
from skills.doors.stranger import SAYS_IF_UNHEARD
from skills.views import curriculum as views
from skills.views.coverage import CoverageView, coverage

MOST_LESSONS = 200
"""Lessons in one plan. ASSUMED: four years of a weekly group."""
MOST_PARTICIPANTS = 100
"""Participants one lesson may name; a skills group has at most 12. ASSUMED."""

router = APIRouter(prefix="/v1", tags=["curriculum"], dependencies=[Depends(staff_of), SAYS_IF_UNHEARD])


def taught_here(request: Request) -> Syllabus:
    """What this program teaches."""
    syllabus: Syllabus = request.app.state.program.syllabus
    return syllabus


Group = Annotated[GroupId, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
Taught = Annotated[Syllabus, Depends(taught_here)]


class LessonTaught(Body):
    """One lesson, everybody whom it reached, and who could not be there."""

    module: SkillModule
    lesson: Code
    taught_at: Instant | None = None
    participant_ids: tuple[Person, ...] = Field((), max_length=MOST_PARTICIPANTS)
    absent_ids: tuple[Person, ...] = Field((), max_length=MOST_PARTICIPANTS)
    source: ExposureSource = ExposureSource.GROUP
    make_up: bool = False

    @model_validator(mode="after")
    def _somebody_once(self) -> Self:
        if not self.participant_ids and not self.absent_ids:
            raise ValueError("names nobody")
        if set(self.participant_ids) & set(self.absent_ids):
            raise ValueError("names somebody as there and not there")
        return self


class LessonToCome(Body):
    """One lesson at one meeting; `level`: whom it is open to, none: everybody."""

    starts_at: Instant
    module: SkillModule
    lesson: Code
    make_up: bool = False
    level: LevelOfCare | None = None


class LessonsToCome(Body):
    """The lessons of one group to come."""

    lessons: tuple[LessonToCome, ...] = Field(min_length=1, max_length=MOST_LESSONS)


class MeetingWithout(Body):
    """A meeting that will have no lesson after all."""

    starts_at: Instant


class CycleFor(Body):
    """The cycle somebody follows from now on."""

    cycle: Code


@router.post(
    "/lessons",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(Role.SKILLS_LEADER, Role.CLINICIAN)],
)
async def teach_lesson(body: LessonTaught, doing: Doing, syllabus: Taught) -> Receipt:
    """One lesson reached a group, and not those who could not be there: all is taken, or nothing."""
    at, manner = happened(body.taught_at, doing.now), Manner(body.source, body.make_up)
    taught = [
        change(SkillsRecord, pid, SkillsRecord.teach, syllabus, body.module, body.lesson, at, manner)
        for pid in dict.fromkeys(body.participant_ids)
    ]
    missed = [
        change(SkillsRecord, pid, SkillsRecord.miss_lesson, syllabus, body.module, body.lesson, at)
        for pid in dict.fromkeys(body.absent_ids)
    ]
    return await doing.do(*taught, *missed)


@router.post(
    "/groups/{group_id}/lesson-plan",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(Role.SKILLS_LEADER, Role.CLINICIAN)],
)
async def plan_lessons(group_id: Group, body: LessonsToCome, doing: Doing, syllabus: Taught) -> Receipt:
    """Say which lessons a group will have when; another one for the same meeting replaces."""
    some = [Planned(**dict(one)) for one in body.lessons]
    return await doing.do(change(LessonPlan, group_id, LessonPlan.plan, syllabus, some, doing.staff.id, doing.now))


@router.post("/groups/{group_id}/lesson-plan/cancel", dependencies=[allow(Role.SKILLS_LEADER, Role.CLINICIAN)])
async def unplan_lesson(group_id: Group, body: MeetingWithout, doing: Doing) -> Receipt:
    """Say that a meeting will have no lesson after all."""
    return await doing.do(change(LessonPlan, group_id, LessonPlan.unplan, body.starts_at, doing.staff.id, doing.now))


@router.get("/participants/{pid}/coverage", dependencies=[allow(*CLINICAL)])
async def get_coverage(pid: Participant, request: Request, syllabus: Taught) -> CoverageView:
    """What a participant had, what is missing and where it can be made up, what comes next, and what is practised."""
    state = request.app.state
    today = state.clock.now().astimezone(ZoneInfo(state.settings.zone)).date()
    return await coverage(state.database, syllabus, pid, state.clock.now(), today)


@router.post("/participants/{pid}/cycle", dependencies=[allow(Role.SKILLS_LEADER, Role.CLINICIAN)])
async def choose_cycle(pid: Participant, body: CycleFor, doing: Doing, syllabus: Taught) -> Receipt:
    """Put a participant onto a cycle of the curriculum, to stay on it at every level."""
    by = doing.staff.id
    return await doing.do(change(SkillsRecord, pid, SkillsRecord.choose_cycle, syllabus, body.cycle, by, doing.now))


@router.get("/curriculum")
async def get_curriculum(syllabus: Taught, cycle: Annotated[str | None, Query()] = None) -> views.CycleView:
    """One cycle and its lessons; the program's first where none is named."""
    return views.cycle(syllabus, cycle)


@router.get("/skills")
async def get_skills(syllabus: Taught, towards: Annotated[GoalTowards | None, Query()] = None) -> list[views.SkillView]:
    """Every skill by its standard name, and the lesson that brings it; those towards `self` or `others`, if asked."""
    return views.catalogue(syllabus, towards)
