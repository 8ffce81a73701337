"""Puts skills together; the only file that knows all of it."""

from fastapi import FastAPI

from common.house import create_app
from common.service import Service
from skills import views
from skills.domain.record import SkillsRecord
from skills.doors import http, kafka, timers
from skills.settings import Settings

SERVICE = Service(
    name="skills",
    hears=kafka.HEARS,
    timers=timers.TIMERS,
    projects=views.PROJECTS,
    aggregates=(SkillsRecord,),
    indexes=views.INDEXES,
)


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    return create_app(SERVICE, settings, [http.router])
