"""What this service looks after by itself, in real time: pages to who is on call, and whether risk is heard."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from common.change import Effects
from common.contracts.skills import RiskFlagRaised
from common.desk import Desk
from common.logs import log
from common.units import Act
from notifications import handlers
from notifications.domain.policy import Policy
from notifications.views import paging

PAGE_SECONDS, LOOK_SECONDS = 0.25, 5.0
"""Between two looks at what is to be paged, and at what was heard. ASSUMED."""

Look = Callable[[Desk, Policy], Awaitable[None]]


def works(policy: Policy) -> "tuple[Callable[[Desk], Coroutine[Any, Any, None]], ...]":
    """What runs for as long as the service does."""

    async def page(desk: Desk) -> None:
        await _for_ever(desk, lambda: page_due(desk, policy), PAGE_SECONDS)

    async def listen(desk: Desk) -> None:
        began = datetime.now(UTC)
        await _for_ever(desk, lambda: look(desk, policy, began), LOOK_SECONDS)

    return page, listen


async def _for_ever(desk: Desk, once: Callable[[], Awaitable[None]], seconds: float) -> None:
    while True:
        try:
            await once()
        except Exception as error:  # noqa: BLE001 - an outage here must not end the watch
            log().warning("cannot look after pages", error=type(error).__name__)
        await asyncio.sleep(seconds)


async def page_due(desk: Desk, policy: Policy) -> None:
    """Tell who is on call now, or, where nobody is, the next ones and the front desk. Rule: NO-L6."""
    database, now = desk.store.database, desk.clock.now()
    for row in await paging.to_page(database):
        staff = await paging.on_call_at(database, now)
        await _do(desk, now, (paging.paged(row["_id"], staff, now), *handlers.page(row, staff, policy, now)))


async def look(desk: Desk, policy: Policy, began: datetime) -> None:
    """Is the risk stream heard, and was somebody told of each flag? `began` is when this process did.

    Rules: NO-K1, NO-K2.
    """
    database, topic = desk.store.database, RiskFlagRaised.TOPIC
    await paging.note_hearing(database, topic, desk.lag.heard_until(topic))
    until, now = await paging.heard_until(database, topic), desk.clock.now()
    if until is not None:
        await _do(desk, now, handlers.look_at_the_stream(max(until, began), await database.now(), policy, now))
    for flag in await paging.old_flags(database, policy):
        unheard = () if flag.told else handlers.page_unheard(flag.matter, flag.who, policy, now)
        await _do(desk, now, (paging.flag_settled(flag.flag_id), *unheard))


async def _do(desk: Desk, at: datetime, effects: Effects) -> None:
    await desk.take([Act(str(uuid4()), at, tuple(effects))])
