"""Puts the points into the plumbing of a process by wrapping its methods; production code knows nothing of it."""

import importlib.util
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from chaos.points import Board
from common.batch import Batch
from common.desk import Desk
from common.listen import Listener
from common.relay import Relay
from common.store import Store
from common.units import Due
from common.web import Acting

Call = Callable[..., Awaitable[Any]]


def install(board: Board) -> None:
    """Wrap everything that PLUMBING names; outbound only where a service has it."""
    around(Store, "commit", board, before="store.before-transaction", after="store.after-commit")
    around(Relay, "_send", board, before="relay.before-publish", after="relay.after-publish")
    around(Acting, "do", board, after="http.after-commit")
    around(Relay, "_mark", board, before="relay.in-mark", after="relay.after-mark")
    _store(board)
    _desk(board)
    _listener(board)
    if importlib.util.find_spec("common.outbound"):
        _outbound(board)


def around(owner: Any, name: str, board: Board, before: str = "", after: str = "") -> None:
    """Pass a point before an async method, or after it returned."""
    original: Call = getattr(owner, name)

    async def passing(*args: Any, **more: Any) -> Any:
        if before:
            await board.reach(before)
        done = await original(*args, **more)
        if after:
            await board.reach(after)
        return done

    setattr(owner, name, passing)


def _store(board: Board) -> None:
    write: Call = Store._write

    async def writing(store: Store, session: Any, recall: Any, fold: Any, batch: Batch, *more: Any) -> Any:
        written = await write(store, session, recall, fold, batch, *more)
        await board.reach("store.in-transaction")
        if batch._answers:
            await board.reach("store.in-act")
        return written

    setattr(Store, "_write", writing)  # noqa: B010


def _desk(board: Board) -> None:
    take: Call = Desk.take

    async def taking(desk: Desk, units: Sequence[Any]) -> Any:
        if units and isinstance(units[0], Due):
            await board.reach("timers.found-due")
        return await take(desk, units)

    setattr(Desk, "take", taking)  # noqa: B010


def _listener(board: Board) -> None:
    work: Call = Listener._once

    async def working(listener: Listener, records: Sequence[Any], *more: Any) -> None:
        await board.reach("listener.before-desk")
        await work(listener, records, *more)
        board.count("consumed", len(records))
        await board.reach("listener.after-transaction")

    setattr(Listener, "_once", working)  # noqa: B010


def _outbound(board: Board) -> None:
    """Whoever sends in `common.outbound`: a function or a method named `_send`."""
    import common.outbound as outbound

    owners = [outbound, *(one for one in vars(outbound).values() if isinstance(one, type))]
    for owner in owners:
        if "_send" in vars(owner):
            around(owner, "_send", board, before="outbound.before-send", after="outbound.after-accept")


def skew(seconds: float) -> None:
    """Let the wall clock of all plumbing in this process be wrong by so much; the domain clock is another one."""
    import datetime as standard

    class Wrong(standard.datetime):
        @classmethod
        def now(cls, tz: standard.tzinfo | None = None) -> "Wrong":
            right = super().now(tz)
            return right + standard.timedelta(seconds=seconds)

    for name, module in list(sys.modules.items()):
        if name.startswith("common.") and getattr(module, "datetime", None) is standard.datetime:
            setattr(module, "datetime", Wrong)  # noqa: B010
