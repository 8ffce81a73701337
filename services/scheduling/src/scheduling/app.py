"""Puts scheduling together; the only file that knows all of it."""

from fastapi import FastAPI

from common.house import create_app
from common.service import Service
from scheduling import views
from scheduling.domain.appointment import Appointment
from scheduling.domain.attendance import Schedule
from scheduling.domain.belonging import Belonging, Norms
from scheduling.domain.board import LevelBoard
from scheduling.domain.caseload import Caseload
from scheduling.domain.coaching import Coaching
from scheduling.domain.days import DayPlan
from scheduling.domain.feeds import Feed
from scheduling.domain.gathering import Gathering
from scheduling.domain.group import Group
from scheduling.domain.hours import Coverage
from scheduling.domain.on_call import OnCall
from scheduling.domain.week import Week
from scheduling.doors import (
    absences,
    calendars,
    caseloads,
    census,
    coaching,
    community,
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
from scheduling.views import absences as away
from scheduling.views import caseloads as care
from scheduling.views import census as stays
from scheduling.views import coaching as calls
from scheduling.views import community as belonging
from scheduling.views import sessions as planned

OF_PLACES = (LevelBoard, DayPlan)
OF_TIMES = (Group, Week, Appointment, Gathering, OnCall, Feed)
OF_PEOPLE = (Schedule, Coaching, Coverage, Caseload, Belonging, Norms)

READS = (views, planned, calls, care, stays, belonging, away)
INDEXES = {name: models for read in READS for name, models in read.INDEXES.items()}

SERVICE = Service(
    name="scheduling",
    hears=kafka.HEARS,
    timers=timers.TIMERS,
    projects={**views.PROJECTS, **calls.PROJECTS, **stays.PROJECTS},
    aggregates=(*OF_PLACES, *OF_TIMES, *OF_PEOPLE),
    indexes=INDEXES,
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
        community.router,
        absences.router,
    ]
    application = create_app(SERVICE, settings, routers)
    application.state.minimums = minimums
    return application
