"""Notices that leave the house by a gateway, which runs as a process of its own and remembers keys."""

import hashlib
import json
from datetime import timedelta

import pytest

from chaos.gateway import lines_of
from common import outbound
from common.outbound import Away, Declined
from notifications.doors.gateway import judge
from rules.notifications.story import ANA, AUNT, granted, revoked, to_aunt, to_staff
from services.notifications.outside import delivery_of, facts, fresh, time_passes, worker_of
from services.one_gateway import Outside
from services.one_house import HOUR, House
from services.one_service import NOON

FIRST, AGAIN, AWAY, OTHER = (202, True), (200, False), (503, False), (422, False)
NOTICES = f"/v1/participants/{ANA}/notices"


async def test_a_notice_that_is_sent_leaves_once(open_house: House, gateway: Outside) -> None:
    """NO-D1: in the inbox first, then outside; asked for again, it does not leave again."""
    notice = fresh()
    async with worker_of(open_house, gateway.url) as worker:
        await open_house.hear(1, to_staff(notice))
        assert await open_house.said() == ["NoticeSent"]
        assert [await worker.once(), await worker.once()] == [1, 0]
        await open_house.hear(1, to_staff(notice))
        await open_house.hear(2, to_staff(notice))
        assert await worker.once() == 0

    assert gateway.answered(notice) == [FIRST]
    assert await open_house.said() == ["NoticeSent", "NoticeDelivered"]
    (shown,) = await open_house.get(NOTICES)
    assert (shown["stage"], shown["outside"]) == ("sent", "delivered")


async def test_what_leaves_is_ids_and_text(open_house: House, gateway: Outside) -> None:
    """NO-D2: byte for byte, and nothing of the participant in what a supporter gets."""
    notice = fresh()
    async with worker_of(open_house, gateway.url) as worker:
        await open_house.hear(1, granted())
        await open_house.hear(1, to_aunt(notice), source="family")
        await worker.once()

    body = (await delivery_of(open_house, notice))["body"]
    (inbox,) = (await open_house.get("/v1/inbox", recipient_kind="SUPPORTER", recipient_id=AUNT))["items"]
    assert json.loads(body) == {"to": {"kind": "SUPPORTER", "id": AUNT}, "text": inbox["text"]}
    assert ANA not in body
    (line,) = [line for line in lines_of(gateway.file) if line["key"] == notice]
    assert line["sha256"] == hashlib.sha256(body.encode()).hexdigest()
    (told,) = await facts(open_house, "NoticeDelivered")
    assert (told["channel"], told["release_id"]) == ("gateway", "r-1")


async def test_without_a_gateway_nothing_leaves(house: House) -> None:
    """NO-D1: no delivery is written, and nobody looks for one."""
    await house.hear(1, to_staff())

    assert await house.store.database.count(outbound.DELIVERIES, {}) == 0
    assert house.store.service.works == ()


async def test_what_waits_or_was_suppressed_does_not_leave(open_house: House, gateway: Outside) -> None:
    """NO-D1: a delivery comes with the sending, not with the asking."""
    later, never = fresh(), fresh()
    async with worker_of(open_house, gateway.url) as worker:
        await open_house.hear(1, to_aunt(never), source="family")
        await open_house.hear(1, granted())
        await open_house.hear(2, to_aunt(later, due_at=NOON + HOUR), source="family")
        assert await worker.once() == 0

        open_house.set_clock(NOON + HOUR)
        await open_house.fire()
        assert await worker.once() == 1

    assert (gateway.answered(later), gateway.answered(never)) == ([FIRST], [])


async def test_a_gateway_that_is_away_is_waited_for(open_house: House, gateway: Outside) -> None:
    """NO-D4: not before the wait is over, and then it is as if nothing had been."""
    notice = fresh()
    await open_house.hear(1, to_staff(notice))
    await gateway.be_away(60)
    async with worker_of(open_house, gateway.url) as worker:
        assert [await worker.once(), await worker.once()] == [1, 0]
        await time_passes(open_house)
        assert await worker.once() == 1
        assert await open_house.said() == ["NoticeSent"]

        await gateway.be_away(0)
        await time_passes(open_house)
        assert [await worker.once(), await worker.once()] == [1, 0]

    assert gateway.answered(notice) == [AWAY, AWAY, FIRST]
    assert await open_house.said() == ["NoticeSent", "NoticeDelivered"]


async def test_a_gateway_that_is_not_even_there_is_waited_for(open_house: House) -> None:
    """NO-D4: a connection refused is an outage, and surely brought nothing there."""
    notice = fresh()
    await open_house.hear(1, to_staff(notice))
    async with worker_of(open_house, "http://127.0.0.1:9") as worker:
        assert await worker.once() == 1

    delivery = await delivery_of(open_house, notice)
    assert (delivery["state"], delivery["tries"], delivery["unheard"]) == ("due", 1, 0)


async def test_a_gateway_that_stays_away_is_given_up_in_the_end(
    open_house: House, gateway: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO-D4: only when the patience is over, once, and for good."""
    notice = fresh()
    await open_house.hear(1, to_staff(notice))
    await gateway.be_away(60)
    monkeypatch.setattr(outbound, "PATIENCE", timedelta(0))
    async with worker_of(open_house, gateway.url) as worker:
        for _ in range(3):
            await worker.once()
            await time_passes(open_house)

    assert gateway.answered(notice) == [AWAY, AWAY]
    (given_up,) = await facts(open_house, "NoticeUndeliverable")
    assert (given_up["reason"], given_up["unsure"]) == ("provider-away", False)


@pytest.mark.parametrize(("tries", "most"), [(1, 1), (2, 2), (5, 16), (7, 60), (5000, 60)])
def test_waits_grow_up_to_a_minute(tries: int, most: int) -> None:
    """NO-D4."""
    pauses = {outbound.pause(tries).total_seconds() for _ in range(50)}

    assert most / 2 <= min(pauses) < max(pauses) <= most


async def test_a_refusal_ends_it_and_is_kept(open_house: House, gateway: Outside) -> None:
    """NO-D5: here the key was used for something else."""
    notice = fresh()
    await gateway.has_another(notice)
    await open_house.hear(1, to_staff(notice))
    async with worker_of(open_house, gateway.url) as worker:
        assert await worker.once() == 1
        await time_passes(open_house)
        assert await worker.once() == 0

    assert gateway.answered(notice) == [FIRST, OTHER]
    assert (await delivery_of(open_house, notice))["state"] == "refused"
    (given_up,) = await facts(open_house, "NoticeUndeliverable")
    assert given_up["reason"] == "refused-422"
    (shown,) = await open_house.get(NOTICES)
    assert (shown["stage"], shown["undeliverable_because"]) == ("sent", "refused-422")


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
def test_an_answer_that_is_no_ends_it(status: int) -> None:
    """NO-D5."""
    with pytest.raises(Declined, match=f"refused-{status}"):
        judge(status)


@pytest.mark.parametrize(
    ("status", "unsure"),
    [(408, True), (409, True), (425, False), (429, False), (500, True), (503, False), (504, True), (301, True)],
)
def test_an_answer_that_passes_is_waited_out(status: int, unsure: bool) -> None:
    """NO-D5, NO-D7: and only some answers say for certain that it did not arrive."""
    with pytest.raises(Away) as away:
        judge(status)

    assert away.value.unsure is unsure


async def test_a_release_revoked_in_between_keeps_it_in_the_house(open_house: House, gateway: Outside) -> None:
    """NO-D3: also where it was tried before, while the gateway was away."""
    never, tried = fresh(), fresh()
    async with worker_of(open_house, gateway.url) as worker:
        await open_house.hear(1, granted())
        await open_house.hear(1, to_aunt(tried), source="family")
        await gateway.be_away(60)
        await worker.once()
        await gateway.be_away(0)
        await open_house.hear(2, to_aunt(never), source="family")
        await open_house.hear(2, revoked())
        await time_passes(open_house)
        assert [await worker.once(), await worker.once()] == [2, 0]

    assert (gateway.answered(never), gateway.answered(tried)) == ([], [AWAY])
    given_up = await facts(open_house, "NoticeUndeliverable")
    assert {(fact["reason"], fact["unsure"]) for fact in given_up} == {("release-revoked", False)}
    assert len(given_up) == 2


async def test_a_release_that_ran_out_keeps_it_in_the_house(open_house: House, gateway: Outside) -> None:
    """NO-D3: judged by the day on which it would leave."""
    notice = fresh()
    async with worker_of(open_house, gateway.url) as worker:
        await open_house.hear(1, granted(expires_on=NOON.date()))
        await open_house.hear(1, to_aunt(notice), source="family")
        open_house.set_clock(NOON + timedelta(days=1))
        await worker.once()

    assert gateway.answered(notice) == []
    assert [fact["reason"] for fact in await facts(open_house, "NoticeUndeliverable")] == ["release-expired"]
