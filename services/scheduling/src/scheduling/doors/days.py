"""Who may say how many day places there are, and who comes on which days."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from common.change import change
from common.contracts.places import DayPlaces
from common.contracts.words import LevelOfCare, ParticipantId
from common.fold import collection_of
from common.plain import AskedDay
from common.web import ABOUT_PEOPLE, Body, Doing, Receipt
from scheduling.domain.days import DayPlan
from scheduling.doors.http import SCHEDULER, Id, Reading

router = APIRouter(prefix="/v1/levels/{level}/days", dependencies=[ABOUT_PEOPLE])

Places = Annotated[int, Field(ge=0, le=1000)]
Weekday = Annotated[int, Field(ge=0, le=6)]


class DayBody(Body):
    """A date that is different."""

    on: date
    places: Places


class DaysBody(Body):
    """Day places on each weekday, Monday first, and on the dates that are different."""

    weekdays: list[Places] = Field(min_length=7, max_length=7)
    exceptions: list[DayBody] = Field(default=[], max_length=400)


class ComingBody(Body):
    """On which weekdays (Monday 0) somebody comes, from a date on; none: no more from then on."""

    weekdays: list[Weekday] = Field(max_length=7)
    from_on: date
    until_on: date | None = None


class Day(BaseModel):
    """One date: how many places, and who comes. `free` is below zero where places were taken away later."""

    on: date
    places: int
    free: int
    participants: list[ParticipantId]


@router.put("", dependencies=[SCHEDULER])
async def set_up_days(level: LevelOfCare, body: DaysBody, doing: Doing) -> Receipt:
    """Say how many day places a level has."""
    exceptions = [DayPlaces(on=one.on, places=one.places) for one in body.exceptions]
    return await doing.do(change(DayPlan, level, DayPlan.set_up, body.weekdays, exceptions, doing.staff.id, doing.now))


@router.put("/{participant_id}", dependencies=[SCHEDULER])
async def take_days(
    level: LevelOfCare, participant_id: Annotated[Id, Path()], body: ComingBody, doing: Doing
) -> Receipt:
    """Somebody comes on these days."""
    who = ParticipantId(participant_id)
    return await doing.do(
        change(DayPlan, level, DayPlan.take, who, body.weekdays, body.from_on, body.until_on, doing.now)
    )


@router.get("")
async def get_days(
    level: LevelOfCare, database: Reading, from_on: AskedDay, days: Annotated[int, Query(ge=1, le=92)] = 14
) -> list[Day]:
    """Day after day: how many places there are, and who comes."""
    document = await database.get(collection_of(DayPlan), level)
    plan = DayPlan.model_validate(document["state"]) if document else DayPlan(id=level)
    dates = [from_on + timedelta(days=n) for n in range(days)]
    return [
        Day(on=day, places=plan.places(day), free=plan.places(day) - len(there), participants=there)
        for day in dates
        for there in [plan.there(day)]
    ]
