"""Puts scheduling together; the only file that knows all of it."""

from fastapi import FastAPI

from common.house import create_app
from common.service import Service
from scheduling import views
from scheduling.domain.appointment import Appointment
from scheduling.domain.attendance import Schedule
from scheduling.domain.board import LevelBoard
from scheduling.domain.caseload import Caseload
from scheduling.domain.coaching import Coaching
from scheduling.domain.days import DayPlan
from scheduling.domain.feeds import Feed
from scheduling.domain.group import Group
from scheduling.domain.hours import Coverage
from scheduling.domain.on_call import OnCall
from scheduling.domain.week import Week
from scheduling.doors import (
    calendars,
    caseloads,
    census,
    coaching,
    days,
    groups,
    hours,
    http,
    kafka,
    placement,
    places,
    sessions,
    timers,
)
from scheduling.doors.hours_file import hours_in
from scheduling.settings import Settings
from scheduling.views import caseloads as care
from scheduling.views import census as stays
from scheduling.views import coaching as calls
from scheduling.views import sessions as planned

SERVICE = Service(
    name="scheduling",
    hears=kafka.HEARS,
    timers=timers.TIMERS,
    projects={**views.PROJECTS, **calls.PROJECTS, **stays.PROJECTS},
    aggregates=(LevelBoard, DayPlan, Schedule, Group, Week, Appointment, Coaching, OnCall, Coverage, Feed, Caseload),
    indexes={**views.INDEXES, **planned.INDEXES, **calls.INDEXES, **care.INDEXES, **stays.INDEXES},
)


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application; raises Unfit for an hours file that cannot be used."""
    minimums = hours_in(settings.hours_file)
    routers = [
        http.router,
        groups.router,
        sessions.router,
        coaching.router,
        placement.router,
        hours.router,
        calendars.router,
        caseloads.router,
        places.router,
        census.router,
        days.router,
    ]
    application = create_app(SERVICE, settings, routers)
    application.state.minimums = minimums
    return application
