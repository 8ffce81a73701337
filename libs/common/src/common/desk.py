"""The desk: everything that comes in waits in one line, and all that waits is committed together."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from common.change import Ask, Refused
from common.clock import Clock
from common.contracts.plumbing import ResendRange
from common.logs import log
from common.metrics import TAKEN
from common.mongo import is_outage
from common.service import command_topic_of
from common.store import Store
from common.units import Act, Answer, Delivery, Outcome, Unit

BATCH = 300
"""Units per transaction at most; one transaction per batch costs a thirtieth of one per message."""
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
"""Seconds between tries while the database is away."""


@dataclass(slots=True)
class Waiting:
    """A unit in the line and the promise its sender waits for."""

    unit: Unit
    done: asyncio.Future[Answer | Refused | None]


@dataclass
class Desk:
    """One writer per process. Its `take` returns once the unit is committed."""

    store: Store
    clock: Clock
    committed: Callable[[], None]
    """Called after each commit that said something; wakes the relay."""
    _line: deque[Waiting] = field(default_factory=deque)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _closing: bool = False

    async def take(self, units: Sequence[Unit]) -> list[Answer | Refused | None]:
        """Wait until every unit is committed; answers stand in the units' order, None for messages and timers."""
        loop = asyncio.get_running_loop()
        waiting = [Waiting(unit, loop.create_future()) for unit in units]
        self._line.extend(waiting)
        self._wake.set()
        return list(await asyncio.gather(*(w.done for w in waiting)))

    async def run(self) -> None:
        """Commit what waits, batch after batch, until closed and empty."""
        while self._line or not self._closing:
            if not self._line:
                self._wake.clear()
                await self._wake.wait()
                continue
            batch = [self._line.popleft() for _ in range(min(BATCH, len(self._line)))]
            await self._commit(batch)

    def close(self) -> None:
        """Finish what is in the line, then stop."""
        self._closing = True
        self._wake.set()

    async def _commit(self, batch: Sequence[Waiting]) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                outcome = await self.store.commit([w.unit for w in batch])
            except Exception as error:  # noqa: BLE001 - sorted here into "wait" and "whose fault is it"
                if not is_outage(error):
                    await self._find_the_guilty(batch, error)
                    return
                log().warning("database away, trying again", error=type(error).__name__, wait_seconds=wait)
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                self._answer(batch, outcome)
                return

    async def _find_the_guilty(self, batch: Sequence[Waiting], error: Exception) -> None:
        if len(batch) > 1:
            half = len(batch) // 2
            await self._commit(batch[:half])
            await self._commit(batch[half:])
            return
        log().error("cannot be stored", error=type(error).__name__, unit=type(batch[0].unit).__name__)
        one = batch[0]
        if isinstance(one.unit, Delivery) and not one.unit.unstorable:
            await self._commit([Waiting(Delivery(one.unit.envelope, unstorable=True), one.done)])
        else:
            one.done.set_exception(error)

    def _answer(self, batch: Sequence[Waiting], outcome: Outcome) -> None:
        for what, count in outcome.tally.items():
            TAKEN.labels(what).inc(count)
        for parked in outcome.parked:
            log().error("message parked", **parked)
        for waiting in batch:
            unit = waiting.unit
            if not waiting.done.done():
                waiting.done.set_result(outcome.answers.get(unit.id) if isinstance(unit, Act) else None)
        if outcome.said:
            self.committed()


GAP_AGE = timedelta(seconds=2)
"""How long a message may be held before its predecessors are asked for again; real time."""
ASK_AGAIN = timedelta(seconds=5)


async def ask_for_the_missing(desk: Desk) -> None:
    """Look for gaps that last and ask the owner of the journal to send the missing range again, for ever."""
    asked: dict[str, datetime] = {}
    while True:
        await asyncio.sleep(1.0)
        try:
            for gap in await _gaps(desk):
                now = datetime.now(UTC)
                if now - asked.get(gap["_id"], now - ASK_AGAIN) >= ASK_AGAIN and await _ask(desk, gap):
                    asked[gap["_id"]] = now
        except Exception as error:  # noqa: BLE001 - an outage here must not end the watch
            log().warning("cannot look for gaps", error=type(error).__name__)


async def _gaps(desk: Desk) -> list[dict[str, Any]]:
    old = datetime.now(UTC) - GAP_AGE
    return await desk.store.database.aggregate(
        "held",
        [
            {"$group": {"_id": "$position", "first": {"$min": "$sequence"}, "since": {"$min": "$held_at"}}},
            {"$match": {"since": {"$lt": old}}},
            {"$limit": 500},
        ],
    )


async def _ask(desk: Desk, gap: dict[str, Any]) -> bool:
    position = await desk.store.database.get("positions", gap["_id"])
    source, topic, subject = gap["_id"].split("|", 2)
    to = command_topic_of(source)
    last = position["last"] if position else 0
    if to is None or gap["first"] <= last + 1:
        return False
    now = desk.clock.now()
    missing = ResendRange(at=now, about=subject, topic=topic, first=last + 1, last=gap["first"] - 1)
    log().warning("messages missing, asked again", stream=topic, first=missing.first, last=missing.last)
    await desk.take([Act(str(uuid4()), now, (Ask(missing, to),))])
    return True
