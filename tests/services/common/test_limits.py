"""What stops on purpose: parking beyond a limit, and messages no broker would take."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import pytest_asyncio

from common.change import Invalid, change
from common.clock import Clock
from common.desk import LANES, Desk
from common.envelope import REQUIRED, Unaddressed, attributes_in, open_envelope
from common.fold import LARGEST_BYTES
from common.journal import place_of
from common.limit import AT_LEAST, PARKED_SHARE, ParkingLimit, ParkingTooMuch
from common.store import Store
from common.units import Act, Answer
from services.common.counting import NOON, SERVICE, Ledger, delivery, lesson, lessons
from services.one_service import forget, fresh_store

MANY = [f"p{n}" for n in range(AT_LEAST)]


@pytest_asyncio.fixture
async def store(mongo_uri: str) -> AsyncIterator[Store]:
    """A store with an empty ledger."""
    store = await fresh_store(mongo_uri, SERVICE)
    yield store
    await forget(store)


@asynccontextmanager
async def at_work(store: Store) -> AsyncIterator[Desk]:
    """A desk on the store."""
    desk = Desk(store, Clock(), lambda _: None)
    working = asyncio.create_task(desk.run())
    yield desk
    desk.close()
    await working


def count(about: str, code: str) -> Act:
    """Somebody counts a lesson over HTTP."""
    return Act(f"act-{about}", NOON, (change(Ledger, about, Ledger.hear, lesson(about, code)),))


async def test_a_bad_deploy_does_not_park_the_world(store: Store) -> None:
    """A listener that would park too much stops; what it was to park is given back, acts go on."""
    async with at_work(store) as desk:
        for who in MANY[:-1]:
            await desk.take([delivery(lesson(who, "POISON"), 1)])
        with pytest.raises(ParkingTooMuch):
            await desk.take([delivery(lesson(MANY[-1], "POISON"), 1)])
        (answer,) = await desk.take([count("q", "1")])
        assert isinstance(answer, Answer)
    assert await store.database.count("parked", {}) == AT_LEAST - 1


async def test_after_a_better_deploy_what_was_given_back_is_applied(store: Store) -> None:
    """What a stopped listener did not park comes again and is taken as if nothing had been."""
    people = [f"p{n}" for n in range(AT_LEAST * LANES * 2)]
    async with at_work(store) as desk:
        with pytest.raises(ParkingTooMuch):
            await desk.take([delivery(lesson(who, "POISON"), 1) for who in people])
    assert await store.database.count("parked", {}) == 0
    await Store(SERVICE, store.database, Clock(), "test").commit([delivery(lesson(who, "1"), 1) for who in people])
    assert [await lessons(store, who) for who in people] == [["1"]] * len(people)


async def test_single_wrong_messages_do_not_stop_a_listener(store: Store) -> None:
    """Poison of few subjects among many is parked; everything else flows."""
    async with at_work(store) as desk:
        await desk.take([delivery(lesson(who, "POISON" if who in MANY[:3] else "1"), 1) for who in MANY])
    assert await store.database.count("parked", {}) == 3


def test_the_limit_looks_at_the_share_and_at_how_many_people() -> None:
    """Neither a large share of few subjects nor a small share of many is too much; both together are."""
    limit = ParkingLimit()
    limit.check(MANY[: AT_LEAST - 1], applied=0)
    limit.check(MANY, applied=int(len(MANY) / PARKED_SHARE))
    with pytest.raises(ParkingTooMuch):
        limit.check(MANY, applied=len(MANY))
    limit.note(MANY[:-1], applied=0)
    with pytest.raises(ParkingTooMuch):
        limit.check(MANY[-1:], applied=0)


async def test_what_can_never_be_written_is_parked_and_not_waited_for(store: Store) -> None:
    """An id that is taken for good is no outage: its message is parked, everything else flows."""
    await store.database.insert("journal", [{"_id": place_of("skills.progress", "a", 1)}])
    async with at_work(store) as desk:
        await desk.take([delivery(lesson("a", "1"), 1), delivery(lesson("b", "1"), 1), delivery(lesson("a", "2"), 2)])
    parked = await store.database.find("parked", {}, sort=[("sequence", 1)])
    assert [(row["sequence"], row["reason"]) for row in parked] == [(1, "unstorable"), (2, "behind-parked")]
    assert await lessons(store, "b") == ["1"]


@pytest.mark.parametrize("sequence", ["0", "-1", str(2**63), str(10**30), "one"])
def test_a_sequence_the_database_cannot_keep_says_nothing_about_order(sequence: str) -> None:
    """It would neither be held nor parked, and stop its whole partition; so it is set aside as it is."""
    with pytest.raises(Unaddressed):
        open_envelope("t", dict.fromkeys(REQUIRED, "x") | {"ce_sequence": sequence}, b"{}")


async def test_a_header_the_database_cannot_name_is_parked_with_its_message(store: Store) -> None:
    """A NUL in the name of a header must not stop a partition."""
    poison = delivery(lesson("a", "POISON"), 1)
    attributes = attributes_in([("ce_time", NOON.isoformat().encode()), ("\0odd\0", b"x")])
    await store.commit([replace(poison, envelope=replace(poison.envelope, attributes=attributes))])
    (parked,) = await store.database.find("parked", {})
    assert parked["attributes"]["\\0odd\\0"] == "x"


async def test_a_message_no_broker_would_take_is_refused_or_parked_and_stops_nothing(store: Store) -> None:
    """What would be too large to publish is never journalled: acts are refused, messages parked, the rest flows."""
    huge = "x" * LARGEST_BYTES
    outcome = await store.commit([count("a", huge), delivery(lesson("b", huge), 1), delivery(lesson("c", "1"), 1)])
    refusal = outcome.answers["act-a"]
    assert isinstance(refusal, Invalid)
    assert refusal.code == "message-too-large"
    (parked,) = await store.database.find("parked", {})
    assert (parked["position"].rsplit("|", 1)[1], parked["reason"]) == ("b", "message-too-large")
    assert await lessons(store, "a") == await lessons(store, "b") == []
    assert await lessons(store, "c") == ["1"]
