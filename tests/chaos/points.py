"""Named steps of the plumbing and what can be ordered to happen there: a process dies, freezes or dawdles."""

import asyncio
import mmap
import os
import signal
import struct
import time
from collections import Counter
from pathlib import Path

POINTS = (
    "store.before-transaction",
    "store.in-transaction",
    "store.after-commit",
    "relay.before-publish",
    "relay.after-publish",
    "relay.in-mark",
    "relay.after-mark",
    "listener.before-desk",
    "listener.after-transaction",
    "timers.found-due",
    "http.after-commit",
    "outbound.before-send",
    "outbound.after-accept",
)
"""Every window of the reliability design in which a crash could lose, double or reorder something."""

FINER = ("store.in-act",)
"""A window inside another, for a mutation that needs just this one: the transaction of what a person asked for."""

TALLIES = ("published", "consumed", "drop", "duplicate", "reorder")
"""What else a process counts: rows to and from the broker, and what the wire did to them."""

LOOK_SECONDS = 0.004
"""How old the list of armed points may be."""

_SLOTS = (*POINTS, *FINER, *TALLIES)


class Board:
    """One process's view of the points: counts each reach in shared memory, and does what was ordered.

    An order is a file `<folder>/armed/<instance>.<point>` with `kill`, `stop` or `slow <seconds>` in it.
    """

    def __init__(self, folder: Path, instance: str) -> None:
        self._folder, self._instance = folder, instance
        self._armed: frozenset[str] = frozenset()
        self._looked = 0.0
        file = folder / "counts" / f"{instance}.{os.getpid()}.{time.time_ns()}"
        file.write_bytes(bytes(8 * len(_SLOTS)))
        with file.open("r+b") as opened:
            self._counts = mmap.mmap(opened.fileno(), 0)

    def count(self, what: str, many: int = 1) -> None:
        """Count something; it survives `kill -9`."""
        at = 8 * _SLOTS.index(what)
        (before,) = struct.unpack_from("<Q", self._counts, at)
        struct.pack_into("<Q", self._counts, at, before + many)

    async def reach(self, point: str) -> None:
        """Pass a point: nothing happens unless it is armed, and then once."""
        self.count(point)
        if f"{self._instance}.{point}" in self._look():
            await self._act(point)

    def _look(self) -> frozenset[str]:
        now = time.monotonic()
        if now - self._looked > LOOK_SECONDS:
            self._looked = now
            with os.scandir(self._folder / "armed") as there:
                self._armed = frozenset(entry.name for entry in there)
        return self._armed

    async def _act(self, point: str) -> None:
        armed = self._folder / "armed" / f"{self._instance}.{point}"
        fired = self._folder / "fired" / f"{self._instance}.{point}.{time.time_ns()}"
        try:
            armed.rename(fired)
        except FileNotFoundError:
            return
        self._armed -= {armed.name}
        match fired.read_text().split():
            case ["kill"]:
                os.kill(os.getpid(), signal.SIGKILL)
            case ["stop"]:
                os.kill(os.getpid(), signal.SIGSTOP)
            case ["slow", seconds]:
                await asyncio.sleep(float(seconds))
            case order:
                raise ValueError(f"{armed.name}: no such order: {order}")


class Orders:
    """The harness's side: arms points, withdraws them, and reads what was reached and what fired."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @staticmethod
    def prepare(folder: Path) -> None:
        """Make the folder as processes expect it."""
        for name in ("armed", "fired", "counts"):
            (folder / name).mkdir(parents=True)

    def arm(self, instance: str, point: str, order: str) -> None:
        """Order something at a point of one process; a file is there whole or not at all."""
        unseen = self.folder / f"{instance}.{point}"
        unseen.write_text(order)
        unseen.rename(self.folder / "armed" / unseen.name)

    def waits(self, instance: str, point: str) -> bool:
        """Whether the order has not been carried out yet."""
        return (self.folder / "armed" / f"{instance}.{point}").exists()

    def withdraw(self, instance: str, point: str) -> bool:
        """Take an order back; False when it was carried out before."""
        try:
            (self.folder / "armed" / f"{instance}.{point}").unlink()
        except FileNotFoundError:
            return False
        return True

    def fired(self) -> Counter[tuple[str, str]]:
        """(point, action) -> how often."""
        done: Counter[tuple[str, str]] = Counter()
        for file in (self.folder / "fired").iterdir():
            point = file.name.partition(".")[2].rpartition(".")[0]
            done[point, file.read_text().split()[0]] += 1
        return done

    def counted(self, instance: str = "") -> Counter[str]:
        """Point or tally -> how often, over all processes of an instance (or of all) that ever ran."""
        total: Counter[str] = Counter()
        for file in (self.folder / "counts").glob(f"{instance}.*" if instance else "*"):
            counts = file.read_bytes()
            if len(counts) == 8 * len(_SLOTS):
                total.update(dict(zip(_SLOTS, struct.unpack(f"<{len(_SLOTS)}Q", counts), strict=True)))
        return total
