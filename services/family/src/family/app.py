"""Puts family together; the only file that knows all of it."""

from fastapi import FastAPI

from common.auth import Door, audience_of_participants
from common.house import create_app
from common.service import Service
from family import views
from family.domain.alumnus import Alumnus
from family.domain.measures import FamilyMeasures
from family.domain.network import SupportNetwork
from family.domain.report import Report
from family.domain.tie import Tie
from family.doors import after, connections, distance, http, kafka, measures, reports, talks, timers, told
from family.settings import Settings

SERVICE = Service(
    name="family",
    hears=kafka.HEARS,
    timers=timers.TIMERS,
    projects=views.PROJECTS,
    aggregates=(SupportNetwork, Report, Alumnus, Tie, FamilyMeasures),
    indexes=views.INDEXES,
)


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    of_the_network = [http.router, distance.router, connections.router, told.router, talks.router]
    routers = [*of_the_network, reports.router, after.router, measures.router]
    made = create_app(SERVICE, settings, routers)
    made.state.own_door = Door(settings.jwks, settings.issuer, audience_of_participants(settings.audience))
    return made
