"""What a service says of itself: read from the stores, so that a restart forgets nothing, and never a person's id."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from prometheus_client import REGISTRY

from common.clock import Clock
from common.desk import Desk
from common.lag import Lag, waiting_in
from common.readings import Readings
from common.store import Store
from services.common.counting import SERVICE, delivery, lesson
from services.one_service import forget, fresh_store

ONE, TWO, OTHER = ("skills.progress", 0), ("skills.progress", 1), ("intake.episodes", 0)


@pytest_asyncio.fixture
async def store(mongo_uri: str) -> AsyncIterator[Store]:
    """A store nobody else uses."""
    store = await fresh_store(mongo_uri, SERVICE)
    yield store
    await forget(store)


def value(name: str, **labels: str) -> float | None:
    """A metric as Prometheus would see it."""
    return REGISTRY.get_sample_value(name, labels)


async def read(store: Store) -> None:
    """Somebody asks; a process that just began has read nothing yet."""
    await Readings(store.service, Desk(store, Clock(), lambda _: None), Lag()).refresh()


async def test_what_is_parked_is_counted_by_its_cause_also_after_a_restart(store: Store) -> None:
    """Promise 4: nobody forgets what waits for an operator."""
    await store.commit([delivery(lesson("p", "POISON"), 1), delivery(lesson("p", "MI-1"), 2)])
    await store.commit([delivery(lesson("q", "BUG"), 1)])
    await read(store)
    counted = [
        value("throughline_parked", cause=cause) for cause in ("poisoned", "behind-parked", "bug-ZeroDivisionError")
    ]
    assert counted == [1, 1, 1]


async def test_a_cause_that_is_gone_is_gone(store: Store) -> None:
    """A gauge of something settled would ring for ever."""
    await store.commit([delivery(lesson("p", "POISON"), 1)])
    await read(store)
    await store.database.update("parked", {}, {"$set": {"state": "discarded"}})
    await read(store)
    assert value("throughline_parked", cause="poisoned") is None


async def test_what_is_held_and_what_is_unsent_is_counted(store: Store) -> None:
    """Promise 3: a gap is seen. Promise 1: so is what has not left."""
    await store.commit([delivery(lesson("p", "MI-2"), 2)])
    await read(store)
    assert (value("throughline_held"), value("throughline_unsent")) == (1, 0)
    assert value("throughline_oldest_unsent_seconds") == 0
    await store.commit([delivery(lesson("p", "MI-1"), 1)])
    await read(store)
    assert (value("throughline_held"), value("throughline_unsent")) == (0, 2)
    waited = value("throughline_oldest_unsent_seconds")
    assert waited is not None and 0 < waited < 60


@pytest.mark.parametrize(
    ("place", "end", "in_hand", "waits"),
    [(5, 5, False, False), (4, 5, False, True), (5, 5, True, True), (5, None, False, False)],
)
def test_a_partition_waits_before_its_end_or_in_our_hands(
    place: int, end: int | None, in_hand: bool, waits: bool
) -> None:
    """An end nobody told us yet is no lag."""
    assert waiting_in({ONE: place}, {ONE: end}, {ONE} if in_hand else set()) == {ONE: waits}


def test_a_stream_that_is_idle_has_no_lag() -> None:
    """Seconds since the last message would grow all night."""
    lag = Lag()
    lag.done({ONE: 1_000})
    lag.look({ONE: False}, 5000.0)
    assert lag.seconds(9000.0) == {"skills.progress": 0.0}


def test_a_message_after_a_long_silence_is_only_as_late_as_it_is() -> None:
    """The silence before it is nobody's lag."""
    lag = Lag()
    lag.done({ONE: 1_000})
    lag.look({ONE: False}, 5000.0)
    lag.look({ONE: True}, 5001.0)
    assert lag.seconds(5002.0) == {"skills.progress": 2.0}


def test_a_stream_that_flows_is_behind_by_the_age_of_its_records() -> None:
    """Work off an hour's backlog, and the lag is what is left of the hour."""
    lag = Lag()
    lag.look({ONE: True, TWO: False, OTHER: False}, 5000.0)
    lag.done({ONE: 4_000_000})
    assert lag.seconds(5000.0) == {"skills.progress": 1000.0, "intake.episodes": 0.0}
    lag.done({ONE: 4_900_000})
    assert lag.seconds(5000.0)["skills.progress"] == 100.0


def test_a_partition_that_is_somebody_elses_has_no_lag_here() -> None:
    """After a rebalance only the one who reads it knows."""
    lag = Lag()
    lag.look({ONE: True, OTHER: True}, 5000.0)
    lag.look({OTHER: True}, 5010.0)
    assert lag.seconds(5010.0) == {"intake.episodes": 10.0}
