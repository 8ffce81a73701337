"""Who may ask scheduling about caseloads over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from common.change import change
from common.plain import NamedStaff
from common.web import ABOUT_PEOPLE, Body, Doing, Receipt
from scheduling.domain.caseload import Caseload
from scheduling.doors.http import SCHEDULER, Reading
from scheduling.views import caseloads as views

router = APIRouter(prefix="/v1", dependencies=[ABOUT_PEOPLE])


class LimitBody(Body):
    """How many participants at most; null: no limit."""

    at_most: int | None = Field(ge=0, le=500)


@router.put("/staff/{staff_id}/caseload", dependencies=[SCHEDULER])
async def limit_caseload(staff_id: Annotated[NamedStaff, Path()], body: LimitBody, doing: Doing) -> Receipt:
    """Say how many participants a clinician has in their care at most."""
    return await doing.do(change(Caseload, staff_id, Caseload.limit, body.at_most, doing.staff.id, doing.now))


@router.get("/caseloads")
async def get_caseloads(database: Reading) -> list[views.ShownCaseload]:
    """Every clinician, who is in their care, and how much room there is; most room first."""
    return await views.caseloads(database)
