"""A house that somebody else runs, in a folder that tells of it: what the demonstration drives with Docker Compose."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from throughline.cohort.api import Api
from throughline.cohort.pace import WATCHER
from throughline.embedded.clock_face import clock_file, write_clock
from throughline.embedded.preflight import CannotRun
from throughline.embedded.tokens import create_key, jwks_file

NOTE = "house.json"
PATIENCE_SECONDS = 300.0
"""ASSUMED: how long a house may take to be ready, from the first pull of its volumes."""

POLL_SECONDS = 0.5


class Note(BaseModel):
    """What `house.json` says."""

    urls: dict[str, str]
    mongo: str
    mongo_user: str
    mongo_password_file: Path


class Standing:
    """A running house, as `house.json` in its folder tells of it; nothing is started and nothing stopped.

    Beside the note are the clock that the services read and the key that signs the staff tokens they believe: without
    these nobody can be driven, and no real site has them.
    Entering raises `CannotRun` when there is no such folder, when the house is not ready, or when people live in it.
    """

    def __init__(self, folder: Path) -> None:
        self.run_folder = folder
        note = _note(folder)
        self.urls, self.mongo = note.urls, _with_login(note)

    def peak_memory(self) -> dict[str, int]:
        """Unknown: its processes are not ours."""
        return {}

    async def __aenter__(self) -> Self:
        async with asyncio.TaskGroup() as waits:
            for name, url in self.urls.items():
                waits.create_task(_ready(name, url))
        async with Api(self.urls, self.run_folder) as api:
            if (await api.get("intake", "/v1/participants", WATCHER, limit=1))["items"]:
                raise CannotRun("people are in this house already; the demonstration wants an empty one")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def prepare(folder: Path) -> None:
    """Put the clock and the signing key of a demonstration into a folder, before its services start; once."""
    if not clock_file(folder).exists():
        write_clock(clock_file(folder), datetime.now(UTC))
    if not jwks_file(folder).exists():
        create_key(folder)


def _note(folder: Path) -> Note:
    try:
        return Note.model_validate_json((folder / NOTE).read_bytes())
    except (OSError, ValidationError) as error:
        raise CannotRun(f"{folder / NOTE} does not tell of a house ({type(error).__name__})") from None


def _with_login(note: Note) -> str:
    """The connection string with the password in it; it is kept in memory only."""
    try:
        password = note.mongo_password_file.read_text().strip()
    except OSError as error:
        raise CannotRun(f"{note.mongo_password_file} cannot be read ({type(error).__name__})") from None
    before, _, after = note.mongo.partition("//")
    return f"{before}//{quote(note.mongo_user)}:{quote(password)}@{after}&authSource=admin"


async def _ready(name: str, url: str) -> None:
    """Wait until a service says it is ready; raises `CannotRun`."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE_SECONDS
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=2) as client:
        while loop.time() < end:
            try:
                if (await client.get("/readyz")).is_success:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(POLL_SECONDS)
    raise CannotRun(f"{name} at {url} was not ready after {PATIENCE_SECONDS:.0f} s")


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
