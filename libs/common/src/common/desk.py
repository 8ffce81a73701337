"""The desk: what comes in waits in a line, one for each lane, and what waits is committed together."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zlib import crc32

from common import tracing
from common.change import Ask, Change, Refused
from common.clock import Clock
from common.contracts.plumbing import ResendRange
from common.journal import Journalled
from common.lag import Lag
from common.limit import ParkingTooMuch
from common.logs import log
from common.metrics import TAKEN
from common.mongo import is_duplicate, is_outage
from common.service import command_topic_of
from common.store import Store
from common.units import Act, Answer, Delivery, Due, Outcome, Unit

BATCH = 1500
"""Units per transaction at most: the more about one aggregate, the fewer writes. Under a second of work."""
LANES = 3
"""Transactions under way at once when much waits: while one waits for the database, another is decided."""
MUCH = 300
"""Units waiting. While there are fewer, one transaction after the other takes all: many small ones would cost more
time than they save, and each waits longer for the others than for its own work. Measured: `make bench ROWS=latency`."""
DUPLICATES = 3
"""Times another writer may have been first; beyond, an id is taken for good, and that is nobody's outage."""
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
"""Seconds between tries while the database is away."""


class Promise:
    """What somebody who brought units waits for: an answer to each."""

    def __init__(self, units: int) -> None:
        self.answers: list[Answer | Refused | None] = [None] * units
        self._open = units
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._error: Exception | None = None

    def settle(self, place: int, answer: Answer | Refused | Exception | None) -> None:
        """Answer the unit at a place; an error is kept for whoever waits."""
        if isinstance(answer, Exception) and not isinstance(answer, Refused):
            self._error = answer
        else:
            self.answers[place] = answer
        self._open -= 1
        if not self._open and not self._done.done():
            self._done.set_result(None)

    async def kept(self) -> list[Answer | Refused | None]:
        """Wait for all answers; raises the error of a unit that could not be taken."""
        if self._open:
            await self._done
        if self._error:
            raise self._error
        return self.answers


@dataclass(slots=True)
class Waiting:
    """A unit in the line, and the place its answer takes in the promise to its sender."""

    unit: Unit
    promise: Promise
    place: int

    def settle(self, answer: Answer | Refused | Exception | None) -> None:
        """It is done, or cannot be."""
        self.promise.settle(self.place, answer)


@dataclass
class Line:
    """What waits in one lane, and whether some of it is being committed."""

    waiting: deque[Waiting] = field(default_factory=deque)
    busy: bool = False


def lane_of(unit: Unit) -> int:
    """The lane of a unit: all about one subject or aggregate is in the same one, in order."""
    match unit:
        case Delivery(envelope=envelope):
            about = envelope.subject
        case Due(fired=fired):
            about = fired.aggregate_id
        case Act(effects=effects):
            about = next((effect.id for effect in effects if isinstance(effect, Change)), "")
    return crc32(about.encode()) % LANES


def _taken_from(lines: Sequence[Line]) -> list[Waiting]:
    """A batch from lines that are busy until it is committed."""
    batch: list[Waiting] = []
    for line in lines:
        line.busy = True
        batch += [line.waiting.popleft() for _ in range(min(BATCH, len(line.waiting)))]
    return batch


@dataclass
class Desk:
    """The writers of one process. Its `take` returns once the units are committed."""

    store: Store
    clock: Clock
    committed: Callable[[Journalled], None]
    """Called after each commit with what it journalled; wakes the relay."""
    lag: Lag = field(default_factory=Lag)
    """How far behind the streams this process is; its listener says."""
    _lines: tuple[Line, ...] = field(default_factory=lambda: tuple(Line() for _ in range(LANES)))
    _little: bool = False
    """Whether the little that waited in all lanes is being committed."""
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _closing: bool = False

    async def take(self, units: Sequence[Unit]) -> list[Answer | Refused | None]:
        """Wait until every unit is committed; answers stand in the units' order, None for messages and timers.

        Raises ParkingTooMuch for messages that must not be parked any more.
        """
        promise = Promise(len(units))
        for place, unit in enumerate(units):
            self._lines[lane_of(unit)].waiting.append(Waiting(unit, promise, place))
        self._wake.set()
        return await promise.kept()

    async def run(self) -> None:
        """Commit what waits, batch after batch, until closed and empty."""
        async with asyncio.TaskGroup() as lanes:
            while not self._closing or any(line.waiting for line in self._lines):
                self._wake.clear()
                idle = [line for line in self._lines if line.waiting and not line.busy]
                if sum(len(line.waiting) for line in idle) >= MUCH:
                    for line in idle:
                        lanes.create_task(self._serve([line], _taken_from([line])))
                elif idle and not self._little:
                    self._little = True
                    lanes.create_task(self._serve(idle, _taken_from(idle), little=True))
                await self._wake.wait()

    def close(self) -> None:
        """Finish what is in the lines, then stop."""
        self._closing = True
        self._wake.set()

    async def _serve(self, lines: Sequence[Line], batch: Sequence[Waiting], *, little: bool = False) -> None:
        await self._commit(batch)
        for line in lines:
            line.busy = False
        self._little = self._little and not little
        self._wake.set()

    async def _commit(self, batch: Sequence[Waiting]) -> None:
        wait, duplicates = FIRST_WAIT, 0
        while True:
            try:
                outcome = await self.store.commit([w.unit for w in batch])
            except ParkingTooMuch as limit:
                await self._refuse_to_park(batch, limit)
                return
            except Exception as error:  # noqa: BLE001 - sorted here into "wait" and "whose fault is it"
                duplicates += is_duplicate(error)
                if not is_outage(error) or duplicates > DUPLICATES:
                    await self._find_the_guilty(batch, error)
                    return
                log().warning("database away, trying again", error=type(error).__name__, wait_seconds=wait)
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))
                if wait > FIRST_WAIT and len(batch) > 1:
                    await self._halves(batch)  # it may also be more than the database can do in time
                    return
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                self._answer(batch, outcome)
                return

    async def _refuse_to_park(self, batch: Sequence[Waiting], limit: ParkingTooMuch) -> None:
        """Let acts and timers happen; give the messages back to whoever brought them."""
        others = [w for w in batch if not isinstance(w.unit, Delivery)]
        for waiting in batch:
            if isinstance(waiting.unit, Delivery):
                waiting.settle(limit)
        if others:
            await self._commit(others)

    async def _halves(self, batch: Sequence[Waiting]) -> None:
        half = len(batch) // 2
        await self._commit(batch[:half])
        await self._commit(batch[half:])

    async def _find_the_guilty(self, batch: Sequence[Waiting], error: Exception) -> None:
        if len(batch) > 1:
            await self._halves(batch)
            return
        log().error("cannot be stored", error=type(error).__name__, unit=type(batch[0].unit).__name__)
        one = batch[0]
        if isinstance(one.unit, Delivery) and not one.unit.unstorable:
            await self._commit([replace(one, unit=Delivery(one.unit.envelope, unstorable=True))])
        else:
            one.settle(error)

    def _answer(self, batch: Sequence[Waiting], outcome: Outcome) -> None:
        for what, count in outcome.tally.items():
            TAKEN.labels(what).inc(count)
        for parked in outcome.parked:
            log().error("message parked", **parked)
        for waiting in batch:
            unit = waiting.unit
            waiting.settle(outcome.answers.get(unit.id) if isinstance(unit, Act) else None)
        if outcome.journalled:
            self.committed(outcome.journalled)
        tracing.end(outcome.spans)


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
