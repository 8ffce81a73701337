"""Intake's service process; somebody grants releases at a steady pace. Given is when intake committed."""

import asyncio
import time
from datetime import UTC, datetime
from uuid import uuid4

from benchmarks import work
from benchmarks.hops.given import pace
from benchmarks.hops.told import EMBEDDED, KAFKA, MONGO, OPTION, until_stopped
from common.change import change
from common.contracts.words import ConsentSetting, ReleaseId, SupporterId
from common.desk import Desk
from common.logs import set_up
from common.units import Act
from intake.app import app
from intake.domain.consents import Consents, Wanted
from intake.settings import Settings


async def serve() -> None:
    """The service, and a steady hand at its desk."""
    set_up("intake")
    driver = "pymongo" if OPTION == "pymongo" else "motor"
    application = app(Settings(kafka=KAFKA, mongo=MONGO, mongo_driver=driver, embedded_broker=EMBEDDED))
    async with application.router.lifespan_context(application):
        desk: Desk = application.state.desk
        times: dict[str, float] = {}

        async def give(who: str) -> None:
            now = datetime.now(UTC)
            wanted = Wanted(supporter_id=SupporterId(f"s-{who}"), scopes=work.SCOPES)
            grant = (ReleaseId(f"r-{who}"), wanted, ConsentSetting.OUTPATIENT, application.state.rules, now)
            await desk.take([Act(str(uuid4()), now, (change(Consents, who, Consents.grant, *grant),))])
            times[who] = time.monotonic()

        await pace(give, times)
        await asyncio.Event().wait()


if __name__ == "__main__":
    until_stopped(serve())
