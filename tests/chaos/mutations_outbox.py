"""Mutations of what speaks: outbox, leases, tails, sending again, deliveries to the outside."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import httpx

import common.relay
import common.shards
import notifications.doors.gateway
from chaos.patching import replace
from common.journal import Journal
from common.outbound import Parcel
from common.publisher import Lane, Publisher
from common.relay import Relay
from common.store import Store

Call = Callable[..., Awaitable[Any]]


def send_before_commit() -> None:
    """Messages leave before the transaction that says them is committed."""
    publish, write = Relay._publish_from, Store._write
    open_door: list[Publisher] = []

    async def publishing(relay: Relay, publisher: Publisher, work: asyncio.TaskGroup) -> None:
        open_door[:] = [publisher]
        await publish(relay, publisher, work)

    async def writing(*args: Any) -> Any:
        journalled, ends = await write(*args)
        for publisher in open_door:
            rows = sorted((row for some in journalled.values() for row in some), key=lambda row: row["sequence"])
            for lane, some in (await publisher.lanes(rows)).items():
                await publisher.send(lane, some)
        return journalled, ends

    replace(Relay, "_publish_from", publishing)
    replace(Store, "_write", writing)


def mark_first() -> None:
    """Entries are taken off the outbox before the broker has what they name."""

    async def rounds(
        relay: Relay, publisher: Publisher, lanes: Mapping[Lane, Sequence[Any]], entries: Sequence[str]
    ) -> None:
        await relay._mark(entries)
        await asyncio.gather(*(relay._send(publisher, *lane, rows) for lane, rows in lanes.items()))

    replace(Relay, "_round", rounds)


def no_takeover() -> None:
    """A lease holds for ever, also when its holder is dead."""
    replace(common.shards, "ALIVE", {"$ne": ["$owner", ""]})


def no_tails() -> None:
    """Nobody says how far a stream is."""

    async def silent(*_: Any) -> None:
        await asyncio.Event().wait()

    replace(common.relay, "tell_tails", silent)


def no_resend() -> None:
    """Who asks for messages again gets nothing."""

    async def deaf(*_: Any) -> dict[str, Any]:
        return {}

    replace(Journal, "send_again", deaf)


def delivery_key_fresh() -> None:
    """Each further try of a delivery goes by another key, so that the outside takes it for a new one."""
    gateway = notifications.doors.gateway.Gateway
    send: Call = gateway.send

    async def sending(door: Any, parcel: Parcel) -> None:
        await send(dataclasses.replace(door, http=Renaming(door.http, parcel.tries)), parcel)

    replace(gateway, "send", sending)


@dataclasses.dataclass
class Renaming:
    """A client that changes the Idempotency-Key of what is tried again."""

    http: httpx.AsyncClient
    tries: int

    async def post(self, url: str, *, content: str, headers: dict[str, str]) -> httpx.Response:
        """Send it by the key of this try."""
        key = headers["Idempotency-Key"] + (f"-{self.tries}" if self.tries > 1 else "")
        return await self.http.post(url, content=content, headers={**headers, "Idempotency-Key": key})


MUTATIONS: Mapping[str, Callable[[], None]] = {
    "send-before-commit": send_before_commit,
    "mark-first": mark_first,
    "no-takeover": no_takeover,
    "no-tails": no_tails,
    "no-resend": no_resend,
    "delivery-key-fresh": delivery_key_fresh,
}
