"""Deliveries when workers die, meet, or come late: sent again with the same key, said once."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from common import outbound
from common.change import Effects, Refused
from common.desk import Desk
from common.outbound import Outbound, Parcel, deliver
from notifications.doors.gateway import settle
from rules.notifications.story import granted, revoked, to_aunt, to_staff
from services.notifications.outside import delivery_of, facts, fresh, time_passes, worker_of
from services.one_gateway import TESTS, Outside
from services.one_house import House

FIRST, AGAIN = (202, True), (200, False)


async def be_killed(house: House, mongo_uri: str, url: str) -> int:
    """A worker in a process of its own takes what is due, and is killed once it is accepted; how it ended."""
    argv = ("-m", "services.notifications.killed", mongo_uri, house.store.database._db.name, url)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS), os.environ.get("PYTHONPATH", "")))}
    return await (await asyncio.create_subprocess_exec(sys.executable, *argv, env=env)).wait()


@asynccontextmanager
async def another_desk(house: House) -> AsyncIterator[Desk]:
    """A second instance's desk on the same database."""
    desk = Desk(house.store, house.desk.clock, lambda *_: None)
    working = asyncio.create_task(desk.run())
    yield desk
    desk.close()
    await working


async def test_killed_between_acceptance_and_mark_it_is_sent_again_and_said_once(
    open_house: House, gateway: Outside, mongo_uri: str
) -> None:
    """NO-D6: not while the dead one's claim lasts; then with the same key, so the gateway tells nobody twice."""
    notice = fresh()
    await open_house.hear(1, to_staff(notice))
    assert await be_killed(open_house, mongo_uri, gateway.url) == -signal.SIGKILL
    assert gateway.answered(notice) == [FIRST]
    assert await open_house.said() == ["NoticeSent"]

    async with worker_of(open_house, gateway.url) as worker:
        assert await worker.once() == 0
        await time_passes(open_house)
        assert [await worker.once(), await worker.once()] == [1, 0]

    assert gateway.answered(notice) == [FIRST, AGAIN]
    assert await open_house.said() == ["NoticeSent", "NoticeDelivered"]


async def test_a_claim_runs_out_by_itself(open_house: House, gateway: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO-D6: nobody has to tidy up after a worker that is gone."""
    notice = fresh()
    await open_house.hear(1, to_staff(notice))
    monkeypatch.setattr(outbound, "CLAIM", outbound.CLAIM / 50)
    async with worker_of(open_house, gateway.url) as worker:
        assert len(await worker._claim("gone")) == 1
        assert await worker.once() == 0
        await asyncio.sleep(outbound.CLAIM.total_seconds())
        assert await worker.once() == 1

    assert gateway.answered(notice) == [FIRST]


async def test_a_release_revoked_after_a_crash_leaves_it_unsure(
    open_house: House, gateway: Outside, mongo_uri: str
) -> None:
    """NO-D7: it is not sent again, and nobody claims to know that it was not told."""
    notice = fresh()
    await open_house.hear(1, granted())
    await open_house.hear(1, to_aunt(notice), source="family")
    await be_killed(open_house, mongo_uri, gateway.url)
    await open_house.hear(2, revoked())
    await time_passes(open_house)
    async with worker_of(open_house, gateway.url) as worker:
        await worker.once()

    assert gateway.answered(notice) == [FIRST]
    (given_up,) = await facts(open_house, "NoticeUndeliverable")
    assert (given_up["reason"], given_up["unsure"]) == ("release-revoked", True)


async def test_workers_at_once_send_each_notice_once(
    open_house: House, gateway: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO-D6: what one has in hand the others leave alone, each at its own pace, however slow the machine."""
    monkeypatch.setattr(outbound, "SEND_SECONDS", 60.0)
    monkeypatch.setattr(outbound, "CLAIM", timedelta(seconds=120))
    notices = [fresh() for _ in range(100)]
    for number, notice in enumerate(notices, start=1):
        await open_house.hear(number, to_staff(notice))

    async def work_off(worker: Outbound, start: float) -> None:
        await asyncio.sleep(start)
        while await worker.once():
            pass

    async with another_desk(open_house) as desk, worker_of(open_house, gateway.url) as one:
        other = Outbound(desk, one.provider, one.settle)
        await asyncio.gather(*(work_off((one, other)[n % 2], n * 0.004) for n in range(6)))

    assert [gateway.answered(notice) for notice in notices] == [[FIRST]] * len(notices)
    assert (await open_house.said()).count("NoticeDelivered") == len(notices)


async def test_what_somebody_claimed_first_is_left_alone(
    open_house: House, gateway: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO-D6: also when it was claimed between our look and our claim."""
    await open_house.hear(1, to_staff(fresh()))
    database, first = open_house.store.database, list[Parcel]()
    update = database.update
    async with worker_of(open_house, gateway.url) as worker:

        async def overtaken(*args: Any, **more: Any) -> int:
            monkeypatch.setattr(database, "update", update)
            first.extend(await worker._claim("first"))
            return await update(*args, **more)

        monkeypatch.setattr(database, "update", overtaken)
        second = await worker._claim("second")

    assert (len(first), len(second)) == (1, 0)


async def test_a_worker_that_marks_late_says_nothing_new(open_house: House, gateway: Outside) -> None:
    """NO-D6: frozen after the acceptance, overtaken by another, and back."""
    notice = fresh()
    await open_house.hear(1, to_staff(notice))
    async with worker_of(open_house, gateway.url) as frozen, worker_of(open_house, gateway.url) as other:
        (parcel,) = await frozen._claim("frozen")
        await frozen._send(parcel)
        await time_passes(open_house)
        await other.once()
        await frozen._mark(parcel, "")

    assert gateway.answered(notice) == [FIRST, AGAIN]
    assert await open_house.said() == ["NoticeSent", "NoticeDelivered"]


async def test_an_acceptance_noted_late_is_the_last_word(open_house: House, gateway: Outside) -> None:
    """NO-D7: whichever mark comes first, it ends as delivered."""
    notice = fresh()
    await open_house.hear(1, granted())
    await open_house.hear(1, to_aunt(notice), source="family")
    async with worker_of(open_house, gateway.url) as frozen, worker_of(open_house, gateway.url) as other:
        (parcel,) = await frozen._claim("frozen")
        await frozen._send(parcel)
        await open_house.hear(2, revoked())
        await time_passes(open_house)
        await other.once()
        await frozen._mark(parcel, "")
        await other._mark(parcel, "release-revoked")

    assert (await open_house.said())[-2:] == ["NoticeUndeliverable", "NoticeDelivered"]
    assert (await delivery_of(open_house, notice))["state"] == "sent"


async def test_it_works_by_itself_through_an_outage(
    open_house: House, gateway: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO-D4: as the service runs it, without anybody's help."""
    notice = fresh()
    monkeypatch.setattr(outbound, "FIRST_WAIT", 0.1)
    await open_house.hear(1, to_staff(notice))
    await gateway.be_away(0.5)
    (work,) = open_house.store.service.works
    running = asyncio.create_task(work(open_house.desk))
    for _ in range(200):
        if "NoticeDelivered" in await open_house.said():
            break
        await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.wait([running])

    statuses = [status for status, _ in gateway.answered(notice)]
    assert statuses[-1] == 202
    assert set(statuses[:-1]) == {503}


async def test_a_graceful_stop_finishes_what_is_in_hand(open_house: House) -> None:
    """Promise 8: told to stop while the provider thinks, it waits for the answer and notes it."""
    notice, asked = fresh(), asyncio.Event()

    async def thinks(_: Parcel) -> None:
        asked.set()
        await asyncio.sleep(0.3)

    await open_house.hear(1, to_staff(notice))
    working = asyncio.create_task(deliver(open_house.desk, thinks, settle))
    await asked.wait()
    working.cancel()
    await asyncio.wait([working])

    assert working.cancelled()
    assert await open_house.said() == ["NoticeSent", "NoticeDelivered"]


@pytest.mark.parametrize("fault", [Refused("no", "nothing can be said"), KeyError("a bug")])
async def test_a_fact_that_cannot_be_said_does_not_send_for_ever(open_house: House, fault: Exception) -> None:
    """A person is never told again and again because we cannot take a note."""
    notice, sent = fresh(), []

    async def takes(parcel: Parcel) -> None:
        sent.append(parcel.key)

    def cannot(_: Parcel, __: str, ___: datetime) -> Effects:
        raise fault

    await open_house.hear(1, to_staff(notice))
    worker = Outbound(open_house.desk, takes, cannot)
    await worker.once()
    await time_passes(open_house)
    await worker.once()

    assert sent == [notice]
    assert (await delivery_of(open_house, notice))["state"] == "sent"
