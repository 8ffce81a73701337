"""Puts family together; the only file that knows all of it."""

from dataclasses import replace

from fastapi import FastAPI

from common.auth import Door, audience_of_participants
from common.house import create_app
from common.service import Service
from family import views
from family.domain.network import SupportNetwork
from family.doors import connections, distance, engagement, home, http, kafka, oneself, timers, told
from family.doors.program_file import program_in
from family.settings import STANDARD_FILE, Settings
from family.views import engagement as work

STANDARD = program_in(STANDARD_FILE)
"""The family program a site begins with."""

SERVICE = Service(
    name="family",
    hears=kafka.hears(STANDARD),
    timers=timers.TIMERS,
    projects={**views.PROJECTS, **work.PROJECTS},
    aggregates=(SupportNetwork,),
    indexes={**views.INDEXES, **work.INDEXES},
)


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application; raises ProgramInvalid for a policy file that makes no family program."""
    program = program_in(settings.policy_file)
    routers = [
        http.router,
        distance.router,
        connections.router,
        told.router,
        engagement.router,
        home.router,
        oneself.router,
    ]
    made = create_app(replace(SERVICE, hears=kafka.hears(program)), settings, routers)
    made.state.program = program
    made.state.own_door = Door(settings.jwks, settings.issuer, audience_of_participants(settings.audience))
    return made
