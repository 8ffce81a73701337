"""Who may say over HTTP what follows from a long absence."""

from typing import Annotated

from fastapi import APIRouter, Path

from common.change import change
from common.contracts.sessions import AbsenceDecision
from common.contracts.words import Role
from common.web import ABOUT_PEOPLE, Body, Doing, Receipt, allow
from scheduling.domain.attendance import Schedule
from scheduling.doors.http import Id, Reading
from scheduling.views import absences as views

router = APIRouter(prefix="/v1")

DECIDES = allow(Role.CLINICIAN, Role.MEDICAL)


class AbsenceReviewBody(Body):
    """What follows: care goes on, a hold, or a review whether to discharge."""

    decision: AbsenceDecision


@router.get("/absence-reviews", dependencies=[ABOUT_PEOPLE])
async def get_absence_reviews(database: Reading) -> list[views.AskedReview]:
    """Every long absence that waits for a person, the longest first."""
    return await views.absence_reviews(database)


@router.post("/participants/{participant_id}/absence-review", dependencies=[DECIDES])
async def review_absence(participant_id: Annotated[Id, Path()], body: AbsenceReviewBody, doing: Doing) -> Receipt:
    """Say what follows from an absence; level, place and groups stay as they are."""
    decided = (body.decision, doing.staff.id, doing.now)
    return await doing.do(change(Schedule, participant_id, Schedule.review_absence, *decided))
