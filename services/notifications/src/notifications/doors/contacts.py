"""How recipients say how they may be reached, and how they stop it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field

from common.change import Effect, Invalid, NotEntitled, change
from common.contracts.words import RecipientKind, Role
from common.web import ABOUT_PEOPLE, Acting, Body, Doing, Receipt, allow
from notifications.domain import agreeing
from notifications.domain.contact import Channel, Contact, meant_by
from notifications.domain.policy import Zone
from notifications.domain.recipient import Recipient, key_of
from notifications.views import reach
from notifications.views.texts import outside

router = APIRouter(prefix="/v1")

CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"
ASKS = frozenset({Role.CLINICIAN, Role.MEDICAL, Role.FAMILY_CLINICIAN, Role.SCHEDULER})
"""Who may write down what a recipient agrees to; staff do it for themselves. ASSUMED."""


class Agreed(Body):
    """What a recipient agrees to: channels best first, an address for each, language, zone, quiet hours."""

    channels: tuple[Channel, ...] = ()
    sms: str = Field("", pattern=r"^(\+[1-9]\d{6,14})?$")
    email: str = Field("", pattern=r"^([^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+)?$", max_length=254)
    webhook: str = Field("", pattern=r"^(https://\S+|http://127\.0\.0\.1(:\d+)?/\S*)?$", max_length=500)
    language: str = "en"
    zone: Zone | Literal[""] = ""
    quiet_from: Annotated[str, Field(pattern=CLOCK)] | Literal[""] = ""
    quiet_until: Annotated[str, Field(pattern=CLOCK)] | Literal[""] = ""
    may_text: bool = False
    in_app_only: bool = False

    def addresses(self) -> dict[Channel, str]:
        """Where each channel leads; raises Invalid for one that leads nowhere. Rule: NO-C1."""
        there = {Channel.SMS: self.sms, Channel.EMAIL: self.email, Channel.WEBHOOK: self.webhook}
        if any(not there[channel] for channel in self.channels):
            raise Invalid("address-missing", "each channel needs its address")
        return {channel: there[channel] for channel in self.channels}

    def contact(self) -> Contact:
        """All of it but the addresses."""
        return Contact.model_validate(self.model_dump(exclude={"sms", "email", "webhook"}))


class ByChannel(Body):
    """One channel."""

    channel: Channel


class Silenced(Body):
    """Why nothing may leave any more."""

    reason: Literal["deceased", "wrong-number", "asked"]


class Text(Body):
    """A text that came in, as the provider hands it on."""

    sender: str = Field(pattern=r"^\+[1-9]\d{6,14}$")
    words: str = Field(max_length=1600)


@router.get("/recipients/{kind}/{id}", dependencies=[ABOUT_PEOPLE])
async def get_recipient(request: Request, kind: RecipientKind, id: str) -> dict[str, Any]:
    """How a recipient may be reached, and what waits for them; no address."""
    return reach.with_what_waits(await reach.recipient(request.app.state.database, key_of(kind, id)))


@router.put("/recipients/{kind}/{id}/contact")
async def put_contact(request: Request, kind: RecipientKind, id: str, agreed: Agreed, doing: Doing) -> Receipt:
    """They may be reached like this. Rules: NO-C1, NO-C2, NO-C5."""
    own = kind is RecipientKind.STAFF and doing.staff.id == id
    if not own and not doing.staff.roles & ASKS:
        raise NotEntitled("role-missing", "a contact is written down by the care team, or by staff for themselves")
    return await doing.do(*agreement(request, key_of(kind, id), agreed, doing))


def agreement(request: Request, key: str, agreed: Agreed, doing: Acting) -> list[Effect]:
    """What changes when a recipient agrees to be reached like this; raises Invalid for a channel nobody opened."""
    if missing := set(agreed.channels) - set(request.app.state.channels):
        raise Invalid("no-such-channel", f"this house does not send by: {', '.join(sorted(missing))}")
    contact, policy = agreed.contact(), request.app.state.policy
    decided = change(Recipient, key, agreeing.agree, contact, policy, doing.staff.id, doing.now)
    return [decided, reach.addresses(key, agreed.addresses())]


@router.post("/recipients/{kind}/{id}/stop")
async def stop(kind: RecipientKind, id: str, body: ByChannel, doing: Doing) -> Receipt:
    """Nothing more by this channel. Rule: NO-C3."""
    return await doing.do(change(Recipient, key_of(kind, id), agreeing.stop, body.channel, doing.now))


@router.post("/recipients/{kind}/{id}/start")
async def start(kind: RecipientKind, id: str, body: ByChannel, doing: Doing) -> Receipt:
    """This channel again. Rule: NO-C3."""
    return await doing.do(change(Recipient, key_of(kind, id), agreeing.allow_again, body.channel, doing.now))


@router.post("/recipients/{kind}/{id}/silence")
async def silence(kind: RecipientKind, id: str, body: Silenced, doing: Doing) -> Receipt:
    """Nothing leaves for them any more. Rule: NO-C4."""
    return await doing.do(change(Recipient, key_of(kind, id), agreeing.silence, body.reason, doing.staff.id, doing.now))


@router.post("/recipients/{kind}/{id}/hear-again")
async def hear_again(kind: RecipientKind, id: str, doing: Doing) -> Receipt:
    """What they agreed to holds again. Rule: NO-C4."""
    return await doing.do(change(Recipient, key_of(kind, id), agreeing.hear_again, doing.staff.id, doing.now))


@router.post("/inbound/texts", dependencies=[allow(Role.INTEGRATION)])
async def take_text(request: Request, text: Text, doing: Doing) -> Receipt:
    """A recipient answers by text: STOP and START hold at once, for everybody at that number. Rule: NO-C3.

    `extra.reply` is what the provider may answer; nothing for what we do not understand.
    """
    meant = meant_by(text.words)
    whose = await reach.who_has(request.app.state.database, Channel.SMS, text.sender)
    decide = {"stop": agreeing.stop, "start": agreeing.allow_again}.get(meant)
    effects = [change(Recipient, key, decide, Channel.SMS, doing.now) for key in whose] if decide else []
    return await doing.do(*effects, reply=outside("help", "en") if meant == "help" else "")
