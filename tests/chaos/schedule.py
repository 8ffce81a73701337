"""Which fault comes when: by a seed, every kind in turn, never two that lay hands on the same thing."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from chaos.faults import Fault
from chaos.points import Orders
from chaos.stage import DidNotHappen, Stage
from chaos.waiting import until

PAUSE = (0.8, 1.3)
"""Seconds between the beginnings of two faults."""
MUST = ("poison", "empty broker", "kill broker", "kill mongod", "freeze service", "second instance")
"""What every run must see beside deaths at the points and lies of the wire."""
AT_ONCE = 4
"""Faults under way at the same time, at most."""
OVERTIME_SECONDS = 120.0
"""For what must be seen and was not in time; a slow machine needs some of it, others none."""
PROGRESS_COMMITS, PROGRESS_SECONDS = 4, 2.5
"""Between faults the house must get on with its work: so many commits, unless it takes longer than so long."""

Say = Callable[[str], None]


@dataclass
class Schedule:
    """Draws faults from a shuffled bag; deaths that must be seen once are ordered until they were."""

    stage: Stage
    faults: Sequence[Fault]
    chance: Random
    say: Say
    slow: float = 1.0
    """How many times longer the pauses are, so that the cohort gets further between faults."""
    done: Counter[str] = field(default_factory=Counter)
    drawn: Counter[str] = field(default_factory=Counter)
    _turn: int = 0
    _bag: list[Fault] = field(default_factory=list)
    _busy: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)

    async def run(self, over: Callable[[], bool]) -> None:
        """Let things go wrong until it is over, and everything under way has healed.

        What must be seen and was not yet gets some seconds more.
        """
        try:
            await self._while(lambda: not over(), self._next)
            until = time.monotonic() + OVERTIME_SECONDS
            await self._while(lambda: bool(self._missing()) and time.monotonic() < until, self._next_missing)
            await asyncio.gather(*self._busy.values())
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _while(self, going: Callable[[], bool], draw: Callable[[], Fault | None]) -> None:
        while going():
            await asyncio.sleep(self.chance.uniform(*PAUSE) * self.slow)
            await self._progress()
            self._busy = {group: task for group, task in self._busy.items() if not task.done()}
            if len(self._busy) < AT_ONCE and going() and (fault := draw()):
                self._busy[fault.group] = asyncio.create_task(self._happen(fault))

    def _next(self) -> Fault | None:
        """Two of three are what must be seen and was not yet; the third comes from the bag."""
        self._turn += 1
        if self._turn % 3 and (fault := self._next_missing()):
            return fault
        if not self._bag:
            once = not self.drawn
            self._bag = [fault for fault in self.faults for _ in range(1 if once else fault.weight)]
            self.chance.shuffle(self._bag)
            self._bag.sort(key=lambda fault: self.drawn[fault.kind], reverse=True)
        for at in reversed(range(len(self._bag))):
            if self._bag[at].group not in self._busy:
                return self._bag.pop(at)
        return None

    def _next_missing(self) -> Fault | None:
        missing = [fault for fault in self._missing() if fault.group not in self._busy]
        return self.chance.choice(missing) if missing else None

    def _missing(self) -> list[Fault]:
        """What every run must have seen, and this one has not yet."""
        return [fault for fault in self.faults if unseen(fault, self.stage.orders, self.done)]

    async def _happen(self, fault: Fault) -> None:
        began = time.monotonic()
        self.drawn[fault.kind] += 1
        try:
            what = await fault.happen(self.stage)
        except DidNotHappen as reason:
            what = f"did not happen, {reason}"
        except Exception as error:
            what = f"went wrong itself, {type(error).__name__}: {error}"
        else:
            self.done[fault.kind] += 1
        self.say(f"{fault.kind}: {what} ({time.monotonic() - began:.1f} s)")

    async def _progress(self) -> None:
        before = self._commits()
        await until(lambda: self._commits() >= before + PROGRESS_COMMITS, PROGRESS_SECONDS)

    def _commits(self) -> int:
        return self.stage.orders.counted()["store.after-commit"]


def unseen(fault: Fault, orders: Orders, done: Counter[str]) -> bool:
    """Whether this must be seen in every run and was not: a death at a point, a lie of the wire, or one of `MUST`."""
    if fault.kind == f"kill at {fault.group}":
        return not orders.fired()[fault.group, "kill"]
    if fault.group == "wire":
        return not orders.counted()[fault.kind.removeprefix("wire-")]
    return fault.kind in MUST and not done[fault.kind]
