"""Participants and supporters at their own inbox, with a token of their own."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from common.auth import audience_of_participants, audience_of_supporters
from common.contracts.words import RecipientKind, Role
from notifications.doors import live
from notifications.views.live import Place
from rules.notifications.story import ANA, AUNT, granted, revoked, to_aunt, to_staff
from services.one_house import House
from services.one_service import NOON
from throughline.embedded import tokens

SEEN = f"/v1/own/participants/{ANA}/notices/n-1/acknowledge"
PARTICIPANT, SUPPORTER = audience_of_participants("throughline"), audience_of_supporters("throughline")
CONTACT: dict[str, Any] = {"language": "es"}


def own(house: House, audience: str, id: str) -> Callable[..., Any]:
    """Requests of somebody with a token of their own."""
    token = tokens.mint(house.caller.folder, id, (), audience=audience)

    async def ask(method: str, path: str, key: str = "", **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or uuid4().hex, **more.pop("headers", {})}
        return await house.http.request(method, path, headers=headers, **more)

    return ask


async def test_a_supporter_reads_and_acknowledges_what_a_release_lets_them_hear(house: House) -> None:
    """NO-O1, NO-S5, NO-A1: seen once, however often it is said; nothing is there once it was taken back."""
    aunt = own(house, SUPPORTER, AUNT)
    await house.hear(1, granted())
    await house.hear(1, to_aunt(), source="family")

    (item,) = (await aunt("GET", "/v1/own/inbox")).json()["items"]
    said = [(await aunt("POST", SEEN, key)).json()["said"] for key in ("k-1", "k-1", "k-2")]
    await house.hear(2, revoked())

    assert (item["notice_id"], item["text"] != "") == ("n-1", True)
    assert said == [["NoticeAcknowledged.v1"], ["NoticeAcknowledged.v1"], []]
    assert (await aunt("GET", "/v1/own/inbox")).json()["items"] == []


async def test_nobody_reads_or_acknowledges_what_is_anothers(house: House) -> None:
    """NO-O1: an id alone is no key, of whichever kind; and nothing tells that there is something."""
    await house.hear(1, granted())
    await house.hear(1, to_aunt(), source="family")
    await house.hear(2, to_staff("n-2"))
    others = [own(house, PARTICIPANT, AUNT), own(house, SUPPORTER, "supporter-else"), own(house, PARTICIPANT, ANA)]

    assert [(await ask("GET", "/v1/own/inbox")).json()["items"] for ask in others] == [[]] * 3
    answers = [await ask("POST", SEEN.replace("n-1", notice)) for ask in others for notice in ("n-1", "n-2", "none")]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "no-such-notice")}


@pytest.mark.parametrize("path", ["/v1/own/inbox", "/v1/own/inbox/stream", "/v1/own/contact"])
async def test_a_token_of_staff_opens_nothing_here_and_theirs_nothing_of_the_staffs(house: House, path: str) -> None:
    """NO-O1"""
    staff = house.caller.headers([Role.CLINICIAN], "-", "staff-eva")
    about = {"recipient_kind": "SUPPORTER", "recipient_id": AUNT}

    assert (await house.http.get(path, headers=staff)).status_code == 401
    assert (await house.http.get(path)).json()["code"] == "unauthenticated"
    assert (await own(house, SUPPORTER, AUNT)("GET", "/v1/inbox", params=about)).status_code == 401


async def test_the_stream_tells_what_came_since(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO-O1, NO-E1: from where the client was, and only its own."""
    monkeypatch.setattr(live, "STREAM_SECONDS", 0.2)
    await house.hear(1, granted())
    await house.hear(1, to_aunt(), source="family")
    since = {"Last-Event-ID": str(Place(NOON))}

    told = [await own(house, SUPPORTER, id)("GET", "/v1/own/inbox/stream", headers=since) for id in (AUNT, "else")]

    assert [answer.text.count("event: notice") for answer in told] == [1, 0]
    assert '"notice_id": "n-1"' in told[0].text


async def test_how_one_may_be_reached_is_ones_own_to_say(house: House) -> None:
    """NO-O1, NO-C1, NO-C3: said twice it is said once; a channel nobody opened is refused."""
    ana = own(house, PARTICIPANT, ANA)

    said = [(await ana("PUT", "/v1/own/contact", key, json=CONTACT)).json()["said"] for key in ("k-1", "k-1", "k-2")]
    stopped = await ana("POST", "/v1/own/contact/stop", json={"channel": "sms"})
    refused = await ana("PUT", "/v1/own/contact", json={"channels": ["sms"], "sms": "+12025550100"})
    shown = (await ana("GET", "/v1/own/contact")).json()
    staffs = await house.get(f"/v1/recipients/{RecipientKind.PARTICIPANT}/{ANA}")

    assert (len(said[0]), said[1], said[2]) == (1, said[0], [])
    assert (stopped.status_code, refused.json()["code"]) == (200, "no-such-channel")
    assert staffs == {**shown, "waiting": [], "underway": []}


@pytest.mark.parametrize("roles", [[], [Role.OPERATOR]])
async def test_who_has_no_role_or_watches_the_machinery_reads_nothing_of_a_participant(
    house: House, roles: list[Role]
) -> None:
    """NO-O2: an entry in the site's list of staff is no reason to read."""
    headers = house.caller.headers(roles, "-", "staff-eva")
    inbox = "/v1/inbox?recipient_kind=STAFF&recipient_id=staff-eva"
    paths = (
        inbox,
        inbox.replace("?", "/stream?"),
        f"/v1/participants/{ANA}/notices",
        f"/v1/recipients/PARTICIPANT/{ANA}",
    )

    answers = [await house.http.get(path, headers=headers) for path in paths]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "role-missing")}
