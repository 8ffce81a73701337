"""The inbox as it moves, as server-sent events for a client that stays."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from time import monotonic
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from common.contracts.words import RecipientKind
from common.mongo import DatabaseError
from common.web import ABOUT_PEOPLE
from notifications.views import live
from notifications.views.live import News, Place

router = APIRouter(prefix="/v1")

POLL_SECONDS = 0.5
STREAM_SECONDS = 900.0
"""Then the client comes again by itself, so that its token is looked at again. ASSUMED."""
COME_AGAIN_MS = 1000
"""How long a client waits before it comes again. ASSUMED."""


def begin_at(last_event_id: Annotated[str, Header(max_length=64_000)] = "") -> Place | None:
    """Where a client was when it lost us; None for one that is new. Raises Invalid."""
    return live.place_in(last_event_id) if last_event_id else None


@router.get("/inbox/stream", response_class=EventSourceResponse, dependencies=[ABOUT_PEOPLE])
async def follow_inbox(
    request: Request,
    recipient_kind: RecipientKind,
    recipient_id: Annotated[list[str], Query(min_length=1, max_length=20)],
    begin: Annotated[Place | None, Depends(begin_at)],
) -> AsyncIterator[ServerSentEvent]:
    """Every notice that comes or is seen, once, also over a reconnect. Rules: NO-E1, NO-E2, NO-E3.

    `begin` says from where on; `notice` is an item as in the inbox; `missed` asks to read the inbox anew.
    """
    async for event in following(request, recipient_kind, recipient_id, begin):
        yield event


async def following(
    request: Request, kind: RecipientKind, whose: Sequence[str], begin: Place | None
) -> AsyncIterator[ServerSentEvent]:
    """The events of these recipients' inboxes, until the client goes, the service ends or the token grows old."""
    state, until = request.app.state, monotonic() + STREAM_SECONDS
    try:
        place = begin or await live.now_at(state.database, kind, whose)
        yield ServerSentEvent(event="begin", data={}, id=str(place), retry=COME_AGAIN_MS)
        while monotonic() < until and not state.ending():
            news = await live.since(state.database, kind, whose, place, state.clock.now())
            for event in _events(news):
                yield event
            place = news.place
            await asyncio.sleep(POLL_SECONDS)
    except DatabaseError:
        return  # the client comes again with the place it has


def _events(news: News) -> list[ServerSentEvent]:
    if news.missed:
        return [ServerSentEvent(event="missed", data={}, id=str(news.place))]
    return [ServerSentEvent(event="notice", data=item, id=str(place)) for place, item in news.items]
