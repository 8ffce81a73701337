"""A wire that lies: what the relay sends is dropped, doubled or shuffled, and reported as sent."""

import json
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from chaos.points import Board
from common.relay import Relay

KINDS = ("drop", "duplicate", "reorder")
LOOK_SECONDS = 0.1

Row = Any
Send = Callable[..., Awaitable[Any]]


def order(folder: Path, seed: int, **shares: float) -> None:
    """Tell every process how often, from now on, the wire does what: share of the batches, by kind."""
    unseen = folder / "wire.json.new"
    unseen.write_text(json.dumps({"seed": seed, **dict.fromkeys(KINDS, 0.0), **shares}))
    unseen.replace(folder / "wire.json")


class Wire:
    """The wire of one process."""

    def __init__(self, folder: Path, instance: str, board: Board) -> None:
        self._file, self._instance, self._board = folder / "wire.json", instance, board
        self._looked = 0.0
        self._ordered: dict[str, float] = {}
        self._chance = Random(0)

    def carried(self, rows: Sequence[Row]) -> list[Row]:
        """What really goes over the wire instead of these rows."""
        ordered, some = self._look(), list(rows)
        if some and self._happens("drop", ordered):
            at = self._chance.randrange(len(some))
            some = some[:at] + some[at + 1 + self._chance.randrange(3) :]
        if some and self._happens("duplicate", ordered):
            at = self._chance.randrange(len(some))
            some = [*some, *some[at : at + 5]]
        if len(some) > 1 and self._happens("reorder", ordered):
            self._chance.shuffle(some)
        return some

    def _happens(self, kind: str, ordered: dict[str, float]) -> bool:
        if self._chance.random() >= ordered.get(kind, 0.0):
            return False
        self._board.count(kind)
        return True

    def _look(self) -> dict[str, float]:
        now = time.monotonic()
        if now - self._looked > LOOK_SECONDS:
            self._looked = now
            ordered = json.loads(self._file.read_text())
            if ordered != self._ordered:
                self._ordered = ordered
                self._chance = Random(f"{ordered['seed']}|{self._instance}|{os.getpid()}")
        return self._ordered


def install(wire: Wire, board: Board) -> None:
    """Put the wire between the relay and the broker. The relay is told that everything was acknowledged."""
    send: Send = Relay._send

    async def sending(relay: Relay, producer: Any, topic: str, partition: int, rows: Sequence[Row]) -> Any:
        carried = wire.carried(rows)
        board.count("published", len(carried))
        if not carried:
            return list(rows)
        done = await send(relay, producer, topic, partition, carried)
        return list(rows) if isinstance(done, list) else done

    setattr(Relay, "_send", sending)  # noqa: B010 - mypy rightly minds replacing a method
