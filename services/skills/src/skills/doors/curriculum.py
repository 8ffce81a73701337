"""Who may ask skills what of the curriculum over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, status
from pydantic import Field

from common.change import change
from common.contracts.message import Instant
from common.contracts.words import Role, SkillModule
from common.web import Body, Doing, Receipt, allow, staff_of
from skills.domain.record import SkillsRecord
from skills.domain.syllabus import Syllabus
from skills.doors.http import Code, Participant, Person, happened
from skills.views import curriculum as views

MOST_PARTICIPANTS = 100
"""Participants one lesson may name; a skills group has at most 12. ASSUMED."""

router = APIRouter(prefix="/v1", tags=["curriculum"], dependencies=[Depends(staff_of)])


def taught_here(request: Request) -> Syllabus:
    """What this program teaches."""
    syllabus: Syllabus = request.app.state.program.syllabus
    return syllabus


Taught = Annotated[Syllabus, Depends(taught_here)]


class LessonTaught(Body):
    """One lesson, and everybody whom it reached."""

    module: SkillModule
    lesson: Code
    taught_at: Instant | None = None
    participant_ids: tuple[Person, ...] = Field(min_length=1, max_length=MOST_PARTICIPANTS)


class CycleFor(Body):
    """The cycle somebody follows from now on."""

    cycle: Code


@router.post(
    "/lessons",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(Role.SKILLS_LEADER, Role.CLINICIAN)],
)
async def teach_lesson(body: LessonTaught, doing: Doing, syllabus: Taught) -> Receipt:
    """One lesson reached a group: all of them, or none if it is no lesson."""
    at = happened(body.taught_at, doing.now)
    taught = [
        change(SkillsRecord, pid, SkillsRecord.teach, syllabus, body.module, body.lesson, at)
        for pid in dict.fromkeys(body.participant_ids)
    ]
    return await doing.do(*taught)


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
async def get_skills(syllabus: Taught) -> list[views.SkillView]:
    """Every skill by its standard name, and the lesson that brings it."""
    return views.catalogue(syllabus)
