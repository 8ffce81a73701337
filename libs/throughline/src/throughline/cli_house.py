"""What the command line does with a house: keep one up, or ask the one that runs."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from common.auth import audience_of_participants, audience_of_supporters
from common.contracts import SERVICES
from common.contracts.words import Role
from throughline.cohort.api import Api, Json, Staff
from throughline.cohort.pace import streams_of
from throughline.cohort.story import sentence
from throughline.embedded import runs, tokens
from throughline.embedded.brokers import Broker
from throughline.embedded.house import House
from throughline.embedded.preflight import CannotRun

OPERATOR = Staff("operator-1", (Role.OPERATOR,))
WATCH_SECONDS = 1.0


async def stay_up(root: Path, broker: Broker, console: Console) -> None:
    """A house on real time until it is cancelled; a process that dies is started again."""
    async with House(root, broker=broker) as house:
        for name, url in house.urls.items():
            console.print(f"{name:<14}{url}")
        console.print(f"{'mongod':<14}{house.mongo}\n{'broker':<14}{house.kafka}")
        console.print(f"The console for operators: {house.urls['operations']} with: throughline token --role operator")
        console.print("Ctrl-C stops everything.")
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for name, pid in house.pids.items():
                if not _lives(pid):
                    console.print(f"{datetime.now():%H:%M:%S} {name} has died; starting it again")  # noqa: DTZ005
                    await house.restart(name)


def _lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def running_house(root: Path) -> Json:
    """What the newest running house noted of itself; raises CannotRun where none runs."""
    for folder in runs.running(root):
        note = folder / "house.json"
        if note.exists():
            house: Json = json.loads(note.read_text())
            return house
    raise CannotRun("no house is running here; start one with: throughline up")


def token(root: Path, subject: str, roles: Sequence[Role]) -> str:
    """A token of the running house."""
    return tokens.mint(Path(running_house(root)["run_folder"]), subject, roles)


def own_token(root: Path, participant: str) -> str:
    """A participant's own token of the running house; it opens no door of the staff's."""
    folder = Path(running_house(root)["run_folder"])
    return tokens.mint(folder, participant, (), audience=audience_of_participants(tokens.AUDIENCE))


def supporter_token(root: Path, supporter: str) -> str:
    """A supporter's own token of the running house; what it opens is decided by the releases at each request."""
    folder = Path(running_house(root)["run_folder"])
    return tokens.mint(folder, supporter, (), audience=audience_of_supporters(tokens.AUDIENCE))


def open_api(root: Path) -> Api:
    """The services of the running house; raises CannotRun where none runs."""
    house = running_house(root)
    return Api(house["urls"], Path(house["run_folder"]))


async def _get(root: Path, service: str, path: str, **params: Any) -> Any:
    try:
        async with open_api(root) as api:
            return await api.get(service, path, OPERATOR, **params)
    except httpx.TransportError as error:
        raise CannotRun(f"{service} does not answer ({type(error).__name__})") from None


async def status(root: Path) -> Table:
    """Said, unsent, parked, held and due, a row for each service."""
    asked = [await _get(root, service, "/v1/streams") for service in SERVICES]
    streams = streams_of(dict(zip(SERVICES, asked, strict=True)))
    table = table_of("service", "said", "unsent", "heard", "parked", "held", "timers due")
    table.title = "caught up" if not streams.waiting else f"on its way: {streams.waiting[0]}"
    for service, one in zip(SERVICES, asked, strict=True):
        said, heard = sum(one["said"].values()), sum(row["n"] for row in one["heard"])
        waits = (one["parked"], one["held"], one["timers_due"])
        table.add_row(service, *map(str, (said, one["unsent"], heard, *waits)))
    return table


async def journey(root: Path, participant: str) -> Table:
    """One participant's events, oldest first, in words where there are any."""
    found = await _get(root, "operations", f"/v1/journeys/{participant}")
    return _events(found["timeline"])


async def events(root: Path, limit: int) -> Table:
    """The newest entries of the event log."""
    newest: list[Json] = []
    after: str | None = ""
    while after is not None:
        page = await _get(root, "operations", "/v1/events", after=after, limit=500)
        newest = [*newest, *page["items"]][-limit:]
        after = page["next"]
    return _events(newest)


def _events(rows: Sequence[Json]) -> Table:
    table = table_of("when", "service", "what", "about", "in words")
    for row in rows:
        when = f"{datetime.fromisoformat(row['time']):%Y-%m-%d %H:%M}"
        service, what = row["source"].rsplit("/", 1)[-1], row["type"].split(".")[0]
        table.add_row(when, service, what, row["subject"][:12], sentence(row))
    return table


def table_of(*columns: str) -> Table:
    """A table with these columns; long ids are folded, never cut."""
    table = Table(title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
