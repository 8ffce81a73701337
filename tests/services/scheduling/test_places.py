"""Places on a real mongod: repeated, late, out of order, and many at once."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest_asyncio

from common.contracts.words import LevelOfCare
from common.mongo import is_outage
from common.store import Store
from common.units import Delivery
from scheduling import views
from scheduling.app import SERVICE
from scheduling.domain.board import Stage
from services.one_service import forget, fresh_store
from services.scheduling.house import PHP, Intake, board, said, set_up


@pytest_asyncio.fixture
async def store(mongo_uri: str) -> AsyncIterator[Store]:
    """Scheduling with one place at PHP."""
    store = await fresh_store(mongo_uri, SERVICE)
    await set_up(store, 1)
    yield store
    await forget(store)


async def test_a_place_is_held_confirmed_and_given_back(store: Store) -> None:
    """SC-P1, SC-P5, SC-P8: the way of one place, each message in a transaction of its own."""
    intake = Intake()
    for message in (intake.holds("t1", "anna", 1), intake.confirms("t1", "anna", 2), intake.releases("t2", "anna", 3)):
        await store.commit([message])

    assert await said(store) == [
        ("PlaceHeld", "t1"),
        ("PlaceConfirmed", "t1"),
        ("PlaceReleased", "t1"),
        ("PlaceReleased", "t2"),
    ]
    assert (await board(store)).claims == {}


async def test_every_message_twice_happens_once(store: Store) -> None:
    """SC-P3: delivered again, or said again by intake under a new number, nothing happens twice."""
    intake = Intake()
    verbs = (intake.holds, intake.confirms, intake.releases)
    for minutes, verb in enumerate(verbs):
        first, said_again = verb("t1", "anna", minutes), verb("t1", "anna", minutes)
        await store.commit([first, first, said_again])
        await store.commit([said_again, first])

    assert await said(store) == [("PlaceHeld", "t1"), ("PlaceConfirmed", "t1"), ("PlaceReleased", "t1")]


async def test_messages_out_of_order_are_taken_in_order(store: Store) -> None:
    """Promise 3: whatever the order of arrival, the outcome is that of the order of saying."""
    intake = Intake()
    in_order = [
        intake.holds("t1", "anna", 1),
        intake.holds("t2", "ben", 2),
        intake.confirms("t1", "anna", 3),
        intake.releases("t1", "anna", 4),
        intake.confirms("t2", "ben", 5),
    ]
    shuffled = random.Random(7).sample(in_order, len(in_order))
    for message in shuffled:
        await store.commit([message])

    assert await said(store) == [
        ("PlaceHeld", "t1"),
        ("PlaceConfirmed", "t1"),
        ("PlaceReleased", "t1"),
        ("PlaceUnavailable", "t2"),
        ("PlaceHeld", "t2"),
        ("PlaceConfirmed", "t2"),
    ]


async def test_a_hold_that_comes_after_its_release_leaks_no_place(store: Store) -> None:
    """SC-P3: late."""
    intake = Intake()
    await store.commit([intake.releases("t1", "anna", 1), intake.holds("t1", "anna", 2)])

    assert await said(store) == [("PlaceReleased", "t1")]
    assert (await board(store)).at_stage(Stage.HELD) == []


async def test_the_end_of_an_episode_serves_the_next(store: Store) -> None:
    """SC-P9, SC-P4: the place of who leaves goes to who waits; said twice, freed once."""
    intake = Intake()
    closed = intake.closes("anna", 4)
    await store.commit([intake.holds("t1", "anna", 1), intake.confirms("t1", "anna", 2), intake.holds("t2", "ben", 3)])
    await store.commit([closed])
    await store.commit([closed])

    assert (await said(store))[2:] == [("PlaceReleased", "t1"), ("PlaceUnavailable", "t2"), ("PlaceHeld", "t2")]


async def test_an_end_heard_after_the_readmission_spares_it(store: Store) -> None:
    """SC-P9: late; the two streams of intake have no order between them."""
    intake = Intake()
    await store.commit([intake.holds("t1", "anna", 1), intake.confirms("t1", "anna", 2)])
    await set_up(store, 2)
    closed = intake.closes("anna", 10)
    await store.commit([intake.holds("t9", "anna", 20), intake.confirms("t9", "anna", 21)])
    await store.commit([closed])

    assert list((await board(store)).claims) == ["t9"]


async def test_a_hundred_at_once_get_as_many_places_as_there_are(store: Store) -> None:
    """SC-P1: one hundred holds by parallel writers, ten places: ten held, ninety wait in order, none lost."""
    await set_up(store, 10)
    intake = Intake()
    holds = [intake.holds(f"t{number}", f"p{number}", number) for number in range(100)]
    await asyncio.gather(*(_insist(store, holds[n : n + 25]) for n in range(0, 100, 25)))
    await _insist(store, holds)

    kept = await board(store)
    assert [claim.participant_id for claim in kept.at_stage(Stage.HELD)] == [f"p{n}" for n in range(10)]
    assert [claim.participant_id for claim in kept.at_stage(Stage.WAITING)] == [f"p{n}" for n in range(10, 100)]
    assert len(await said(store)) == 100


async def test_a_level_can_be_read(store: Store) -> None:
    """The board as people see it."""
    intake = Intake()
    await store.commit([intake.holds("t1", "anna", 1), intake.holds("t2", "ben", 2), intake.confirms("t1", "anna", 3)])
    level = await views.level(store.database, PHP)

    assert (level.places, level.occupied, level.held, level.waiting) == (1, ["anna"], [], ["ben"])
    assert [one.level for one in await views.levels(store.database)] == [LevelOfCare.PHP]


async def _insist(store: Store, messages: list[Delivery]) -> None:
    """Commit, again after a write conflict, as the desk does."""
    while True:
        try:
            await store.commit(messages)
        except Exception as error:
            if not is_outage(error):
                raise
        else:
            return
