"""Puts family together; the only file that knows all of it."""

from dataclasses import replace

from fastapi import FastAPI

from common.auth import Door, audience_of_participants, audience_of_supporters
from common.house import create_app
from common.service import Service
from family import views
from family.domain.alumnus import Alumnus
from family.domain.measures import FamilyMeasures
from family.domain.network import SupportNetwork
from family.domain.report import Report
from family.domain.tie import Tie
from family.doors import (
    after,
    connections,
    distance,
    engagement,
    forgetting,
    home,
    http,
    kafka,
    measures,
    oneself,
    reports,
    supporting,
    talks,
    timers,
    told,
    unheard,
)
from family.doors.program_file import program_in
from family.settings import STANDARD_FILE, Settings
from family.views import engagement as work

STANDARD = program_in(STANDARD_FILE)
"""The family program a site begins with."""

SERVICE = Service(
    name="family",
    hears=kafka.hears(STANDARD),
    timers=timers.timers(STANDARD),
    projects={**views.PROJECTS, **work.PROJECTS},
    aggregates=(SupportNetwork, Report, Alumnus, Tie, FamilyMeasures),
    indexes={**views.INDEXES, **work.INDEXES},
    works=(forgetting.forget_now_and_then,),
)


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application; raises ProgramInvalid for a policy file that makes no family program."""
    program = program_in(settings.policy_file)
    of_the_network = [http.router, distance.router, connections.router, told.router, talks.router, unheard.router]
    of_the_family = [engagement.router, home.router, oneself.router]
    routers = [*of_the_network, *of_the_family, reports.router, after.router, measures.router, supporting.router]
    made = create_app(replace(SERVICE, hears=kafka.hears(program), timers=timers.timers(program)), settings, routers)
    made.state.program = program
    made.state.own_door = Door(settings.jwks, settings.issuer, audience_of_participants(settings.audience))
    made.state.supporters_door = Door(settings.jwks, settings.issuer, audience_of_supporters(settings.audience))
    return made
