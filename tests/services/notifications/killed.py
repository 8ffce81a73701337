"""A worker that is killed the moment a gateway accepts.

`python -m services.notifications.killed MONGO DATABASE URL`
"""

import asyncio
import os
import signal
import sys

import httpx

from common.clock import Clock
from common.desk import Desk
from common.mongo import Database
from common.outbound import Outbound, Parcel
from common.store import Store
from notifications.app import service
from notifications.doors.gateway import Gateway, settle


class Killed(Outbound):
    """Dies between the provider's acceptance and its own mark, as `kill -9` would have it."""

    async def _mark(self, parcel: Parcel, reason: str) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


async def main(mongo: str, name: str, url: str) -> None:
    """Deliver once."""
    database, clock = Database(mongo, name), Clock()
    desk = Desk(Store(service(url), database, clock, "test"), clock, lambda *_: None)
    async with httpx.AsyncClient() as http:
        await Killed(desk, Gateway(url, database, clock, http).send, settle).once()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
