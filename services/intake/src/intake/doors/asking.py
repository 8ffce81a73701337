"""What the HTTP doors of intake share: the rules in force, typed bodies, made ids."""

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import Depends, Request
from pydantic import AfterValidator, StringConstraints

from common.change import Invalid, NotFound
from common.contracts.words import ParticipantId, SupporterId
from common.plain import an_id
from common.web import Acting
from intake import views
from intake.domain.episode import Rules

IDS = UUID("d0b3a1de-3c1c-5a4e-8a52-2f1f6a0a4b55")

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
"""A reason is a code, never free text: it travels."""
Words = Annotated[str, StringConstraints(max_length=2000)]
"""In somebody's own words: they may name people, and travel on `intake.contacts` alone."""
Supporter = Annotated[SupporterId, AfterValidator(an_id)]


def rules_of(request: Request) -> Rules:
    """The rules in force."""
    rules: Rules = request.app.state.rules
    return rules


InForce = Annotated[Rules, Depends(rules_of)]


async def known(request: Request, pid: ParticipantId) -> None:
    """Somebody who was referred; raises NotFound, so that a slip in an id writes nothing about nobody."""
    if not await views.knows(request.app.state.database, pid):
        raise NotFound("no-such-participant", "intake knows no participant with this id")


KNOWN = Depends(known)


def made(doing: Acting, what: str) -> str:
    """A new id, the same however often this act is tried."""
    return str(uuid5(IDS, f"{what}|{doing.id}"))


def happened(doing: Acting, at: datetime | None) -> datetime:
    """When it was true: as told, or now; raises Invalid for the future."""
    if at is not None and at > doing.now:
        raise Invalid("in-the-future", "this instant has not come yet")
    return at or doing.now
