"""Day places over HTTP on a real mongod: many at once, and given back when somebody leaves."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest_asyncio

from common.clock import Clock
from common.contracts.words import Role
from common.store import Store
from scheduling.app import SERVICE, app
from scheduling.settings import Settings
from services.one_service import NOON, Caller, doors_open, forget, fresh_store, signing_key, stopped_clock
from services.scheduling.house import Intake

DAYS = "/levels/PHP/days"
FIVE = {"weekdays": [5] * 7, "exceptions": [{"on": "2026-03-09", "places": 0}]}
MONDAYS = {"weekdays": [0], "from_on": "2026-03-16"}


@pytest_asyncio.fixture
async def store(mongo_uri: str, tmp_path: Path) -> AsyncIterator[Store]:
    """Scheduling with an empty database, at noon on a Monday."""
    clock, _ = stopped_clock(tmp_path, NOON)
    store = await fresh_store(mongo_uri, SERVICE, clock)
    yield store
    await forget(store)


@pytest_asyncio.fixture
async def http(store: Store, tmp_path: Path) -> AsyncIterator[Caller]:
    """The doors of a level with five day places a day."""
    asgi = app(Settings(jwks=signing_key(tmp_path)))
    async with doors_open(asgi, store, tmp_path, Clock(tmp_path / "clock")) as http:
        assert (await http.put(DAYS, FIVE)).json()["said"] == ["DayPlacesSetUp.v1"]
        yield http


async def until_known(http: Caller, path: str, key: str) -> httpx.Response:
    """The answer; where the machine is too slow to say the outcome (503), asked again with the same key, as told to."""
    for _ in range(20):
        answer = await http.put(path, MONDAYS, key=key)
        if answer.status_code != 503:
            break
    return answer


async def test_of_a_hundred_who_ask_at_once_five_come(http: Caller) -> None:
    """SC-D1: never more than there are, each asked twice; the others are told which dates are full."""
    asked = [until_known(http, f"{DAYS}/p{n % 50}", f"k{n}") for n in range(100)]
    answers = await asyncio.gather(*asked)

    refused = [answer for answer in answers if answer.status_code == 409]
    assert {answer.status_code for answer in answers} == {200, 409}
    assert {answer.json()["code"] for answer in refused} == {"days-full"}
    (monday,) = (await http.get(f"{DAYS}?from_on=2026-03-16&days=1")).json()
    assert (monday["places"], monday["free"], len(monday["participants"])) == (5, 0, 5)


async def test_who_leaves_gives_back_the_days_to_come(http: Caller, store: Store) -> None:
    """SC-D4: with the place; the message repeated changes nothing."""
    await http.put(f"{DAYS}/anna", MONDAYS | {"from_on": "2026-03-02", "until_on": "2026-03-09"})
    await http.put(f"{DAYS}/ben", MONDAYS)
    left = Intake().releases("t9", "ben", 30)
    await store.commit([left, left])

    days = (await http.get(f"{DAYS}?from_on=2026-03-02&days=15")).json()
    assert [day["participants"] for day in days if day["participants"]] == [["anna"]]
    assert [day["places"] for day in days[6:9]] == [5, 0, 5]


async def test_a_leaving_heard_late_takes_no_day_that_was_booked_since(http: Caller, store: Store) -> None:
    """SC-D4: two leavings overtake each other, and both were said before anybody booked; only the episode's end is."""
    await http.put(f"{DAYS}/anna", MONDAYS)
    await http.put(f"{DAYS}/ben", MONDAYS)
    intake = Intake()
    first, second = intake.releases("t8", "anna", -30), intake.releases("t9", "ben", -20)
    await store.commit([second])
    await store.commit([first, second])
    assert (await http.get(f"{DAYS}?from_on=2026-03-16&days=1")).json()[0]["participants"] == ["anna", "ben"]

    await store.commit([intake.closes("ben", 20)])
    assert (await http.get(f"{DAYS}?from_on=2026-03-16&days=1")).json()[0]["participants"] == ["anna"]


async def test_only_a_scheduler_books_days(http: Caller) -> None:
    """Roles, and what makes no sense: problem+json with its code."""
    forbidden = await http.put(f"{DAYS}/anna", MONDAYS, Role.CLINICIAN)
    backwards = await http.put(f"{DAYS}/anna", MONDAYS | {"until_on": "2026-03-01"})

    assert (forbidden.status_code, forbidden.json()["code"]) == (403, "role-missing")
    assert (backwards.status_code, backwards.json()["code"]) == (422, "no-days")
