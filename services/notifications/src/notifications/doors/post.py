"""The post office: what is to be delivered goes to the gateway, to a channel's carrier, or before the nudges."""

import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from common.change import Effects
from common.clock import Clock
from common.desk import Desk
from common.mongo import Database
from common.outbound import Away, Declined, Parcel, deliver
from notifications import handlers
from notifications.domain.contact import Channel
from notifications.domain.nudging import Offer
from notifications.domain.policy import Policy
from notifications.doors.carriers import Carrier, Words
from notifications.doors.gateway import Gateway, settle
from notifications.views import links, reach
from notifications.views.links import Link

GATEWAY = "gateway"
Opens = Callable[[httpx.AsyncClient], Mapping[Channel, Carrier]]
"""Makes the carriers of the channels this house has."""


@dataclass(frozen=True)
class Post:
    """Brings each parcel where it belongs, each time asking first whether it still may leave."""

    database: Database
    clock: Clock
    policy: Policy
    carriers: Mapping[Channel, Carrier]
    gateway: Gateway | None = None

    async def send(self, parcel: Parcel) -> None:
        """Returns once the other side accepted. Raises Declined or Away. Rules: NO-N3, NO-N9."""
        body = json.loads(parcel.body)
        match body.get("channel", GATEWAY):
            case "gateway":
                await self._by_gateway(parcel)
            case reach.OFFER:
                return
            case channel:
                await self._nudge(parcel, Channel(channel), body)

    async def _by_gateway(self, parcel: Parcel) -> None:
        if self.gateway is None:
            raise Away("no-gateway", unsure=False)
        await self.gateway.send(parcel)

    async def _nudge(self, parcel: Parcel, channel: Channel, body: Mapping[str, Any]) -> None:
        who, now = parcel.about, self.clock.now()
        if reason := await reach.why_not_nudge(self.database, who, parcel.key, now, self.policy):
            raise Declined(reason)
        if await reach.must_wait(self.database, who, parcel.key, now, self.policy):
            raise Away("quiet-hours", unsure=False)
        if not (address := await reach.address_of(self.database, who, channel)):
            raise Declined("no-address")
        if channel not in self.carriers:
            raise Away("no-carrier", unsure=False)
        text = await self._linked(parcel, body)
        await self.carriers[channel].carry(address, Words(parcel.key, body["subject"], text))

    async def _linked(self, parcel: Parcel, body: Mapping[str, Any]) -> str:
        """The text with a link that is good once, where the program has such links. Rule: NO-T1."""
        text, link = str(body["text"]), body.get("link")
        if not link or not self.policy.link_hours:
            return text
        good_until = self.clock.now() + timedelta(hours=self.policy.link_hours)
        token = await links.token_of(self.database, Link(parcel.about, parcel.key, good_until))
        return text.replace(link, f"{link}{token}", 1)

    def settle(self, parcel: Parcel, reason: str, at: datetime) -> Effects:
        """What the end of a delivery means here."""
        body = json.loads(parcel.body)
        match body.get("channel", GATEWAY):
            case "gateway":
                return settle(parcel, reason, at)
            case reach.OFFER:
                return handlers.put_before(parcel.about, Offer.model_validate(body), self.policy, at)
            case _:
                return handlers.settle_nudge(parcel.about, parcel.key, reason, parcel.unsure, self.policy, at)


def delivering(url: str, policy: Policy, opens: Opens) -> Callable[[Desk], Coroutine[Any, Any, None]]:
    """The work of delivering to the gateway at `url`, if any, and to the channels, for as long as the service runs."""

    async def work(desk: Desk) -> None:
        async with opened(desk, url, policy, opens) as post:
            await deliver(desk, post.send, post.settle)

    return work


@asynccontextmanager
async def opened(desk: Desk, url: str, policy: Policy, opens: Opens) -> AsyncIterator[Post]:
    """The post office of one desk, with its HTTP client."""
    async with httpx.AsyncClient() as http:
        database, clock = desk.store.database, desk.clock
        by_gateway = Gateway(url, database, clock, http) if url else None
        yield Post(database, clock, policy, opens(http), by_gateway)
