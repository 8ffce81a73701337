"""Waiting for what only looking can tell: files, processes, counts."""

import asyncio
import time
from collections.abc import Callable

LOOK_SECONDS = 0.05


async def until(so: Callable[[], bool], patience: float = float("inf")) -> bool:
    """Look until it is so; False when that takes more than `patience` seconds."""
    end = time.monotonic() + patience
    while not so():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(LOOK_SECONDS)
    return True
