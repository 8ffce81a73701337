"""What a giver is told, and the notes it leaves: when each message was given, by the clock all processes share."""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

RATE = int(os.environ.get("BENCH_RATE", "500"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
NOTES = Path(os.environ.get("BENCH_NOTES", "notes.json"))


async def pace(give: Callable[[str], Awaitable[None]], times: dict[str, float]) -> None:
    """Give `RATE` messages a second, each about somebody new; `give` notes its time."""
    async with asyncio.TaskGroup() as group:
        began = time.monotonic()
        for number in range(int(RATE * SECONDS)):
            await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
            group.create_task(_give(give, str(uuid4())))
    NOTES.write_text(json.dumps(times))


async def _give(give: Callable[[str], Awaitable[None]], who: str) -> None:
    await give(who)
