"""Puts intake together; the only file that knows all of it."""

from zoneinfo import ZoneInfo

from fastapi import FastAPI

from common.house import create_app
from common.service import Service
from intake import views
from intake.domain.consents import Consents
from intake.domain.duplicates import Duplicate, Likeness
from intake.domain.episode import Episode, Rules
from intake.domain.referral import Referral
from intake.doors import duplicates, http, kafka, moves, policy, referrals, timers, waiting_list
from intake.doors.policy_file import policy_in
from intake.settings import Settings


def service(rules: Rules) -> Service:
    """The table of contents of intake, under one set of rules."""
    return Service(
        name="intake",
        hears=kafka.hears(rules),
        timers=timers.timers(rules),
        projects=views.PROJECTS,
        aggregates=(Referral, Episode, Consents, Likeness, Duplicate),
        indexes=views.INDEXES,
    )


def rules_of(settings: Settings) -> Rules:
    """The policy file and the program's zone; raises PolicyInvalid with readable lines."""
    return Rules(policy=policy_in(settings.policy_file), zone=ZoneInfo(settings.zone))


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    rules = rules_of(settings)
    at_the_door = [referrals.router, waiting_list.router, duplicates.router]
    doors = [*at_the_door, http.router, moves.router, policy.router]
    application = create_app(service(rules), settings, doors)
    application.state.rules = rules
    return application
