"""Puts operations together; the only file that knows all of it."""

from fastapi import FastAPI

from common.house import create_app
from common.service import Service
from operations import views
from operations.doors import console, http, kafka, timers
from operations.settings import Settings

SERVICE = Service(
    name="operations",
    hears=kafka.HEARS,
    timers=timers.TIMERS,
    projects=views.PROJECTS,
    aggregates=(),
    indexes=views.INDEXES,
)


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    return create_app(SERVICE, settings, [http.router, console.router])
