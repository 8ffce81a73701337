"""What an operator may ask for: try parked messages again, or give one up."""

from typing import Annotated

from pydantic import Field

from common.change import Invalid
from common.contracts import SERVICES
from common.contracts.plumbing import DiscardParked
from common.web import Acting, Body, Receipt
from operations.handlers.dead_letters import ask_to_discard, ask_to_replay

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,63}$")]
"""A coded reason, for example `superseded`: it travels and is shown, so it is no place for a sentence."""

Name = Annotated[str, Field(min_length=1, max_length=200)]


class Replay(Body):
    """Whose parked messages (`service` parked them) of which stream and subject."""

    service: Name
    source: Name
    topic: Name
    about: Name


class Discard(Replay):
    """Which parked message to give up, and why."""

    message_id: Name
    reason: Code


async def replay(doing: Acting, wanted: Replay) -> Receipt:
    """Ask for a replay; raises Invalid for a service the house does not have. Rule: OP-7."""
    service = _known(wanted.service)
    asked = ask_to_replay(service, wanted.source, wanted.topic, wanted.about, doing.staff.id, doing.now)
    return await doing.do(*asked)


async def discard(doing: Acting, wanted: Discard) -> Receipt:
    """Ask for a discard; raises Invalid for a service the house does not have. Rule: OP-7."""
    order = DiscardParked(
        at=doing.now,
        about=wanted.about,
        source=wanted.source,
        topic=wanted.topic,
        message_id=wanted.message_id,
        by=doing.staff.id,
        reason=wanted.reason,
    )
    return await doing.do(*ask_to_discard(_known(wanted.service), order))


def _known(service: str) -> str:
    if service not in SERVICES:
        raise Invalid("no-such-service", f"the services are: {', '.join(SERVICES)}")
    return service
