"""Who may tell skills what was explained and how a session was held over HTTP, and read the program's library."""

from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Path, Query, Request, status
from pydantic import Field

from common.change import change
from common.contracts.guidance import Understanding
from common.contracts.message import Instant
from common.contracts.words import ExposureSource, Role, SessionId
from common.web import Body, Doing, Receipt, allow, staff_of
from skills.domain.guidance import Guidance, SessionNote, Understood
from skills.domain.library import Library, Prompt
from skills.doors.http import CLINICAL, Code, Participant, Whole, happened
from skills.doors.stranger import SAYS_IF_UNHEARD
from skills.views import guidance as views

NAMESPACE = UUID("8b2f0d6c-3c55-5a7e-a4a4-0c6f2f6b9c31")
"""Namespace of the ids of session notes."""

router = APIRouter(prefix="/v1", tags=["guidance"], dependencies=[Depends(staff_of), SAYS_IF_UNHEARD])

Topic = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]


def library_here(request: Request) -> Library:
    """What this program explains and asks."""
    library: Library = request.app.state.program.library
    return library


Books = Annotated[Library, Depends(library_here)]


class WasExplained(Body):
    """A topic was explained, and through whom."""

    topic: Code
    explained_at: Instant | None = None
    source: ExposureSource = ExposureSource.INDIVIDUAL


class WasUnderstood(Body):
    """How far the participant could say it back."""

    understanding: Understanding
    seen_at: Instant | None = None


class Held(Body):
    """How a session was held; `session_id` as scheduling knows it, else it is known by when it was."""

    held_at: Instant | None = None
    session_id: SessionId | None = Field(None, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")
    validation: tuple[Whole, ...] = Field((), max_length=6)
    prompts: tuple[Code, ...] = Field((), max_length=50)


@router.post(
    "/participants/{pid}/psychoeducation", status_code=status.HTTP_201_CREATED, dependencies=[allow(*CLINICAL)]
)
async def explain(pid: Participant, body: WasExplained, doing: Doing, library: Books) -> Receipt:
    """Say that something was explained."""
    at, by = happened(body.explained_at, doing.now), doing.staff.id
    return await doing.do(change(Guidance, pid, Guidance.explain, library, body.topic, body.source, by, at))


@router.post("/participants/{pid}/psychoeducation/{topic}/understanding", dependencies=[allow(*CLINICAL)])
async def see_understanding(pid: Participant, topic: Topic, body: WasUnderstood, doing: Doing) -> Receipt:
    """Say how far it was understood; what was seen last stands."""
    at = happened(body.seen_at, doing.now)
    seen = Understood(at=at, understanding=body.understanding, checked_by=doing.staff.id)
    return await doing.do(change(Guidance, pid, Guidance.see_understanding, topic, seen))


@router.get("/participants/{pid}/psychoeducation", dependencies=[allow(*CLINICAL)])
async def get_psychoeducation(pid: Participant, request: Request, library: Books) -> views.PsychoeducationView:
    """What is for this participant by their conditions: open first, then what was explained."""
    return await views.psychoeducation(request.app.state.database, library, pid)


@router.post(
    "/participants/{pid}/session-notes", status_code=status.HTTP_201_CREATED, dependencies=[allow(Role.CLINICIAN)]
)
async def note_session(pid: Participant, body: Held, doing: Doing, library: Books) -> Receipt:
    """Say how a session was held: one note for a session and therapist, other content replaces."""
    at, by = happened(body.held_at, doing.now), doing.staff.id
    id = str(uuid5(NAMESPACE, f"{pid}|{by}|{body.session_id or at.isoformat()}"))
    note = SessionNote(
        held_at=at,
        noted_by=by,
        session_id=body.session_id,
        validation=tuple(sorted({*body.validation})),
        prompts=tuple(dict.fromkeys(body.prompts)),
    )
    return await doing.do(change(Guidance, pid, Guidance.note, library, id, note), id=id)


@router.get("/participants/{pid}/session-notes", dependencies=[allow(Role.CLINICIAN, Role.MEDICAL)])
async def get_notes(pid: Participant, request: Request) -> list[views.NoteView]:
    """How sessions were held, the newest first."""
    return await views.notes(request.app.state.database, pid)


@router.get("/library", dependencies=[allow(*CLINICAL)])
async def get_library(library: Books) -> Library:
    """What is explained, the questions, and the levels of validation."""
    return library


@router.get("/library/prompts", dependencies=[allow(*CLINICAL)])
async def get_prompts(library: Books, about: Annotated[str | None, Query()] = None) -> dict[str, Prompt]:
    """The questions, of one subject where it is named."""
    return {code: one for code, one in library.prompts.items() if about in (None, one.about)}
