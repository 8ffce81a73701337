"""Puts scheduling together; the only file that knows all of it."""

from fastapi import FastAPI

from common.house import create_app
from common.service import Service
from scheduling import views
from scheduling.domain.attendance import Schedule
from scheduling.domain.board import LevelBoard
from scheduling.doors import http, kafka, placement, timers
from scheduling.settings import Settings

SERVICE = Service(
    name="scheduling",
    hears=kafka.HEARS,
    timers=timers.TIMERS,
    projects=views.PROJECTS,
    aggregates=(LevelBoard, Schedule),
    indexes=views.INDEXES,
)


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    return create_app(SERVICE, settings, [http.router, placement.router])
