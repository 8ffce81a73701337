"""Puts notifications together; the only file that knows all of it."""

from fastapi import FastAPI

from common.house import create_app
from common.service import Service
from notifications import views
from notifications.domain.correspondence import Correspondence
from notifications.doors import http, kafka, timers
from notifications.settings import Settings

SERVICE = Service(
    name="notifications",
    hears=kafka.HEARS,
    timers=timers.TIMERS,
    projects=views.PROJECTS,
    aggregates=(Correspondence,),
    indexes=views.INDEXES,
)


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    return create_app(SERVICE, settings, [http.router])
