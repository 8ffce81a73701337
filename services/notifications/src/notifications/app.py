"""Puts notifications together; the only file that knows all of it."""

from dataclasses import replace

from fastapi import FastAPI

from common.contracts.notifications import NoticeSent
from common.house import create_app
from common.outbound import INDEXES
from common.service import Service
from notifications import views
from notifications.domain.correspondence import Correspondence
from notifications.doors import http, kafka, timers
from notifications.settings import Settings


def service(url: str = "") -> Service:
    """The service; where there is a gateway at `url`, notices leave by it as well. Rule: NO-D1."""
    if not url:
        return SERVICE
    from notifications.doors import gateway  # an HTTP client that only this door needs

    return replace(
        SERVICE,
        projects={**views.PROJECTS, NoticeSent: views.show_and_post},
        indexes={**views.INDEXES, **INDEXES},
        works=(gateway.delivering(url),),
    )


SERVICE = Service(
    name="notifications",
    hears=kafka.HEARS,
    timers=timers.TIMERS,
    projects=views.PROJECTS,
    aggregates=(Correspondence,),
    indexes=views.INDEXES,
    measures=(views.measure,),
)
"""The service without a gateway."""


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    return create_app(service(settings.gateway), settings, [http.router])
