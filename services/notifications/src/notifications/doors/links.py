"""How the secure app asks whom a link in a nudge is for, once."""

from fastapi import APIRouter, Request
from pydantic import Field

from common.change import change
from common.contracts.words import Role
from common.web import Body, Doing, Receipt, allow
from notifications.domain import links as domain
from notifications.domain.recipient import Recipient
from notifications.views import links

router = APIRouter(prefix="/v1/links")


class Followed(Body):
    """What stood behind the address of the app in the link."""

    token: str = Field(min_length=1, max_length=100)


@router.post("/follow", dependencies=[allow(Role.INTEGRATION)])
async def follow(request: Request, followed: Followed, doing: Doing) -> Receipt:
    """Whose inbox to open once they have signed in (`extra`); the token is spent. Rules: NO-T2, NO-T3."""
    link = await links.link_with(request.app.state.database, followed.token)
    if link is None:
        raise domain.not_good()
    kind, _, id = link.recipient.partition(":")
    spent = change(Recipient, link.recipient, domain.follow, link.nudge_id, link.expires_at, doing.now)
    return await doing.do(spent, recipient_kind=kind, recipient_id=id)
