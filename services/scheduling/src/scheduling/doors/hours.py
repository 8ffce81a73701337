"""Who may ask scheduling about hours of program per week over HTTP."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Request

from common.change import change
from common.contracts.sessions import AgeBand
from common.contracts.words import Role
from common.plain import AskedDay
from common.web import ABOUT_PEOPLE, Body, Doing, Receipt, allow
from scheduling.domain.hours import Coverage, Minimums
from scheduling.doors.groups import Code
from scheduling.doors.http import Id, Now, Reading, zone_of
from scheduling.views import hours as views

router = APIRouter(prefix="/v1", dependencies=[ABOUT_PEOPLE])

NOTES = allow(Role.UR_NURSE, Role.SCHEDULER)


def minimums_of(request: Request) -> Minimums:
    """The rows of the policy file."""
    minimums: Minimums = request.app.state.minimums
    return minimums


Zone = Annotated[ZoneInfo, Depends(zone_of)]
Needs = Annotated[Minimums, Depends(minimums_of)]


class CoverageBody(Body):
    """The payer as a code, and the participant's age band."""

    payer: Code
    age_band: AgeBand


@router.put("/participants/{participant_id}/coverage", dependencies=[NOTES])
async def note_coverage(participant_id: Annotated[Id, Path()], body: CoverageBody, doing: Doing) -> Receipt:
    """Say whose rule about hours per week holds for a participant."""
    noted = (body.payer, body.age_band, doing.staff.id, doing.now)
    return await doing.do(change(Coverage, participant_id, Coverage.note, *noted))


@router.get("/participants/{participant_id}/hours")
async def get_hours(
    participant_id: Annotated[Id, Path()],
    database: Reading,
    now: Now,
    zone: Zone,
    minimums: Needs,
    weeks: Annotated[int, Query(ge=2, le=26)] = 6,
) -> views.HoursOf:
    """Hours planned, attended and needed, of the newest weeks, this one and the next included."""
    return await views.hours_of(database, participant_id, weeks, now, zone, minimums)


@router.get("/hours")
async def get_week(
    database: Reading, now: Now, zone: Zone, minimums: Needs, day: AskedDay | None = None
) -> list[views.HoursOf]:
    """The week of a day, this one unless said otherwise, of everybody who is at a level that needs hours."""
    return await views.hours_in_week(database, day or now.astimezone(zone).date(), now, zone, minimums)
