"""The one owner of respawning: whatever dies comes back, after a moment."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from random import Random

from chaos.waiting import until
from throughline.embedded.house import House
from throughline.embedded.preflight import CannotRun

LONGEST_ABSENCE = 2.0
"""Seconds a dead process stays away, at most."""

Say = Callable[[str], None]


class Keeper:
    """Watches processes of a house and starts again what has died, as a supervisor would in production."""

    def __init__(self, house: House, chance: Random, say: Say) -> None:
        self._house, self._chance, self._say = house, chance, say
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._away: set[str] = set()
        self.restarts: Counter[str] = Counter()

    def watch(self, names: Iterable[str]) -> None:
        """Look after these from now on."""
        for name in names:
            self._tasks[name] = asyncio.create_task(self._keep(name))

    async def forget(self, *names: str) -> None:
        """Let go of these, or of all; afterwards nobody restarts them."""
        tasks = [self._tasks.pop(name) for name in names or tuple(self._tasks) if name in self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._away -= set(names)

    def up(self, *names: str) -> bool:
        """Whether these (or all) run and were ready since their last start."""
        wanted = set(names or self._tasks)
        return not wanted & self._away and all(self._house.alive(name) for name in wanted)

    async def until_up(self, *names: str, patience: float) -> bool:
        """Wait until these (or all) are up; False when that takes more than `patience` seconds."""
        return await until(lambda: self.up(*names), patience)

    async def _keep(self, name: str) -> None:
        while True:
            await until(lambda: not self._house.alive(name))
            self._away.add(name)
            await asyncio.sleep(self._chance.uniform(0, LONGEST_ABSENCE))
            try:
                await self._house.restart(name)
            except CannotRun:
                self._say(f"{name} died or hung while starting")
            else:
                self.restarts[name] += 1
                self._away.discard(name)
