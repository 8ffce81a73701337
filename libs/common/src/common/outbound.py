"""What leaves the house: written with the fact that causes it, sent with an idempotency key until it is settled.

At least once towards a provider that may not deduplicate; effectively once towards one that does.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from common.change import Effect, Effects, Record, Refused
from common.desk import Desk
from common.logs import log
from common.mongo import IndexModel
from common.units import Act

DELIVERIES = "deliveries"
INDEXES: Mapping[str, Sequence[IndexModel]] = {DELIVERIES: [IndexModel([("state", 1), ("next_try_at", 1)])]}

DUE, DECLINED, SENT = "due", "refused", "sent"
"""States, in the order of the alphabet, so that `$max` moves a delivery forward only, however late a mark comes."""

AT_ONCE = 20
"""Deliveries that one instance has in hand at a time. ASSUMED."""
POLL_SECONDS = 0.25
SEND_SECONDS = 5.0
"""How long a provider may take to answer. ASSUMED."""
CLAIM = timedelta(seconds=10)
"""When others may take over what an instance has in hand, real time: twice what a try takes, so it was killed."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds between tries while the provider is away; doubled each time."""
PATIENCE = timedelta(days=1)
"""How long a provider's outage is waited out, real time from the first try that failed. ASSUMED."""
AT_FIRST_SIGHT = datetime(1970, 1, 1, tzinfo=UTC)


class Declined(Exception):
    """This will never be delivered; `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Away(Exception):
    """The provider cannot take it now. `unsure` says that it may have taken it all the same."""

    def __init__(self, why: str, *, unsure: bool) -> None:
        super().__init__(why)
        self.why = why
        self.unsure = unsure


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery in hand: its idempotency key, the aggregate it is about, the text to send.

    `unsure` says that an earlier try ended without an answer, so it may have arrived already.
    """

    key: str
    about: str
    body: str
    tries: int
    unsure: bool
    expires_at: datetime | None


Provider = Callable[[Parcel], Awaitable[None]]
"""Sends; returns once the other side accepted. Raises Declined or Away; anything else counts as Away, unsure."""

Settle = Callable[[Parcel, str, datetime], Effects]
"""What the end of a delivery means: parcel, reason why it was given up ("" for accepted), domain time."""


def entrust(key: str, about: str, body: str) -> Record:
    """The write that makes a delivery of `body`, beside the fact that causes it; one per key, whatever follows."""
    fresh = {"about": about, "body": body, "state": DUE, "next_try_at": AT_FIRST_SIGHT, "tries": 0, "unheard": 0}
    return Record(DELIVERIES, key, {"$setOnInsert": fresh})


async def deliver(desk: Desk, provider: Provider, settle: Settle) -> None:
    """Deliver what is due, for ever; several instances may. When cancelled it first finishes what it has in hand."""
    worker = Outbound(desk, provider, settle)
    while True:
        in_hand = asyncio.create_task(worker.once())
        try:
            found = await asyncio.shield(in_hand)
        except asyncio.CancelledError:
            await asyncio.wait([in_hand])
            raise
        except Exception as error:  # noqa: BLE001 - an outage here must not end the worker
            log().warning("cannot look for deliveries", error=type(error).__name__)
            await asyncio.sleep(FIRST_WAIT)
        else:
            await asyncio.sleep(0 if found else POLL_SECONDS)


@dataclass(frozen=True)
class Outbound:
    """Claims, sends, and marks. Claims run out in real time, so those of a killed instance are taken over."""

    desk: Desk
    provider: Provider
    settle: Settle

    async def once(self) -> int:
        """Try everything that is due, a few at a time; returns how many there were. Raises what the database raises."""
        claim = uuid4().hex
        parcels = await self._claim(claim)
        tries = [self._try(parcel, claim) for parcel in parcels]
        for error in await asyncio.gather(*tries, return_exceptions=True):
            if isinstance(error, BaseException):
                log().error("delivery not marked", error=type(error).__name__)
        return len(parcels)

    async def _claim(self, claim: str) -> list[Parcel]:
        now, database = datetime.now(UTC), self.desk.store.database
        due: dict[str, Any] = {"state": DUE, "next_try_at": {"$lte": now}}
        found = await database.find(DELIVERIES, due, sort=[("next_try_at", 1)], limit=AT_ONCE, fields={"_id": 1})
        if not found:
            return []
        ids = [doc["_id"] for doc in found]
        ours = {"$set": {"claim": claim, "next_try_at": now + CLAIM}, "$inc": {"tries": 1, "unheard": 1}}
        await database.update(DELIVERIES, {"_id": {"$in": ids}, **due}, ours)
        taken = await database.find(DELIVERIES, {"_id": {"$in": ids}, "claim": claim})
        return [_parcel(doc) for doc in taken]

    async def _try(self, parcel: Parcel, claim: str) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._send(parcel)
        except Declined as no:
            await self._mark(parcel, no.reason)
        except Exception as error:  # noqa: BLE001 - whatever keeps the provider from answering is waited out
            await self._put_off(parcel, claim, error)
        else:
            await self._mark(parcel, "")

    async def _send(self, parcel: Parcel) -> None:
        """To the provider; returns after it accepted."""
        await self.provider(parcel)

    async def _mark(self, parcel: Parcel, reason: str) -> None:
        """Commit what became of it: the delivery and the fact, once, whoever else marks it too.

        A fact that cannot be said is a bug; the delivery ends all the same, or it would be sent for ever.
        """
        now = self.desk.clock.now()
        settled = {"$max": {"state": DECLINED if reason else SENT}, "$set": {"settled_at": datetime.now(UTC)}}
        record = Record(DELIVERIES, parcel.key, settled)
        try:
            await self._commit(now, (record, *self.settle(parcel, reason, now)))
        except Exception as bug:  # noqa: BLE001 - outages are waited out at the desk, so this is the fact's own fault
            log().error("delivery settled without its fact", delivery=parcel.key, error=type(bug).__name__)
            await self._commit(now, (record,))

    async def _commit(self, now: datetime, effects: Sequence[Effect]) -> None:
        (answer,) = await self.desk.take([Act(str(uuid4()), now, effects)])
        if isinstance(answer, Refused):
            raise answer

    async def _put_off(self, parcel: Parcel, claim: str, error: Exception) -> None:
        now, unsure = datetime.now(UTC), not isinstance(error, Away) or error.unsure
        why = error.why if isinstance(error, Away) else type(error).__name__
        log().warning("delivery put off", delivery=parcel.key, error=why, tries=parcel.tries)
        if parcel.expires_at and now >= parcel.expires_at:
            await self._mark(replace(parcel, unsure=parcel.unsure or unsure), "provider-away")
            return
        again: dict[str, Any] = {
            "$set": {"next_try_at": now + pause(parcel.tries)},
            "$min": {"expires_at": now + PATIENCE},
            "$inc": {"unheard": 0 if unsure else -1},
        }
        await self.desk.store.database.update(DELIVERIES, {"_id": parcel.key, "claim": claim}, again)


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries; chance keeps those that failed together from coming back together."""
    doubled = FIRST_WAIT * 2.0 ** min(tries - 1, 10)
    return timedelta(seconds=min(doubled, LONGEST_WAIT) * random.uniform(0.5, 1.0))


def _parcel(doc: Mapping[str, Any]) -> Parcel:
    return Parcel(
        key=doc["_id"],
        about=doc["about"],
        body=doc["body"],
        tries=doc["tries"],
        unsure=doc["unheard"] > 1,
        expires_at=doc.get("expires_at"),
    )
