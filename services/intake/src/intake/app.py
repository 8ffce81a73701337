"""Puts intake together; the only file that knows all of it."""

from zoneinfo import ZoneInfo

from fastapi import FastAPI

from common.auth import Door, audience_of_participants
from common.house import create_app
from common.service import Service
from intake import views
from intake.domain.care_team import CareTeam
from intake.domain.consents import Consents
from intake.domain.coverage import Coverage
from intake.domain.duplicates import Duplicate, Likeness
from intake.domain.episode import Episode, Rules
from intake.domain.goals import Goals
from intake.domain.narratives import Narratives
from intake.domain.referral import Referral
from intake.domain.safety_plan import SafetyPlan
from intake.doors import (
    authorisations,
    duplicates,
    http,
    kafka,
    leaves,
    moves,
    narratives,
    opinions,
    outcomes,
    plans,
    policy,
    reading,
    referrals,
    releases,
    team,
    timers,
    waiting_list,
)
from intake.doors.care_file import care_in
from intake.doors.policy_file import policy_in
from intake.settings import Settings
from intake.views import outcomes as reports
from intake.views import readers


def service(rules: Rules) -> Service:
    """The table of contents of intake, under one set of rules."""
    return Service(
        name="intake",
        hears=kafka.hears(rules),
        timers=timers.timers(rules),
        projects={**views.PROJECTS, **reports.PROJECTS},
        aggregates=(
            Referral,
            Likeness,
            Duplicate,
            Episode,
            Consents,
            CareTeam,
            Coverage,
            Goals,
            SafetyPlan,
            Narratives,
        ),
        indexes={**views.INDEXES, **reports.INDEXES, **readers.INDEXES},
    )


def rules_of(settings: Settings) -> Rules:
    """The two files of parameters and the program's zone; raises PolicyInvalid, CareRulesInvalid, with lines."""
    policy, care = policy_in(settings.policy_file), care_in(settings.care_file)
    return Rules(policy=policy, care=care, zone=ZoneInfo(settings.zone))


def app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    rules = rules_of(settings)
    at_the_door = [referrals.router, waiting_list.router, duplicates.router]
    care = [http.router, leaves.router, moves.router, releases.router, team.router, authorisations.router, plans.router]
    of_outcomes = [outcomes.router, narratives.router, reading.router]
    application = create_app(
        service(rules), settings, [*at_the_door, *care, opinions.router, policy.router, *of_outcomes]
    )
    application.state.own_door = Door(settings.jwks, settings.issuer, audience_of_participants(settings.audience))
    application.state.rules = rules
    return application
