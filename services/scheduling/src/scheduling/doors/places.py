"""Who may say what about beds, and about how long somebody stays."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, Field

from common.contracts.places import BedPlace
from common.contracts.words import BedId, LevelOfCare, ParticipantId, Role
from common.web import ABOUT_PEOPLE, Body, Doing, Receipt, allow
from scheduling.domain import bedding
from scheduling.domain.intervals import Span
from scheduling.doors.http import SCHEDULER, Id
from scheduling.handlers import on_board

router = APIRouter(prefix="/v1/levels/{level}", dependencies=[ABOUT_PEOPLE])

PLANS = allow(Role.SCHEDULER, Role.CLINICIAN)

Code = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
"""A coded reason: a word, never a sentence about somebody."""
TURNOVER_MINUTES = 60
"""ASSUMED: cleaning and making ready between two people."""


class BedBody(Body):
    """Where one bed stands."""

    bed_id: Id
    site: Id
    unit: Id
    room: Id
    bed: Id
    licensed: bool = True


class BedsBody(Body):
    """All beds of a level, and the minutes between two people in the same one."""

    beds: list[BedBody] = Field(max_length=1000)
    turnover_minutes: int = Field(default=TURNOVER_MINUTES, ge=0, le=1440)


class OutOfOrderBody(Body):
    """Since or from when a bed cannot be used (null: now), until when if that is known, and why."""

    from_at: AwareDatetime | None = None
    until_at: AwareDatetime | None = None
    reason: Code


class OtherBedBody(Body):
    """The bed somebody shall have."""

    bed_id: Id


class LeavingBody(Body):
    """When somebody is expected to leave; null: nobody knows."""

    until_at: AwareDatetime | None


@router.put("/beds", dependencies=[SCHEDULER])
async def set_up_beds(level: LevelOfCare, body: BedsBody, doing: Doing) -> Receipt:
    """Say which beds a level has."""
    beds = [BedPlace(**bed.model_dump()) for bed in body.beds]
    said = beds, body.turnover_minutes, doing.staff.id, doing.now
    return await doing.do(*on_board(level, doing.now, bedding.set_up_beds, *said))


@router.post("/beds/{bed_id}/out-of-order", dependencies=[SCHEDULER])
async def take_out_of_order(
    level: LevelOfCare, bed_id: Annotated[Id, Path()], body: OutOfOrderBody, doing: Doing
) -> Receipt:
    """A bed is for nobody for a while."""
    out = Span(body.from_at or doing.now, body.until_at)
    said = BedId(bed_id), out, body.reason, doing.staff.id, doing.now
    return await doing.do(*on_board(level, doing.now, bedding.take_out_of_order, *said))


@router.post("/beds/{bed_id}/in-order", dependencies=[SCHEDULER])
async def put_in_order(level: LevelOfCare, bed_id: Annotated[Id, Path()], doing: Doing) -> Receipt:
    """A bed can be used again."""
    said = BedId(bed_id), doing.staff.id, doing.now
    return await doing.do(*on_board(level, doing.now, bedding.put_in_order, *said))


@router.put("/stays/{participant_id}/bed", dependencies=[SCHEDULER])
async def change_beds(
    level: LevelOfCare, participant_id: Annotated[Id, Path()], body: OtherBedBody, doing: Doing
) -> Receipt:
    """Somebody who is here, or will be, has another bed."""
    said = ParticipantId(participant_id), BedId(body.bed_id), doing.staff.id, doing.now
    return await doing.do(*on_board(level, doing.now, bedding.change_beds, *said))


@router.put("/stays/{participant_id}/leaving", dependencies=[PLANS])
async def expect_leaving(
    level: LevelOfCare, participant_id: Annotated[Id, Path()], body: LeavingBody, doing: Doing
) -> Receipt:
    """Somebody is expected to leave, later or earlier than was thought."""
    said = ParticipantId(participant_id), body.until_at, doing.now
    return await doing.do(*on_board(level, doing.now, bedding.expect_leaving, *said))
