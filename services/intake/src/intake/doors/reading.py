"""Every reading of a participant's record by staff is noted, and the participant may see by whom."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.routing import APIRoute

from common.auth import Staff
from common.change import change
from common.contracts.words import ParticipantId, Role
from common.plain import AskedAt
from common.web import Acting, Receipt, acting, allow, known_as, staff_of
from intake.domain.narratives import Narratives
from intake.views import readers as views

WHOSE = "pid"
"""How a path names the participant whose record it reads."""
HTTP_OK = 200

router = APIRouter(prefix="/v1/participants", tags=["readers"])
Limit = Annotated[int, Query(ge=1, le=500)]
Before = Annotated[AskedAt | None, Query()]


class Noted(APIRoute):
    """A page that is noted as read by whom it was answered to, before it is answered. Rule: IN-B1."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The page's own handler, and the note after it."""
        handle = super().get_route_handler()

        async def noting(request: Request) -> Response:
            response = await handle(request)
            who = request.path_params.get(WHOSE)
            if who and request.method == "GET" and response.status_code == HTTP_OK:
                state, staff = request.app.state, await staff_of(request, request.headers.get("authorization"))
                await views.note(state.database, who, staff.id, self.path_format, state.clock.now())
            return response

        return noting


async def oneself(
    request: Request, participant_id: ParticipantId, authorization: Annotated[str | None, Header()] = None
) -> Staff:
    """The participant whose page this is, by a token of their own; raises NotEntitled for anybody else."""
    return await known_as(request, participant_id, authorization)


Oneself = Annotated[Staff, Depends(oneself)]


async def acting_oneself(
    request: Request,
    response: Response,
    me: Oneself,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Acting:
    """One write of the participant's own; raises Problem 400 without an `Idempotency-Key`."""
    return await acting(request, response, me, idempotency_key)


@router.get("/{participant_id}/own/readers")
async def get_own_readers(
    request: Request, _: Oneself, participant_id: ParticipantId, before: Before = None, limit: Limit = 100
) -> list[dict[str, Any]]:
    """Who of the staff read what of one's record here, and when, newest first."""
    return await views.readers(request.app.state.database, participant_id, before, limit)


@router.get("/{participant_id}/readers", dependencies=[allow(Role.PRIVACY)])
async def get_readers(
    request: Request, participant_id: ParticipantId, before: Before = None, limit: Limit = 100
) -> list[dict[str, Any]]:
    """The same, for whoever answers for privacy."""
    return await views.readers(request.app.state.database, participant_id, before, limit)


@router.post("/{participant_id}/own/narrative-consent/revoke")
async def revoke_own(participant_id: ParticipantId, doing: Annotated[Acting, Depends(acting_oneself)]) -> Receipt:
    """The participant takes back that their story may be told."""
    return await doing.do(change(Narratives, participant_id, Narratives.revoke, None, doing.now))
