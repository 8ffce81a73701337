"""Each service's user does all the service does, in its own database, and nothing in another's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from pymongo.errors import OperationFailure

from common.clock import Clock
from common.contracts import SERVICES
from common.contracts.intake import BaselineScore, EpisodeOpened
from common.contracts.words import EpisodeId, Instrument, ParticipantId, ReferralId, StaffId
from common.desk import Desk
from common.mongo import Database, Session
from common.store import Store
from common.units import Delivery
from services import one_service
from services.auth.guarded import Site
from services.one_service import NOON, delivery, said
from skills.app import rules_of, service
from skills.settings import Settings
from throughline.doctor.declared import declared_services
from throughline.doctor.users import roles_of

SKILLS = service(rules_of(Settings()))

AGAIN = 10
"""Times a right goes and comes: it may come back in the middle of a try."""


@asynccontextmanager
async def opened(site: Site, user: str, database: str = "", who: str = "") -> AsyncIterator[Database]:
    """A database, its own if not said otherwise, as a service's user sees it."""
    login = site.login(user)
    made = Database(site.uri, database or user, one_service.driver, who, (login.user, login.password))
    try:
        yield made
    finally:
        await made.close()


def admission(participant: str) -> EpisodeOpened:
    """Something skills hears."""
    return EpisodeOpened(
        at=NOON,
        participant_id=ParticipantId(participant),
        episode_id=EpisodeId(f"e-{participant}"),
        referral_id=ReferralId("r-1"),
        primary_therapist=StaffId("s-1"),
        baseline=(BaselineScore(instrument=Instrument.PHQ9, score=21, administered_at=NOON),),
    )


@pytest.mark.parametrize("name", SERVICES)
async def test_a_services_user_does_what_the_plumbing_does(site: Site, name: str) -> None:
    """Collections, indexes, transactions, the database's clock and ending one's predecessor need readWrite alone."""
    async with opened(site, name, who=f"{name}@here") as database:
        await database.end_predecessor()
        await Store(declared_services()[name], database, Clock(), "test").prepare()
        await database.update("leases", {"_id": "x"}, [{"$set": {"until": "$$NOW"}}], upsert=True)  # type: ignore[arg-type]

        async def work(session: Session) -> int:
            return await database.delete("leases", {"_id": "x"}, session=session)

        assert await database.transaction(work) == 1


async def test_a_service_hears_and_speaks_as_its_user(site: Site) -> None:
    """State, journal and inbox commit together, and said twice it happened once."""
    async with opened(site, "skills") as database:
        store = Store(SKILLS, database, Clock(), "test")
        await store.prepare()
        participant = uuid4().hex
        await store.commit([delivery(admission(participant), 1)])
        once = await said(store, participant)
        await store.commit([delivery(admission(participant), 1)])
        assert once and await said(store, participant) == once


@pytest.mark.parametrize("other", [name for name in SERVICES if name != "intake"])
async def test_no_other_database_opens(site: Site, other: str) -> None:
    """Each service owns its database, and no other process opens it."""
    async with opened(site, "intake", other) as database:
        for attempt in (
            database.find("journal", {}, limit=1),
            database.insert("journal", [{"_id": "x"}]),
            database.update("journal", {}, {"$set": {"x": 1}}),
            database.delete("journal", {}),
            database.prepare({"stray": []}),
            database.aggregate("journal", [{"$match": {}}]),
        ):
            with pytest.raises(OperationFailure, match="not authorized"):
                await attempt


async def test_what_others_have_and_do_is_not_seen(site: Site) -> None:
    """Neither the names of other databases, nor other users, nor what others ask just now."""
    async with site.login("intake").whole() as client:
        assert set(await client.list_database_names()) <= {"intake"}
        for command in ({"usersInfo": 1}, {"currentOp": 1, "$all": True}, {"getLog": "global"}):
            with pytest.raises(OperationFailure, match="not authorized"):
                await client.admin.command(command)


async def test_through_another_collections_door_nothing_is_seen_either(site: Site) -> None:
    """A join or a copy into another's database is refused as well."""
    async with opened(site, "intake") as database:
        with pytest.raises(OperationFailure, match="not authorized"):
            await database.aggregate("journal", [{"$out": {"db": "skills", "coll": "stray"}}])


async def test_a_successor_frees_what_its_killed_predecessor_locked(site: Site) -> None:
    """It may end the sessions of its own user, and only those with its own name."""
    who = f"family@{uuid4().hex[:8]}"
    async with opened(site, "family", who=who) as dead, opened(site, "family", who="other") as other:
        await dead.insert("rows", [{"_id": f"{who}-a"}, {"_id": f"{who}-b"}])
        left = [asyncio.create_task(leave_open(dead, f"{who}-a")), asyncio.create_task(leave_open(other, f"{who}-b"))]
        await asyncio.sleep(0.5)
        async with opened(site, "family", who=who) as successor:
            assert await successor.end_predecessor() == 1
            async with asyncio.timeout(2):
                await successor.update("rows", {"_id": f"{who}-a"}, {"$set": {"n": 3}})
        for task in left:
            task.cancel()
        await asyncio.wait(left)


async def leave_open(database: Database, row: str) -> None:
    """Write a row in a transaction that nobody ends."""

    async def work(session: Session) -> None:
        await database.update("rows", {"_id": row}, {"$set": {"n": 2}}, session=session)
        await asyncio.Event().wait()

    await database.transaction(work)


async def test_anothers_sessions_are_not_ended(site: Site) -> None:
    """Somebody who takes our name in another user's place ends nothing of ours."""
    who = f"skills@{uuid4().hex[:8]}"
    async with opened(site, "skills", who=who) as ours, opened(site, "family", who=who) as stranger:
        await ours.insert("rows", [{"_id": who}])
        left = asyncio.create_task(leave_open(ours, who))
        await asyncio.sleep(0.5)
        assert await stranger.end_predecessor() == 0
        left.cancel()
        await asyncio.wait([left])
        await ours.delete("rows", {})


async def test_a_right_that_is_taken_away_loses_nothing(site: Site) -> None:
    """What comes meanwhile waits in place, is parked nowhere, and happens once when the right is back."""
    async with opened(site, "skills") as database, site.admin.whole() as admin:
        store = Store(SKILLS, database, Clock(), "test")
        await store.prepare()
        desk = Desk(store, Clock(), lambda _: None)
        working = asyncio.create_task(desk.run())
        before = await database.count("parked", {})
        for _ in range(AGAIN):
            participant = uuid4().hex
            await admin.admin.command("updateUser", "skills", roles=[])
            taking = asyncio.create_task(take_until_taken(desk, delivery(admission(participant), 1)))
            await asyncio.sleep(0.3)
            assert not taking.done()
            await admin.admin.command("updateUser", "skills", roles=roles_of("skills"))
            async with asyncio.timeout(30):
                await taking
            assert (await said(store, participant)).count("MeasureRecorded") == 1
        assert await database.count("parked", {}) == before
        desk.close()
        await working


async def take_until_taken(desk: Desk, heard: Delivery) -> None:
    """Bring a message again until it is taken, as the listener does."""
    while True:
        try:
            await desk.take([heard])
        except OperationFailure:
            await asyncio.sleep(0.01)
        else:
            return
