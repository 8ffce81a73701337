"""Puts skills together; the only file that knows all of it."""

from fastapi import FastAPI

from common.auth import Door, audience_of_participants
from common.house import create_app
from common.service import Service
from skills import views
from skills.domain.guidance import Guidance
from skills.domain.lesson_plan import LessonPlan
from skills.domain.program import Program
from skills.domain.record import SkillsRecord
from skills.domain.targets import Targets
from skills.domain.workbook import Workbook
from skills.doors import (
    curriculum,
    diary,
    dit,
    dit_history,
    growth,
    guidance,
    http,
    kafka,
    measures,
    mindfulness,
    oneself,
    own_growth,
    own_pages,
    practice,
    rehearsals,
    risk,
    targets,
    timers,
)
from skills.doors.instruments_file import forms_in
from skills.doors.program_files import library_in, syllabus_in, templates_in
from skills.settings import Settings
from skills.views import dit as course
from skills.views import measures as measured

OF_THE_PROGRAM = (curriculum.router, practice.router, diary.router, targets.router, rehearsals.router)
OF_THEIR_OWN = (growth.router, guidance.router)
OF_THE_COURSE = (measures.router, risk.router, dit.router, dit_history.router, mindfulness.router)
OF_ONESELF = (oneself.router, own_growth.router, own_pages.router)


def service(program: Program) -> Service:
    """The table of contents of skills, for one program."""
    return Service(
        name="skills",
        hears=kafka.hears(program),
        timers=timers.timers(program.forms),
        projects={**views.PROJECTS, **measured.PROJECTS, **course.PROJECTS},
        aggregates=(SkillsRecord, Workbook, LessonPlan, Targets, Guidance),
        indexes={**views.INDEXES, **course.INDEXES},
    )


def rules_of(settings: Settings) -> Program:
    """What the program's files say; raises Unfit with a line a mistake."""
    syllabus, templates = syllabus_in(settings.curriculum_file), templates_in(settings.diary_file)
    forms, library = forms_in(settings.instruments_file), library_in(settings.library_file)
    return Program(syllabus=syllabus, templates=templates, forms=forms, library=library)


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    program = rules_of(settings)
    routers = [http.router, *OF_THE_PROGRAM, *OF_THE_COURSE, *OF_THEIR_OWN, *OF_ONESELF]
    application = create_app(service(program), settings, routers)
    application.state.program, application.state.forms = program, program.forms
    own = audience_of_participants(settings.audience)
    application.state.own_door = Door(settings.jwks, settings.issuer, own)
    return application
