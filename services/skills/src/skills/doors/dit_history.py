"""Who may write the history of relationships and attachment of a DIT course; it is read with the course."""

from uuid import uuid5

from fastapi import APIRouter, Depends, status
from pydantic import Field

from common.change import change
from common.contracts.dit import Era
from common.web import Body, Doing, Receipt, staff_of
from skills.domain.dit_history import take_history
from skills.domain.record import SkillsRecord
from skills.doors.dit import ENTRIES, THERAPIST, Words
from skills.doors.http import Participant, Supporter
from skills.doors.stranger import SAYS_IF_UNHEARD
from skills.views import dit as views

router = APIRouter(prefix="/v1", tags=["dit"], dependencies=[Depends(staff_of), SAYS_IF_UNHEARD])


class Relationship(Body):
    """Somebody who mattered, or matters; `supporter_id` where family knows them."""

    era: Era
    person: Words
    supporter_id: Supporter | None = None
    how_it_was: Words


class History(Body):
    """Relationships, and themes of attachment: what was safe, what was missing, how closeness is borne."""

    relationships: tuple[Relationship, ...] = Field(min_length=1, max_length=50)
    attachment: Words | None = None


@router.post("/participants/{pid}/dit/history", status_code=status.HTTP_201_CREATED, dependencies=[THERAPIST])
async def write_history(pid: Participant, body: History, doing: Doing) -> Receipt:
    """Write a version of the history; the newest is the history."""
    id = str(uuid5(ENTRIES, doing.id))
    taken = change(SkillsRecord, pid, take_history, id, len(body.relationships), doing.staff.id, doing.now)
    return await doing.do(taken, views.keep_words(pid, id, body.model_dump(mode="json"), doing.now), id=id)
