"""The participant's own door: a token of their own, which opens nothing of the staff's, nor theirs anything here."""

from typing import Annotated

from fastapi import Depends, Header, Request, Response

from common.auth import Staff
from common.contracts.words import ParticipantId
from common.web import Acting, acting, known_as


async def oneself(
    request: Request, participant_id: ParticipantId, authorization: Annotated[str | None, Header()] = None
) -> Staff:
    """The participant whose page this is, and nobody else; raises NotEntitled for another participant."""
    return await known_as(request, participant_id, authorization)


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
