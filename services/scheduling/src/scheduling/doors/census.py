"""Who may ask who is where, now, then, or as it is expected to be."""

from datetime import datetime
from time import time
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from common.contracts.words import LevelOfCare
from common.plain import AskedAt
from common.web import ABOUT_PEOPLE
from scheduling.domain.census import BedThen, LevelCensus, beds_then, counted, staleness
from scheduling.doors.http import Reading, now_of
from scheduling.views import census as views

router = APIRouter(prefix="/v1", dependencies=[ABOUT_PEOPLE])

WITH_PLACES = (
    LevelOfCare.RESIDENTIAL,
    LevelOfCare.PHP,
    LevelOfCare.IOP,
    LevelOfCare.OUTPATIENT_BOOSTER,
    LevelOfCare.ALUMNI,
)


class Census(BaseModel):
    """Levels counted at `as_of`, as known at `known_at`.

    `staleness_seconds`: how far behind what was said elsewhere this may be; None where this instance cannot tell.
    """

    as_of: datetime
    known_at: datetime
    staleness_seconds: float | None
    newest_fact_at: datetime | None
    levels: list[LevelCensus]


class BedsAt(BaseModel):
    """The beds of a level at `as_of`."""

    as_of: datetime
    known_at: datetime
    staleness_seconds: float | None
    beds: list[BedThen]


def behind_of(request: Request) -> float | None:
    """Seconds by which the slowest stream that this instance reads is behind; None while it reads none. Rule: SC-C3."""
    listener = getattr(request.app.state, "listener", None)
    lags: dict[str, float] = listener.lag.seconds(time()) if listener else {}
    return max(lags.values(), default=None)


Behind = Annotated[float | None, Depends(behind_of)]
Now = Annotated[datetime, Depends(now_of)]


@router.get("/census")
async def get_census(
    database: Reading,
    now: Now,
    behind: Behind,
    as_of: AskedAt | None = None,
    level: LevelOfCare | None = None,
    known_at: AskedAt | None = None,
) -> Census:
    """Everybody counted, by level and by unit; of what was, as it is known now, or was known at `known_at`."""
    at, known = as_of or now, min(known_at or now, now)
    wanted = [level] if level else WITH_PLACES
    boards = [await views.board(database, one, at if at < now else None, known) for one in wanted]
    return Census(
        as_of=at,
        known_at=known,
        staleness_seconds=staleness(at, now, behind),
        newest_fact_at=await views.newest_fact_at(database),
        levels=[counted(board, at, min(at, now)) for board in boards],
    )


@router.get("/levels/{level}/beds")
async def get_beds(
    level: LevelOfCare,
    database: Reading,
    now: Now,
    behind: Behind,
    as_of: AskedAt | None = None,
    known_at: AskedAt | None = None,
) -> BedsAt:
    """Every bed of a level, and whose it is; of what was, as it is known now, or was known at `known_at`."""
    at, known = as_of or now, min(known_at or now, now)
    board = await views.board(database, level, at if at < now else None, known)
    beds = beds_then(board, at, min(at, now))
    return BedsAt(as_of=at, known_at=known, staleness_seconds=staleness(at, now, behind), beds=beds)
