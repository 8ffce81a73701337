"""Puts notifications together; the only file that knows all of it."""

import ssl
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import FastAPI

from common.auth import Door, audience_of_participants, audience_of_supporters
from common.house import create_app
from common.outbound import INDEXES
from common.service import Service
from notifications import views
from notifications.domain.contact import Channel
from notifications.domain.correspondence import Correspondence
from notifications.domain.ladder import Ladder
from notifications.domain.policy import Policy
from notifications.domain.recipient import Recipient
from notifications.domain.watch import RiskWatch
from notifications.doors import contacts, http, kafka, ladders, links, live, own, timers, watch
from notifications.doors.policy_file import policy_in
from notifications.settings import STANDARD_FILE, Settings
from notifications.views import notices, paging

if TYPE_CHECKING:
    import httpx

    from notifications.doors.carriers import Carrier
    from notifications.doors.post import Opens


STANDARD = policy_in(STANDARD_FILE)
"""The numbers a program begins with."""


def service(url: str = "", policy: Policy = STANDARD, opens: "Opens | None" = None, *, climbs: bool = False) -> Service:
    """The service; notices leave by the gateway at `url`, and by the channels it `opens`. Rules: NO-D1, NO-N1."""
    quiet = Service(
        name="notifications",
        hears=kafka.hears(policy, ladders=climbs),
        timers=timers.timers(policy),
        projects=views.projects(policy, gateway=bool(url), channels=bool(opens)),
        aggregates=(Correspondence, Recipient, Ladder, RiskWatch),
        indexes=views.INDEXES,
        measures=(notices.measure,),
        works=watch.works(policy) if climbs else (),
        waits=paging.WAITS if climbs else {},
    )
    if not (url or opens):
        return quiet
    from notifications.doors import post  # an HTTP client that only this door needs

    works = (*quiet.works, post.delivering(url, policy, opens or (lambda _: {})))
    return replace(quiet, indexes={**views.INDEXES, **INDEXES}, works=works)


SERVICE = service(climbs=True)
"""The service as it is where nothing is set: without a gateway and without channels."""


def channels_of(settings: Settings) -> tuple[Channel, ...]:
    """The channels this house has."""
    there = {Channel.SMS: settings.sms, Channel.EMAIL: settings.smtp, Channel.WEBHOOK: settings.webhook_keys}
    return tuple(channel for channel, so in there.items() if so)


def carriers(settings: Settings, http: "httpx.AsyncClient") -> "Mapping[Channel, Carrier]":
    """Who carries what in this house."""
    from notifications.doors.carriers import Mail, Texts, Webhooks  # only a house with channels needs their libraries

    host, _, port = settings.smtp.partition(":")
    tls = ssl.create_default_context() if settings.smtp_tls else None
    there: dict[Channel, Carrier] = {}
    if settings.smtp:
        there[Channel.EMAIL] = Mail(host, int(port), settings.mail_from, settings.smtp_login, tls)
    if settings.sms:
        there[Channel.SMS] = Texts(settings.sms, http)
    if settings.webhook_keys:
        there[Channel.WEBHOOK] = Webhooks(settings.webhook_keys, http)
    return there


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application; raises PolicyInvalid for a policy file that cannot be used."""
    policy, channels = policy_in(settings.policy_file), channels_of(settings)
    opens = (lambda http: carriers(settings, http)) if channels else None
    whole = service(settings.gateway, policy, opens, climbs=settings.ladders)
    application = create_app(
        whole, settings, [http.router, live.router, contacts.router, ladders.router, links.router, own.router]
    )
    application.state.policy, application.state.channels = policy, channels
    participants, supporters = audience_of_participants(settings.audience), audience_of_supporters(settings.audience)
    application.state.own_door = Door(settings.jwks, settings.issuer, participants)
    application.state.supporters_door = Door(settings.jwks, settings.issuer, supporters)
    return application
