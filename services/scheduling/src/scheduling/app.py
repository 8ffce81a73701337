"""Puts scheduling together; the only file that knows all of it."""

from fastapi import FastAPI

from common.house import create_app
from common.service import Service
from scheduling import views
from scheduling.domain.appointment import Appointment
from scheduling.domain.attendance import Schedule
from scheduling.domain.board import LevelBoard
from scheduling.domain.coaching import Coaching
from scheduling.domain.group import Group
from scheduling.domain.on_call import OnCall
from scheduling.domain.week import Week
from scheduling.doors import coaching, groups, http, kafka, placement, sessions, timers
from scheduling.settings import Settings
from scheduling.views import coaching as calls
from scheduling.views import sessions as planned

SERVICE = Service(
    name="scheduling",
    hears=kafka.HEARS,
    timers=timers.TIMERS,
    projects={**views.PROJECTS, **calls.PROJECTS},
    aggregates=(LevelBoard, Schedule, Group, Week, Appointment, Coaching, OnCall),
    indexes={**views.INDEXES, **planned.INDEXES, **calls.INDEXES},
)


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    routers = [http.router, groups.router, sessions.router, coaching.router, placement.router]
    return create_app(SERVICE, settings, routers)
