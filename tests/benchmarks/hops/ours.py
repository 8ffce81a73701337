"""Family's whole service process, put together by the house itself; only nobody asks it anything over HTTP."""

import asyncio
import os
from typing import Literal

from benchmarks.hops.told import EMBEDDED, KAFKA, MONGO, OPTION, until_stopped
from common.logs import set_up
from family.app import app
from family.settings import Settings

DRIVER: Literal["motor", "pymongo"] = "pymongo" if OPTION == "pymongo" else "motor"


async def serve() -> None:
    """Run the service as its process does."""
    set_up("family")
    port = os.getpid()  # nobody listens there: instances on one machine are told apart by their ports
    application = app(Settings(kafka=KAFKA, mongo=MONGO, mongo_driver=DRIVER, embedded_broker=EMBEDDED, port=port))
    async with application.router.lifespan_context(application):
        await asyncio.Event().wait()


if __name__ == "__main__":
    until_stopped(serve())
