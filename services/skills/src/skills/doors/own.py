"""The participant's own door: a token of their own, which opens nothing of the staff's, nor theirs anything here."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from common.auth import Staff
from common.web import Acting, Receipt, acting, known_as
from skills.doors.http import Participant
from skills.doors.measures import CRISIS


class Kept(BaseModel):
    """What somebody is told of what they handed in: that it is here, and where help is.

    Which facts it brought, and how often the record changed, tells what clinicians do, and is not said. Rule: SK-O3.
    """

    repeated: bool
    extra: dict[str, str]


@dataclass(frozen=True, slots=True)
class OwnActing:
    """One write of the participant's own."""

    doing: Acting
    _response: Response

    def kept(self, receipt: Receipt) -> Kept:
        """The answer to it. Rules: SK-O3, SK-R17."""
        del self._response.headers["ETag"]
        return Kept(repeated=receipt.repeated, extra={**receipt.extra, **CRISIS})


async def oneself(request: Request, pid: Participant, authorization: Annotated[str | None, Header()] = None) -> Staff:
    """The participant whose page this is, and nobody else; raises NotEntitled for another one. Rule: SK-O1."""
    return await known_as(request, pid, authorization)


Oneself = Annotated[Staff, Depends(oneself)]


async def acting_oneself(
    request: Request,
    response: Response,
    me: Oneself,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    x_correlation_id: Annotated[str | None, Header(max_length=100)] = None,
) -> OwnActing:
    """One write of the participant's own; raises Problem 400 without an `Idempotency-Key`."""
    return OwnActing(await acting(request, response, me, idempotency_key, None, x_correlation_id), response)


DoingOneself = Annotated[OwnActing, Depends(acting_oneself)]
