"""Puts operations together; the only file that knows all of it."""

from fastapi import FastAPI

from common.house import create_app
from common.service import Service
from operations import views
from operations.domain.replays import BulkReplay
from operations.doors import console, http, kafka, pace, replays, timers
from operations.settings import Settings
from operations.views import gauges

SERVICE = Service(
    name="operations",
    hears=kafka.HEARS,
    timers=timers.TIMERS,
    projects=views.PROJECTS,
    aggregates=(BulkReplay,),
    indexes=views.INDEXES,
    works=(pace.go_on_with_replays,),
    measures=(gauges.measure,),
)


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    return create_app(SERVICE, settings, [http.router, replays.router, console.router])
