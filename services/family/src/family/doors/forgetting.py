"""Real time as a sender: now and then, what matters no more is forgotten."""

import asyncio

from common.desk import Desk
from common.logs import log
from family.views.after import forget_sessions

EVERY_SECONDS = 3600.0
"""ASSUMED: rows are kept for more than a year; an hour more is nothing."""


async def forget_now_and_then(desk: Desk) -> None:
    """Forget who was at which session once no tie may rest on it, for ever; twice does no harm. Rule: FA-A11."""
    while True:
        try:
            await forget_sessions(desk.store.database, desk.clock.now())
        except Exception as error:  # noqa: BLE001 - an outage here must not end it
            log().warning("cannot forget what is old", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)
