"""Puts family together; the only file that knows all of it."""

from fastapi import FastAPI

from common.house import create_app
from common.service import Service
from family import views
from family.domain.network import SupportNetwork
from family.doors import http, kafka, timers
from family.settings import Settings

SERVICE = Service(
    name="family",
    hears=kafka.HEARS,
    timers=timers.TIMERS,
    projects=views.PROJECTS,
    aggregates=(SupportNetwork,),
    indexes=views.INDEXES,
)


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    return create_app(SERVICE, settings, [http.router])
