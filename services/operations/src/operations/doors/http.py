"""Who may ask operations what over HTTP: operators, with a bearer token."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from common.clock import Clock
from common.contracts.words import Role
from common.mongo import Database
from common.web import Doing, Receipt, allow
from operations.domain.transitions import STATES, STUCK_AFTER_MINUTES
from operations.doors import acts
from operations.views import pages
from operations.views.rows import (
    DeadLetter,
    EventRow,
    Journey,
    JourneyRow,
    Page,
    ServiceRow,
    TransitionRow,
)

router = APIRouter(dependencies=[allow(Role.OPERATOR)])

After = Annotated[str, Query(max_length=400, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=500)]
A_YEAR = 525_600
"""In minutes. ASSUMED: nobody asks what has stood still for longer."""
Minutes = Annotated[int, Query(ge=0, le=A_YEAR, description="domain time")]


@router.get("/v1/events")
async def get_events(request: Request, after: After = "", limit: Limit = 100) -> Page[EventRow]:
    """The event log of the house, oldest first."""
    return await pages.events(_database(request), after, limit)


@router.get("/v1/journeys")
async def get_journeys(request: Request, after: After = "", limit: Limit = 100) -> Page[JourneyRow]:
    """Every participant's journey, by id."""
    return await pages.journeys(_database(request), after, limit)


@router.get("/v1/journeys/{participant_id}")
async def get_journey(request: Request, participant_id: str) -> Journey:
    """One participant's whole story."""
    return await pages.journey(_database(request), participant_id)


@router.get("/v1/transitions")
async def get_transitions(
    request: Request,
    stuck: bool = False,
    stuck_after_minutes: Minutes = STUCK_AFTER_MINUTES,
    state: Annotated[str, Query(pattern=f"^({'|'.join(STATES)})?$", description=f"one of: {', '.join(STATES)}")] = "",
    after: After = "",
    limit: Limit = 100,
) -> Page[TransitionRow]:
    """The transitions, by id; with `stuck` those that wait too long."""
    query: dict[str, Any] = {"state": state} if state else {}
    if stuck:
        clock: Clock = request.app.state.clock
        query = {"$and": [query, pages.stuck(clock.now(), stuck_after_minutes)]}
    return await pages.transitions(_database(request), query, after, limit)


@router.get("/v1/services")
async def get_services(request: Request) -> list[ServiceRow]:
    """Every service, as far as operations heard of it."""
    return await pages.services(_database(request), request.app.state.clock)


@router.get("/v1/dead-letters")
async def get_dead_letters(request: Request, limit: Limit = 500) -> list[DeadLetter]:
    """The open dead letters of the whole house."""
    return await pages.dead_letters(_database(request), limit)


@router.post("/v1/parked/replay")
async def replay_parked(doing: Doing, wanted: acts.Replay) -> Receipt:
    """Ask a service to try the parked messages of one subject again, in order."""
    return await acts.replay(doing, wanted)


@router.post("/v1/parked/discard")
async def discard_parked(doing: Doing, wanted: acts.Discard) -> Receipt:
    """Ask a service to give one parked message up, with a coded reason."""
    return await acts.discard(doing, wanted)


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
