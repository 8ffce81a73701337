"""What a store remembers is never believed where another instance wrote meanwhile."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from common.change import Refused, change
from common.contracts.skills import SkillTaught
from common.store import Store
from common.units import Act, Answer
from services.common.counting import NOON, SERVICE, Ledger, delivery, lesson, lessons
from services.one_service import forget, fresh_store

Two = tuple[Store, Store]


@pytest_asyncio.fixture
async def two(mongo_uri: str) -> AsyncIterator[Two]:
    """Two instances of a service on one database."""
    one = await fresh_store(mongo_uri, SERVICE)
    yield one, Store(SERVICE, one.database, one._clock, "test")
    await forget(one)


def only_if_new(ledger: Ledger, taught: SkillTaught) -> list[SkillTaught]:
    """Count a lesson once."""
    if taught.lesson in ledger.lessons:
        raise Refused("known", "counted before")
    return [taught]


def only_after_the_first(ledger: Ledger, taught: SkillTaught) -> list[SkillTaught]:
    """Count a lesson; its predecessor must be there, as what is written before it is."""
    return [taught] if ledger.lessons.index("1") >= 0 else []


def act(code: str, request: int = 1) -> Act:
    """Somebody counts a lesson over HTTP."""
    return Act(f"act-{code}-{request}", NOON, (change(Ledger, "p", only_if_new, lesson("p", code)),))


async def test_instances_that_take_turns_apply_everything_once_and_in_order(two: Two) -> None:
    """A subject that moves from one instance to the other and back is continued where it is, not where it was."""
    for n in range(1, 9):
        await two[n % 2].commit([delivery(lesson("p", str(n)), n)])
    assert await lessons(two[0], "p") == [str(n) for n in range(1, 9)]
    rows = await two[0].database.find("journal", {}, sort=[("sequence", 1)])
    assert [row["sequence"] for row in rows] == list(range(1, 9))


async def test_what_the_other_instance_applied_is_a_repetition_here(two: Two) -> None:
    """Redelivered after a rebalance: the instance that remembers less does not apply it again."""
    one, other = two
    await one.commit([delivery(lesson("p", "1"), 1)])
    await other.commit([delivery(lesson("p", "2"), 2)])
    again = await one.commit([delivery(lesson("p", "2"), 2), delivery(lesson("p", "3"), 3)])
    assert again.tally == {"duplicate": 1, "next": 1}
    assert await lessons(one, "p") == ["1", "2", "3"]


async def test_a_refusal_is_not_decided_on_an_old_state(two: Two) -> None:
    """What is only read, because nothing changes, is looked at again too."""
    one, other = two
    await one.commit([act("1")])
    await other.commit([act("2")])
    refusal = (await one.commit([act("2", 2)])).answers["act-2-2"]
    assert isinstance(refusal, Refused)
    assert refusal.code == "known"
    await other.database.update("ledger", {"_id": "p"}, {"$set": {"state.lessons": ["1"], "version": 9}})
    assert isinstance((await one.commit([act("2", 3)])).answers["act-2-3"], Answer)


async def test_a_decision_that_an_old_state_breaks_is_taken_on_the_new_one(two: Two) -> None:
    """What a decision relies on may have been written by the other instance: that is nobody's bug."""
    one, other = two
    await one.commit([act("0")])
    await other.commit([act("1")])
    second = Act("second", NOON, (change(Ledger, "p", only_after_the_first, lesson("p", "2")),))
    assert isinstance((await one.commit([second])).answers["second"], Answer)
    assert await lessons(one, "p") == ["0", "1", "2"]


async def test_a_decision_that_is_wrong_on_the_new_state_too_fails(two: Two) -> None:
    """A bug stays a bug, and nothing was written."""
    one, other = two
    await one.commit([act("0")])
    await other.commit([act("3")])
    second = Act("second", NOON, (change(Ledger, "p", only_after_the_first, lesson("p", "2")),))
    with pytest.raises(ValueError, match="not in tuple"):
        await one.commit([second])
    assert await lessons(one, "p") == ["0", "3"]


async def test_the_parked_of_the_other_instance_are_seen(two: Two) -> None:
    """A message parks behind what another instance parked."""
    one, other = two
    await one.commit([delivery(lesson("p", "1"), 1)])
    await other.commit([delivery(lesson("p", "POISON"), 2)])
    await one.commit([delivery(lesson("p", "3"), 3)])
    parked = await one.database.find("parked", {}, sort=[("sequence", 1)])
    assert [(row["sequence"], row["reason"]) for row in parked] == [(2, "poisoned"), (3, "behind-parked")]
