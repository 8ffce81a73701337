"""After the program over HTTP: contacts, ties, leaving at once and coming back."""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel, Field

from common.auth import Staff, Unauthenticated
from common.change import NotEntitled, Refused, change
from common.contracts.words import ParticipantId, Role
from common.web import Acting, Body, Doing, Receipt, acting, allow, staff_of
from family import handlers
from family.domain.alumnus import Alumnus, AskedMeanwhile
from family.domain.tie import Tie, tie_id
from family.doors.own import Oneself, oneself
from family.views import after as views

router = APIRouter(prefix="/v1")

TRIES = 5
"""ASSUMED: between two looks at what somebody leaves they asked for something new; nobody does so five times."""
FOR_THEM = frozenset({Role.FAMILY_CLINICIAN, Role.CLINICIAN, Role.INTEGRATION})
"""Who may leave for a participant, beside themselves: who heard it from them, or the portal they said it in."""
CARE_TEAM = [allow(Role.FAMILY_CLINICIAN, Role.CLINICIAN)]
Id = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"
Participant = Annotated[ParticipantId, Path(pattern=Id)]


class Wish(Body):
    """With whom somebody would like to stay in touch."""

    other: ParticipantId = Field(pattern=Id)


class Contact(Body):
    """Whether the participant was reached."""

    reached: bool


class Noted(BaseModel):
    """The only answer to a wish, whatever the other wishes."""

    noted: bool = True


async def speaking(
    request: Request, participant_id: Participant, authorization: Annotated[str | None, Header()] = None
) -> Staff:
    """The participant themselves, or staff who heard it from them; raises NotEntitled for anybody else."""
    try:
        staff = await staff_of(request, authorization)
    except Unauthenticated:
        return await oneself(request, participant_id, authorization)
    if not staff.roles & FOR_THEM:
        raise NotEntitled("role-missing", f"needs one of: {', '.join(sorted(FOR_THEM))}")
    return staff


Speaking = Annotated[Staff, Depends(speaking)]


async def acting_for(
    request: Request,
    response: Response,
    who: Speaking,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    if_match: Annotated[str | None, Header()] = None,
    x_correlation_id: Annotated[str | None, Header(max_length=100)] = None,
) -> Acting:
    """One write of the participant's, by themselves or by who heard it from them."""
    return await acting(request, response, who, idempotency_key, if_match, x_correlation_id)


async def acting_alone(
    request: Request,
    response: Response,
    me: Oneself,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    x_correlation_id: Annotated[str | None, Header(max_length=100)] = None,
) -> Acting:
    """A wish of one's own, without `If-Match`: whether a version is met would tell what the other did. Rule: FA-A7."""
    return await acting(request, response, me, idempotency_key, None, x_correlation_id)


DoingForThem = Annotated[Acting, Depends(acting_for)]
DoingAlone = Annotated[Acting, Depends(acting_alone)]


@router.post("/participants/{participant_id}/ties", status_code=202)
async def wish_tie(
    request: Request, response: Response, participant_id: Participant, body: Wish, doing: DoingAlone
) -> Noted:
    """Stay in touch with somebody from one's group; nobody learns of it until both wish it. Rules: FA-A6, FA-A7."""
    tie_id(participant_id, body.other)
    database = request.app.state.database
    if not await views.were_together(database, participant_id, body.other, doing.now):
        raise Refused("never-together", "a tie is with somebody who was at the same session of a group")
    wished = body.other in await views.others_wished(database, participant_id)
    await doing.do(*handlers.wish_tie(participant_id, body.other, wished, doing.now))
    return _noted(response)


@router.post("/participants/{participant_id}/ties/{other}/end", status_code=202)
async def end_tie(response: Response, participant_id: Participant, other: Participant, doing: DoingAlone) -> Noted:
    """Wish it no more, without a reason. Rule: FA-A8."""
    await doing.do(change(Tie, tie_id(participant_id, other), Tie.end, participant_id, doing.now))
    return _noted(response)


@router.get("/participants/{participant_id}/ties")
async def get_ties(request: Request, participant_id: Participant, _: Oneself) -> list[dict[str, Any]]:
    """What this participant wishes, and which ties stand. Rule: FA-A7."""
    return await views.ties_of(request.app.state.database, participant_id)


@router.get("/participants/{participant_id}/after")
async def get_after(request: Request, participant_id: Participant, _: Speaking) -> dict[str, Any]:
    """The time after treatment: the contacts, and whether they wanted no more of it. Rules: FA-A1, FA-A4."""
    return await views.alumnus_of(request.app.state.database, participant_id)


@router.post("/participants/{participant_id}/after/leave")
async def leave(request: Request, participant_id: Participant, doing: DoingForThem) -> Receipt:
    """Nothing more, at once and for good: no contacts, no ties, no alumni groups. Rules: FA-A4, FA-A10."""
    for _ in range(TRIES):
        seen = await views.what_they_leave(request.app.state.database, participant_id)
        with suppress(AskedMeanwhile):
            return await doing.do(*handlers.leave_for_good(participant_id, seen, doing.now))
    raise AskedMeanwhile("asked-meanwhile", "they ask for ties all the while; try again")


@router.post("/participants/{participant_id}/after/return")
async def come_back(participant_id: Participant, doing: DoingForThem) -> Receipt:
    """They want to hear of us again. Rule: FA-A4."""
    return await doing.do(change(Alumnus, participant_id, Alumnus.come_back, doing.now))


@router.post("/participants/{participant_id}/after/contacts/{step}", dependencies=CARE_TEAM)
async def note_contact(participant_id: Participant, step: str, body: Contact, doing: Doing) -> Receipt:
    """Whether they were reached. Rule: FA-A5."""
    by, now = doing.staff.id, doing.now

    def note(alumnus: Alumnus) -> Any:
        return alumnus.note_contact(step, reached=body.reached, by=by, now=now)

    return await doing.do(change(Alumnus, participant_id, note))


@router.get("/contacts-after", dependencies=CARE_TEAM)
async def get_contacts(request: Request, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[dict[str, Any]]:
    """Contacts nobody has noted the outcome of, the longest first. Rule: FA-A5."""
    return await views.waiting_contacts(request.app.state.database, limit)


def _noted(response: Response) -> Noted:
    """Nothing but thanks: a version would tell what the other did. Rule: FA-A7."""
    del response.headers["ETag"]
    return Noted()
