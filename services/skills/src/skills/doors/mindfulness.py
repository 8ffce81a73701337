"""Who may record mindfulness practice, and who may read it: one log for both models."""

from uuid import uuid5

from fastapi import APIRouter, Depends, Request, status
from pydantic import Field

from common.contracts.dit import LeadModel, MindfulnessPractised
from common.contracts.message import Instant
from common.contracts.words import ParticipantId, Role
from common.web import Body, Doing, Receipt, allow, staff_of
from skills.doors.dit import ENTRIES
from skills.doors.http import CLINICAL, Code, Participant, Whole, happened
from skills.doors.stranger import SAYS_IF_UNHEARD
from skills.views import dit as views

router = APIRouter(prefix="/v1", tags=["mindfulness"], dependencies=[Depends(staff_of), SAYS_IF_UNHEARD])


class Mindfulness(Body):
    """One mindfulness practice, of either model."""

    practice: Code
    minutes: Whole = Field(ge=1, le=600)
    model: LeadModel
    with_others: bool = False
    practised_at: Instant | None = None


@router.post(
    "/participants/{pid}/mindfulness",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(*CLINICAL, Role.INTEGRATION)],
)
async def practise(pid: Participant, body: Mindfulness, doing: Doing) -> Receipt:
    """Record a mindfulness practice; both models share the log."""
    fields = body.model_dump(exclude={"practised_at"})
    at = happened(body.practised_at, doing.now)
    practised = MindfulnessPractised(
        at=at,
        participant_id=ParticipantId(pid),
        recorded_by=doing.staff.id,
        practice_id=str(uuid5(ENTRIES, doing.id)),
        **fields,
    )
    return await doing.do(practised, practice_id=practised.practice_id)


@router.get("/participants/{pid}/mindfulness", dependencies=[allow(*CLINICAL, Role.INTEGRATION)])
async def get_mindfulness(pid: Participant, request: Request) -> list[views.Practice]:
    """The practices of both models, the newest first."""
    return await views.practices(request.app.state.database, pid)
