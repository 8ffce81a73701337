"""Puts skills together; the only file that knows all of it."""

from fastapi import FastAPI

from common.house import create_app
from common.service import Service
from skills import views
from skills.domain.lesson_plan import LessonPlan
from skills.domain.program import Program
from skills.domain.record import SkillsRecord
from skills.domain.targets import Targets
from skills.domain.workbook import Workbook
from skills.doors import curriculum, diary, http, kafka, practice, rehearsals, targets, timers
from skills.doors.program_files import syllabus_in, templates_in
from skills.settings import Settings


def service(program: Program) -> Service:
    """The table of contents of skills, for one program."""
    return Service(
        name="skills",
        hears=kafka.hears(program),
        timers=timers.TIMERS,
        projects=views.PROJECTS,
        aggregates=(SkillsRecord, Workbook, LessonPlan, Targets),
        indexes=views.INDEXES,
    )


def rules_of(settings: Settings) -> Program:
    """What the program's files say; raises Unfit with a line a mistake."""
    return Program(syllabus=syllabus_in(settings.curriculum_file), templates=templates_in(settings.diary_file))


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    program = rules_of(settings)
    application = create_app(
        service(program),
        settings,
        [http.router, curriculum.router, practice.router, diary.router, targets.router, rehearsals.router],
    )
    application.state.program = program
    return application
