"""Who may record skills worked through in a participant's own words over HTTP, and read them."""

from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Request, status
from pydantic import Field

from common.change import change
from common.contracts.message import Instant
from common.contracts.words import Role
from common.web import Body, Doing, Receipt, Who, allow, staff_of
from skills.domain.rehearsal import Rated, Rehearsal
from skills.domain.workbook import Workbook
from skills.doors.curriculum import Taught
from skills.doors.http import CLINICAL, Code, Id, Participant, Supporter, Whole, happened
from skills.doors.stranger import SAYS_IF_UNHEARD
from skills.doors.targets import WORD_READERS, Words
from skills.views import rehearsals as views
from skills.views.agenda import words

NAMESPACE = UUID("c1f0a1de-9c1e-5b86-9d52-64b1f6f7a0e3")
"""Namespace of the ids of rehearsals."""

router = APIRouter(prefix="/v1", tags=["rehearsals"], dependencies=[Depends(staff_of), SAYS_IF_UNHEARD])


class Rehearsed(Body):
    """Skills combined as needed, and words for their parts: for a boundary DEAR MAN, GIVE and FAST together.

    `supporter_id` is the person it is about, as family knows them; `value_ids` what it rests on.
    """

    skills: tuple[Code, ...] = Field(min_length=1, max_length=5)
    words: dict[Code, Words] = Field(min_length=1, max_length=40)
    value_ids: tuple[Id, ...] = Field((), max_length=20)
    supporter_id: Supporter | None = None
    rehearsed_at: Instant | None = None


class Went(Body):
    """How it went, each 0-5 where somebody said."""

    objective: Whole | None = None
    relationship: Whole | None = None
    self_respect: Whole | None = None


@router.post(
    "/participants/{pid}/rehearsals",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(*CLINICAL, Role.INTEGRATION)],
)
async def rehearse(pid: Participant, body: Rehearsed, doing: Doing, syllabus: Taught) -> Receipt:
    """Record skills worked through in the participant's own words, which stay here."""
    rehearsal_id = str(uuid5(NAMESPACE, doing.id))
    at = happened(body.rehearsed_at, doing.now)
    new = Rehearsal(
        skills=tuple(dict.fromkeys(body.skills)),
        parts=tuple(sorted(body.words)),
        at=at,
        value_ids=tuple(dict.fromkeys(body.value_ids)),
        supporter_id=body.supporter_id,
    )
    done = change(Workbook, pid, Workbook.rehearse, syllabus, rehearsal_id, new)
    return await doing.do(done, words(pid, rehearsal_id, body.words), rehearsal_id=rehearsal_id)


@router.post("/participants/{pid}/rehearsals/{rehearsal_id}/outcome", dependencies=[allow(*CLINICAL, Role.INTEGRATION)])
async def rate_rehearsal(pid: Participant, rehearsal_id: str, body: Went, doing: Doing) -> Receipt:
    """Say how it went; said again with other content, it replaces."""
    rated, by = Rated(**dict(body)), doing.staff.id
    return await doing.do(change(Workbook, pid, Workbook.rate_rehearsal, rehearsal_id, rated, by, doing.now))


@router.get("/participants/{pid}/rehearsals", dependencies=[allow(*CLINICAL)])
async def get_rehearsals(pid: Participant, request: Request, staff: Who) -> list[views.RehearsalView]:
    """What was worked through, the newest first; the words for whom they are."""
    return await views.rehearsals(request.app.state.database, pid, with_words=bool(staff.roles & WORD_READERS))
