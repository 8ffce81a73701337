"""The participant's own door: a token of their own, which opens nothing of the staff's, nor theirs anything here."""

from typing import Annotated

from fastapi import Depends, Header, Request, Response

from common.auth import Door, Staff
from common.change import NotEntitled
from common.contracts.words import ParticipantId
from common.web import Acting, acting


async def oneself(
    request: Request, participant_id: ParticipantId, authorization: Annotated[str | None, Header()] = None
) -> Staff:
    """The participant whose page this is, and nobody else; raises NotEntitled for another participant."""
    door: Door = request.app.state.own_door
    known = await door.who(authorization)
    if str(known.id) != str(participant_id):
        raise NotEntitled("not-your-own", "everybody reads and writes their own")
    return Staff(known.id, frozenset())


Oneself = Annotated[Staff, Depends(oneself)]


async def acting_oneself(
    request: Request,
    response: Response,
    me: Oneself,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    if_match: Annotated[str | None, Header()] = None,
    x_correlation_id: Annotated[str | None, Header(max_length=100)] = None,
) -> Acting:
    """One write of the participant's own; raises Problem 400 without an `Idempotency-Key`."""
    return await acting(request, response, me, idempotency_key, if_match, x_correlation_id)


DoingOneself = Annotated[Acting, Depends(acting_oneself)]
