"""Dead letters on the command line: list them, replay many at a steady pace, give one up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.live import Live
from rich.table import Table

from throughline.cli_house import OPERATOR, open_api, table_of
from throughline.cohort.api import Api, Json, Post
from throughline.embedded.preflight import CannotRun

LOOK_SECONDS = 0.25
OVER = ("finished", "cancelled")
REFUSED_AGAIN = "refused-again"


async def listed(root: Path) -> Table:
    """The open dead letters of the house."""
    table = table_of("listener", "source", "topic", "subject", "message", "type", "reason", "last tried")
    async with _operations(root) as api:
        for one in await _read(api, "/v1/dead-letters"):
            where = (one["listener"], one["source"], one["topic"], one["about"])
            table.add_row(*where, one["message_id"], one["type"], one["reason"], _last(one["tries"]))
    return table


async def replay(root: Path, wanted: Json, console: Console) -> bool:
    """Replay what matches and follow until the end; says whether nothing was refused again. Raises Problem."""
    async with _operations(root) as api:
        begun = await api.do(Post("operations", "/v1/parked/replays", wanted, OPERATOR))
        console.print(f"It goes on without us; to stop it: throughline dead-letters cancel {begun['id']}")
        with Live(console=console, auto_refresh=False, transient=True) as live:
            while (run := await _read(api, f"/v1/parked/replays/{begun['id']}"))["state"] not in OVER:
                live.update(_table(run), refresh=console.is_terminal)
                await asyncio.sleep(LOOK_SECONDS)
    console.print(_table(run))
    return all(place["status"] != REFUSED_AGAIN for place in run["places"])


async def cancel(root: Path, run: str) -> None:
    """Let a run ask for nothing more. Raises Problem."""
    async with _operations(root) as api:
        await api.do(Post("operations", f"/v1/parked/replays/{run}/cancel", {}, OPERATOR))


async def discard(root: Path, wanted: Json) -> None:
    """Give one message up. Raises Problem."""
    async with _operations(root) as api:
        await api.do(Post("operations", "/v1/parked/discard", wanted, OPERATOR))


@asynccontextmanager
async def _operations(root: Path) -> AsyncIterator[Api]:
    try:
        async with open_api(root) as api:
            yield api
    except httpx.TransportError as error:
        raise CannotRun(f"operations does not answer ({type(error).__name__})") from None


async def _read(api: Api, path: str) -> Any:
    return await api.get("operations", path, OPERATOR)


def _last(tries: list[Json]) -> str:
    return f"{tries[-1]['outcome']} {tries[-1]['reason']}".strip() if tries else ""


def _table(run: Json) -> Table:
    table = table_of("listener", "source", "topic", "subject", "outcome", "applied", "left", "code")
    done = sum(place["status"] not in ("waiting", "asked") for place in run["places"])
    dry = ", dry run" if run["dry_run"] else ""
    table.title = f"{run['state']}, {done} of {len(run['places'])} answered{dry}"
    for place in run["places"]:
        where = (place["listener"], place["source"], place["topic"], place["about"])
        table.add_row(*where, place["status"], str(place["applied"]), str(place["left"]), place["code"])
    return table
