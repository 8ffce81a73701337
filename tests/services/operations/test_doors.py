"""Who may come in, and what an operator's act becomes."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from operations.doors.console import COOKIE
from services.operations.stories import ANA, change_story, held_story, parked
from services.operations.telling import Running, Telling, named

REPLAY = {
    "service": "scheduling",
    "source": "/throughline/intake",
    "topic": "scheduling.commands",
    "about": "level:PHP",
}
DISCARD = {**REPLAY, "message_id": named("parked 1"), "reason": "superseded"}
READS = ("events", "journeys", "transitions?stuck=true", "services", "dead-letters")


@pytest_asyncio.fixture
async def browser(operations: Running) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a token."""
    transport = httpx.ASGITransport(operations.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
        yield client


def bearer(operations: Running, *roles: str, key: str = "k-1") -> dict[str, str]:
    """The headers of a write with a token of these roles."""
    return {"Authorization": f"Bearer {operations.token(*roles)}", "Idempotency-Key": key}


@pytest.mark.parametrize("path", READS)
async def test_only_operators_read(operations: Running, browser: httpx.AsyncClient, path: str) -> None:
    """OP-10: no token, or a token of another role, opens nothing."""
    none = await browser.get(f"/v1/{path}")
    other = await browser.get(f"/v1/{path}", headers=bearer(operations, "clinician"))
    operator = await browser.get(f"/v1/{path}", headers=bearer(operations, "operator"))

    assert (none.status_code, other.status_code, operator.status_code) == (401, 403, 200)


@pytest.mark.parametrize("asked", ["stuck=true&stuck_after_minutes=99999999999999", "state=bogus"])
async def test_what_no_transition_can_be_is_refused(
    operations: Running, browser: httpx.AsyncClient, asked: str
) -> None:
    """OP-4: longer than a year, or a state there is not, is a slip, and no empty answer."""
    answer = await browser.get(f"/v1/transitions?{asked}", headers=bearer(operations, "operator"))

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


async def test_a_journey_is_answered_with_its_timeline(
    operations: Running, browser: httpx.AsyncClient, tell: Telling
) -> None:
    """OP-9: one answer tells the whole story."""
    await operations.hear(*held_story(tell), *change_story(tell))

    told = (await browser.get(f"/v1/journeys/{ANA}", headers=bearer(operations, "operator"))).json()

    assert told["journey"]["level"] == "IOP"
    assert len(told["timeline"]) == 11


@pytest.mark.parametrize(("act", "body"), [("replay", REPLAY), ("discard", DISCARD)])
async def test_an_act_is_journalled_as_fact_and_order_once(
    operations: Running, browser: httpx.AsyncClient, act: str, body: dict[str, str]
) -> None:
    """OP-7: said with the operator's name, asked of the service that parked; the same request twice is one act."""
    headers = bearer(operations, "operator")
    first = await browser.post(f"/v1/parked/{act}", json=body, headers=headers)
    again = await browser.post(f"/v1/parked/{act}", json=body, headers=headers)
    rows = await operations.store.database.find("journal", {}, sort=[("topic", 1)])

    assert (first.status_code, again.json()["repeated"]) == (200, True)
    assert [(row["topic"], row["type"]) for row in rows] == [
        ("operations.acts", "OperatorActed.v1"),
        ("scheduling.commands", f"{act.capitalize()}Parked.v1"),
    ]
    assert all('"by":"staff-olga"' in row["data"] for row in rows)


async def test_a_discard_without_a_coded_reason_is_refused(operations: Running, browser: httpx.AsyncClient) -> None:
    """OP-7: no reason, or a sentence with room for a name, and nothing is journalled."""
    headers = bearer(operations, "operator")
    sentence = await browser.post(
        "/v1/parked/discard", json={**DISCARD, "reason": "Mrs Miller called"}, headers=headers
    )
    none = await browser.post("/v1/parked/discard", json=REPLAY, headers=headers)

    assert (sentence.status_code, none.status_code) == (422, 422)
    assert await operations.store.database.count("journal", {}) == 0


async def test_a_service_the_house_does_not_have_is_refused(operations: Running, browser: httpx.AsyncClient) -> None:
    """OP-7: an order goes to a service of the house or nowhere."""
    headers = bearer(operations, "operator")
    answer = await browser.post("/v1/parked/replay", json={**REPLAY, "service": "kitchen"}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "no-such-service")


async def test_without_a_token_every_page_leads_to_the_login(browser: httpx.AsyncClient) -> None:
    """OP-10: the console shows nothing to a stranger, neither page nor part nor act."""
    for page in ("/", f"/journeys/{ANA}"):
        assert (await browser.get(page)).headers["location"] == "/login"

    parts = await browser.get("/console/parts")
    act = await browser.post("/console/parked/replay", json=REPLAY, headers={"Idempotency-Key": "k"})

    assert (parts.status_code, act.status_code) == (401, 401)


async def test_the_login_keeps_a_good_token_where_no_script_reads_it(
    operations: Running, browser: httpx.AsyncClient, tell: Telling
) -> None:
    """OP-10: HttpOnly, SameSite=Strict, and then the pages open."""
    await operations.hear(*held_story(tell), parked(tell, 1, "bug-KeyError"))
    answer = await browser.post("/login", data={"token": operations.token("operator")})
    cookie = answer.headers["set-cookie"]
    page = await browser.get("/")
    journey = await browser.get(f"/journeys/{ANA}")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "bug-KeyError" in page.text
    assert "Transition held" in journey.text


@pytest.mark.parametrize(("roles", "status"), [(("clinician",), 403), (None, 401)])
async def test_the_login_keeps_no_token_that_does_not_hold(
    operations: Running, browser: httpx.AsyncClient, roles: tuple[str, ...] | None, status: int
) -> None:
    """OP-10: another role, or no token of this house, and no cookie is set."""
    token = operations.token(*roles) if roles else "not-a-token"
    answer = await browser.post("/login", data={"token": token})

    assert (answer.status_code, "set-cookie" in answer.headers) == (status, False)


async def test_the_cookie_opens_the_console_and_not_the_api(operations: Running, browser: httpx.AsyncClient) -> None:
    """OP-10: the API takes a bearer token alone, so no foreign page can borrow the browser's cookie."""
    browser.cookies.set(COOKIE, operations.token("operator"))

    assert (await browser.get("/v1/events")).status_code == 401
    assert (await browser.get("/")).status_code == 200


async def test_an_act_from_the_console_needs_its_header_and_happens_once(
    operations: Running, browser: httpx.AsyncClient
) -> None:
    """OP-7, OP-10: without the header that only our own page can send, nothing is asked."""
    browser.cookies.set(COOKIE, operations.token("operator"))
    without = await browser.post("/console/parked/replay", json=REPLAY)
    asked = [
        await browser.post("/console/parked/discard", json=DISCARD, headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]

    assert without.status_code == 400
    assert [answer.status_code for answer in asked] == [200, 200]
    assert await operations.store.database.count("journal", {}) == 2


async def test_a_page_loads_nothing_from_elsewhere(operations: Running, browser: httpx.AsyncClient) -> None:
    """OP-8: the policy forbids it, and no page asks for it."""
    browser.cookies.set(COOKIE, operations.token("operator"))
    page = await browser.get("/")

    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "//" not in page.text.replace("<!doctype html>", "")


async def test_ids_that_look_like_markup_are_shown_as_text(
    operations: Running, browser: httpx.AsyncClient, tell: Telling
) -> None:
    """OP-8: what a message says cannot become part of the page."""
    browser.cookies.set(COOKIE, operations.token("operator"))
    await operations.hear(parked(tell, 1, "<script>alert(1)</script>"))

    assert "<script>alert" not in (await browser.get("/")).text


async def test_signing_out_forgets_the_token(operations: Running, browser: httpx.AsyncClient) -> None:
    """OP-10: after signing out the console is closed."""
    await browser.post("/login", data={"token": operations.token("operator")})
    await browser.post("/logout")

    assert (await browser.get("/")).headers["location"] == "/login"
