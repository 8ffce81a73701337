"""Puts skills together; the only file that knows all of it."""

from fastapi import FastAPI

from common.house import create_app
from common.service import Service
from skills import views
from skills.domain.forms import Forms
from skills.domain.record import SkillsRecord
from skills.doors import dit, http, kafka, measures, mindfulness, risk, timers
from skills.doors.instruments_file import forms_in
from skills.settings import Settings
from skills.views import dit as course
from skills.views import measures as measured


def service(forms: Forms) -> Service:
    """The table of contents of skills, with one set of instruments."""
    return Service(
        name="skills",
        hears=kafka.hears(forms),
        timers=timers.timers(forms),
        projects={**views.PROJECTS, **measured.PROJECTS, **course.PROJECTS},
        aggregates=(SkillsRecord,),
        indexes={**views.INDEXES, **course.INDEXES},
    )


SERVICE = service(forms_in(Settings().instruments_file))
"""The service with the instruments of the package."""


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application; raises FormsInvalid, with lines, for a file of instruments that says none."""
    forms = forms_in(settings.instruments_file)
    application = create_app(
        service(forms), settings, [http.router, measures.router, risk.router, dit.router, mindfulness.router]
    )
    application.state.forms = forms
    return application
