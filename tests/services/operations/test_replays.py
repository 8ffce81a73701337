"""Replays in bulk on a real database: paced, whole after a kill, answered place by place."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from common.contracts import plumbing
from common.desk import Desk
from common.units import Delivery
from operations.doors.pace import ask_once, go_on_with_replays
from operations.views import pages
from services.operations.telling import Running, Telling, later, named

REAL = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest_asyncio.fixture
async def client(operations: Running) -> AsyncIterator[httpx.AsyncClient]:
    """An operator with a bearer token."""
    bearer = {"Authorization": f"Bearer {operations.token('operator')}"}
    transport = httpx.ASGITransport(operations.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://house/v1/parked", headers=bearer) as client:
        yield client


def stuck(tell: Telling, about: str, listener: str = "skills", reason: str = "no-such-level") -> Delivery:
    """A service could not take a message about somebody."""
    fact = plumbing.MessageParked(
        at=later(),
        about=about,
        message_id=named(f"{listener} {about}"),
        listener=listener,
        source="/throughline/intake",
        topic="intake.episodes",
        sequence=1,
        message_type="LevelOfCareChanged.v1",
        reason=reason,
    )
    return tell(fact, topic="skills.progress" if listener == "skills" else "family.engagement")


def told(tell: Telling, order: dict[str, Any], applied: int = 1, left: int = 0, reason: str = "") -> list[Delivery]:
    """What skills says when it has carried an order out."""
    by = {"about": order["about"], "by": order["by"], "listener": "skills", "dry_run": order["dry_run"]}
    facts: list[plumbing.PlumbingContract] = []
    if reason:
        facts.append(
            plumbing.ReplayTried(
                at=later(days=1),
                **by,
                message_id=named(f"skills {order['about']}"),
                outcome="refused-again",
                reason=reason,
            )
        )
    facts.append(
        plumbing.ReplayAnswered(
            at=later(days=1),
            **by,
            source=order["source"],
            topic=order["topic"],
            applied=applied,
            left=left,
            reason=reason,
            ticket=order["ticket"],
        )
    )
    return [tell(fact, topic="skills.progress") for fact in facts]


async def orders(operations: Running) -> list[dict[str, Any]]:
    """Every order to skills, in the order it was asked."""
    found = await operations.store.database.find("journal", {"type": "ReplayParked.v1"})
    asked = [json.loads(row["data"]) for row in found]
    return sorted(asked, key=lambda order: [int(part) for part in order["ticket"].split("|")[1:]])


async def begin(client: httpx.AsyncClient, key: str = "k-1", **wanted: Any) -> str:
    """Ask for a replay in bulk; the id of the run."""
    answer = await client.post("/replays", json=wanted, headers={"Idempotency-Key": key})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def look(client: httpx.AsyncClient, run: str) -> tuple[str, dict[str, tuple[str, int, str]]]:
    """The state of a run, and status, messages and code by subject."""
    found = (await client.get(f"/replays/{run}")).json()
    return found["state"], {one["about"]: (one["status"], one["applied"], one["code"]) for one in found["places"]}


def desk_of(operations: Running) -> Desk:
    """The desk the doors use."""
    desk: Desk = operations.app.state.desk
    return desk


async def test_a_run_asks_place_after_place_and_tells_what_became_of_each(
    operations: Running, client: httpx.AsyncClient, tell: Telling
) -> None:
    """OP-11, OP-12: at the pace asked for; every place ends with its outcome, and then the run does."""
    await operations.hear(*(stuck(tell, about) for about in ("a", "b", "c")))
    run = await begin(client, per_second=1)
    asked = []
    for tick in range(5):
        await ask_once(desk_of(operations), REAL + tick * SECOND / 2)
        asked.append(len(await orders(operations)))
    assert asked == [1, 1, 2, 2, 3]

    first, second, third = await orders(operations)
    assert [(one["about"], one["by"]) for one in (first, second, third)] == [(c, "staff-olga") for c in "abc"]
    await operations.hear(
        *told(tell, first, applied=2), *told(tell, second, applied=0, left=1, reason="no-place"), *told(tell, third, 0)
    )

    assert await look(client, run) == (
        "finished",
        {"a": ("replayed", 2, ""), "b": ("refused-again", 0, "no-place"), "c": ("gone", 0, "")},
    )


async def test_only_what_matches_is_asked_and_a_dry_run_says_so(
    operations: Running, client: httpx.AsyncClient, tell: Telling
) -> None:
    """OP-11: by listener, reason, type, source; the order carries the dry run."""
    await operations.hear(stuck(tell, "a"), stuck(tell, "b", reason="bug-KeyError"), stuck(tell, "c", "family"))
    wanted = {"listener": "skills", "reason": "bug-KeyError", "message_type": "LevelOfCareChanged.v1"}
    run = await begin(client, **wanted, source="/throughline/intake", dry_run=True)
    await ask_once(desk_of(operations), REAL)
    (order,) = await orders(operations)
    await operations.hear(*told(tell, order, applied=4))

    assert (order["about"], order["dry_run"]) == ("b", True)
    assert await look(client, run) == ("finished", {"b": ("would-apply", 4, "")})


async def test_asked_for_twice_with_one_key_is_one_run(
    operations: Running, client: httpx.AsyncClient, tell: Telling
) -> None:
    """OP-7: the same request again gets the same run, and every place is asked once."""
    await operations.hear(stuck(tell, "a"))
    runs = {await begin(client) for _ in range(2)}
    for tick in range(3):
        await ask_once(desk_of(operations), REAL + tick * SECOND)

    assert len(runs) == 1
    assert len(await orders(operations)) == 1


async def test_a_kill_between_two_questions_neither_skips_nor_doubles(
    operations: Running, client: httpx.AsyncClient, tell: Telling
) -> None:
    """OP-11: all a worker knows is in the store; one that is cut off anywhere leaves the rest to the next."""
    subjects = [f"p-{n:02}" for n in range(12)]
    await operations.hear(*(stuck(tell, about) for about in subjects))
    await begin(client, per_second=100)
    for cut_off in (0.004, 0.011, 0.017, 0.023, 0.031, 0.05, 3.0):
        desk = Desk(operations.store, operations.app.state.clock, lambda *_: None)
        working = [asyncio.create_task(desk.run()), asyncio.create_task(go_on_with_replays(desk))]
        await asyncio.sleep(cut_off)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    assert [order["about"] for order in await orders(operations)] == subjects


async def test_two_workers_share_one_pace(operations: Running, client: httpx.AsyncClient, tell: Telling) -> None:
    """OP-11: a second process at the same moment asks nothing more."""
    await operations.hear(*(stuck(tell, about) for about in ("a", "b", "c")))
    await begin(client, per_second=1)
    other = Desk(operations.store, operations.app.state.clock, lambda *_: None)
    working = asyncio.create_task(other.run())
    await asyncio.gather(ask_once(desk_of(operations), REAL), ask_once(other, REAL))
    other.close()
    await working

    assert len(await orders(operations)) == 1


async def test_answers_repeated_and_out_of_order_count_once(
    operations: Running, client: httpx.AsyncClient, tell: Telling
) -> None:
    """OP-12: the inbox and the turn let each answer count once, whatever comes first."""
    await operations.hear(stuck(tell, "a"), stuck(tell, "b"))
    run = await begin(client, per_second=1)
    for tick in range(2):
        await ask_once(desk_of(operations), REAL + tick * SECOND)
    first, second = await orders(operations)
    tried, answered = told(tell, first, applied=1, left=1, reason="no-place")
    other = told(tell, second, applied=1)
    for batch in ([*other, answered], [answered, tried], [tried, answered, *other]):
        await operations.hear(*batch)

    assert await look(client, run) == ("finished", {"a": ("refused-again", 1, "no-place"), "b": ("replayed", 1, "")})
    finished = await operations.store.database.count("journal", {"type": "BulkReplayFinished.v1"})
    assert finished == 1


async def test_a_cancelled_run_asks_no_more_and_says_so(
    operations: Running, client: httpx.AsyncClient, tell: Telling
) -> None:
    """OP-11: what waits is left alone; cancelled again, nothing changes; a run nobody began is not found."""
    await operations.hear(stuck(tell, "a"), stuck(tell, "b"))
    run = await begin(client, per_second=1)
    await ask_once(desk_of(operations), REAL)
    stops = [
        (await client.post(f"/replays/{run}/cancel", headers={"Idempotency-Key": key})).status_code for key in "xyx"
    ]
    await ask_once(desk_of(operations), REAL + 60 * SECOND)
    assert (await look(client, run))[0] == "stopping"
    (order,) = await orders(operations)
    await operations.hear(*told(tell, order))

    assert stops == [200, 200, 200]
    assert await look(client, run) == ("cancelled", {"a": ("replayed", 1, ""), "b": ("cancelled", 0, "")})
    nobody = await client.post("/replays/nobody/cancel", headers={"Idempotency-Key": "k"})
    assert (nobody.status_code, (await client.get("/replays/nobody")).status_code) == (404, 404)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"listener": "kitchen"}, "no-such-service"),
        ({"per_second": 0}, "malformed"),
        ({"listener": ""}, "malformed"),
        ({"reasons": "x"}, "malformed"),
    ],
)
async def test_what_makes_no_sense_begins_nothing(
    operations: Running, client: httpx.AsyncClient, wanted: dict[str, Any], code: str
) -> None:
    """OP-11: refused with a code, and nothing is journalled."""
    answer = await client.post("/replays", json=wanted, headers={"Idempotency-Key": "k"})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await operations.store.database.count("journal", {}) == 0


async def test_a_dead_letter_remembers_every_try_and_the_console_shows_the_last(
    operations: Running, client: httpx.AsyncClient, tell: Telling
) -> None:
    """OP-6: tried and refused again, it stays open and says when, by whom and why; heard twice, it is one try."""
    order = {
        "about": "a",
        "by": "olga",
        "dry_run": False,
        "source": "/throughline/intake",
        "topic": "intake.episodes",
        "ticket": "",
    }
    await operations.hear(stuck(tell, "a"))
    tries = [*told(tell, order, 0, 1, "no-place"), *told(tell, order, 0, 1, "no-group")]
    await operations.hear(*tries)
    await operations.hear(*tries)

    (letter,) = await pages.dead_letters(operations.store.database, 10)
    assert [(one.outcome, one.reason, one.by) for one in letter.tries] == [
        ("refused-again", "no-place", "olga"),
        ("refused-again", "no-group", "olga"),
    ]
    client.cookies.set("throughline_token", operations.token("operator"))
    page = (await client.get("http://house/")).text
    assert "last tried" in page
    assert "refused again" in page
    assert "no-group" in page
