"""The inbox of a participant or a supporter, and how they may be reached: by a token of their own. Rule: NO-O1."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from common.auth import Door, Staff, Unauthenticated
from common.change import change
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, StaffId
from common.web import Acting, Receipt, acting
from notifications.domain import agreeing, sending
from notifications.domain.correspondence import Correspondence
from notifications.domain.recipient import Recipient, key_of
from notifications.doors import live
from notifications.doors.contacts import Agreed, ByChannel, agreement
from notifications.views import notices, reach
from notifications.views.live import Place

router = APIRouter(prefix="/v1/own", tags=["one's own"])

Token = Annotated[str | None, Header()]


async def oneself(request: Request, authorization: Token = None) -> tuple[RecipientKind, str]:
    """Who a token of a participant or a supporter names; raises Unauthenticated for any other."""
    own: Door = request.app.state.own_door
    supporters: Door = request.app.state.supporters_door
    try:
        return RecipientKind.PARTICIPANT, (await own.who(authorization)).id
    except Unauthenticated:
        return RecipientKind.SUPPORTER, (await supporters.who(authorization)).id


Oneself = Annotated[tuple[RecipientKind, str], Depends(oneself)]


async def acting_oneself(
    request: Request,
    response: Response,
    me: Oneself,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    x_correlation_id: Annotated[str | None, Header(max_length=100)] = None,
) -> Acting:
    """One write of somebody's own; raises Problem 400 without an `Idempotency-Key`."""
    who = Staff(StaffId(key_of(*me)), frozenset())
    return await acting(request, response, who, idempotency_key, None, x_correlation_id)


Doing = Annotated[Acting, Depends(acting_oneself)]


@router.get("/inbox")
async def get_own_inbox(
    request: Request, me: Oneself, before: str = "", limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> dict[str, Any]:
    """What one was sent, newest first, as the releases stand now; `next` goes into `before`. Rule: NO-S5."""
    return await notices.inbox(request.app.state.database, *me, request.app.state.clock.now(), before, limit)


@router.get("/inbox/stream", response_class=EventSourceResponse)
async def follow_own_inbox(
    request: Request, me: Oneself, begin: Annotated[Place | None, Depends(live.begin_at)]
) -> AsyncIterator[ServerSentEvent]:
    """The same as it moves. Rules: NO-E1, NO-E2, NO-E3."""
    kind, id = me
    async for event in live.following(request, kind, [id], begin):
        yield event


@router.post("/participants/{participant_id}/notices/{notice_id}/acknowledge")
async def acknowledge_own(participant_id: ParticipantId, notice_id: NoticeId, me: Oneself, doing: Doing) -> Receipt:
    """Seen, by the one it is for; an item of the inbox says both ids. Rule: NO-A1."""
    return await doing.do(change(Correspondence, participant_id, sending.acknowledge_own, notice_id, me, doing.now))


@router.get("/contact")
async def get_own_contact(request: Request, me: Oneself) -> dict[str, Any]:
    """How one may be reached; no address, and nothing about anybody. Rules: NO-O1, NO-S5."""
    return reach.shown(await reach.recipient(request.app.state.database, key_of(*me)))


@router.put("/contact")
async def put_own_contact(request: Request, me: Oneself, agreed: Agreed, doing: Doing) -> Receipt:
    """One may be reached like this. Rules: NO-C1, NO-C2, NO-C5."""
    return await doing.do(*agreement(request, key_of(*me), agreed, doing))


@router.post("/contact/stop")
async def stop_own(me: Oneself, body: ByChannel, doing: Doing) -> Receipt:
    """Nothing more by this channel. Rule: NO-C3."""
    return await doing.do(change(Recipient, key_of(*me), agreeing.stop, body.channel, doing.now))


@router.post("/contact/start")
async def start_own(me: Oneself, body: ByChannel, doing: Doing) -> Receipt:
    """This channel again. Rule: NO-C3."""
    return await doing.do(change(Recipient, key_of(*me), agreeing.allow_again, body.channel, doing.now))
