"""Links in nudges: they open the secure app once, for whoever signs in there, and say nothing."""

import asyncio
import json
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from common.contracts.words import Role
from common.outbound import Outbound
from notifications.app import STANDARD
from notifications.views.links import LINKS
from rules.notifications.story import ANA, AUNT, to_aunt
from services.notifications.carrying import SETTLED, SMS, TO_AUNT, Provider, deliver_all, put_contact, tell_the_aunt
from services.notifications.outside import time_passes
from services.one_house import HOUR, House

GOOD_FOR = timedelta(hours=STANDARD.link_hours)


@pytest.fixture
def house(wired: House) -> House:
    """Notifications with three channels."""
    return wired


async def followed(house: House, token: str, key: str = "", role: Role = Role.INTEGRATION) -> httpx.Response:
    """The secure app asks whose link this is."""
    return await house.post("/v1/links/follow", {"token": token}, role=role, who="portal", key=key)


def token_in(texts: Provider, number: int = 0) -> str:
    """What stands behind the address of the app in a text."""
    text: str = json.loads(texts.posts[number][1])["text"]
    return text.partition(STANDARD.link)[2].split()[0]


async def texted(house: House, worker: Outbound, texts: Provider) -> str:
    """The aunt gets a text; its token."""
    await put_contact(house, TO_AUNT, **SMS)
    await tell_the_aunt(house, worker)
    await deliver_all(worker)
    return token_in(texts)


async def test_a_link_says_nothing_and_opens_one_inbox_once(house: House, worker: Outbound, texts: Provider) -> None:
    """NO-T1, NO-T2, NO-C5: replayed it is not good any more; the same request again has the same answer."""
    token = await texted(house, worker, texts)

    first, again = [await followed(house, token, "k-1") for _ in range(2)]
    replayed = await followed(house, token, "k-2")

    assert (first.json()["extra"], first.json()["said"]) == (
        {"recipient_kind": "SUPPORTER", "recipient_id": AUNT},
        ["LinkFollowed.v1"],
    )
    assert (again.json()["repeated"], again.json()["extra"]) == (True, first.json()["extra"])
    assert (replayed.status_code, replayed.json()["code"]) == (404, "link-not-good")
    assert not any(told in texts.posts[0][1].decode() for told in (ANA, AUNT, "n-1"))
    journal = await house.store.database.find("journal", {})
    assert token not in str(journal)


async def test_a_link_followed_twice_at_one_moment_is_good_once(
    house: House, worker: Outbound, texts: Provider
) -> None:
    """NO-T2: whoever is first."""
    token = await texted(house, worker, texts)

    answers = await asyncio.gather(*(followed(house, token) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 7
    assert (await house.said()).count("LinkFollowed") == 1


async def test_a_link_is_not_good_for_ever(house: House, worker: Outbound, texts: Provider) -> None:
    """NO-T2: to the second."""
    token = await texted(house, worker, texts)
    house.set_clock(SETTLED + GOOD_FOR)
    late = await followed(house, token)
    house.set_clock(SETTLED + GOOD_FOR - timedelta(seconds=1))

    assert late.status_code == 404
    assert (await followed(house, token)).status_code == 200


async def test_a_guess_learns_nothing(house: House, worker: Outbound, texts: Provider) -> None:
    """NO-T3: spent, too old, cut short, changed by one letter, or never there: one answer; and only the app may ask."""
    token = await texted(house, worker, texts)
    assert (await followed(house, token, role=Role.CLINICIAN)).status_code == 403
    other = ("a" if token[0] != "a" else "b") + token[1:]
    guesses = [token[:-1], token + "a", other, token.swapcase(), uuid4().hex, "n-1", "sms~n-1", "*", '{"$ne":1}']
    answers = [await followed(house, guess) for guess in guesses]
    assert (await followed(house, token)).status_code == 200
    answers.append(await followed(house, token))

    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}


async def test_every_try_carries_the_same_link_and_every_nudge_its_own(
    house: House, worker: Outbound, texts: Provider
) -> None:
    """NO-T1, NO-D6: the same bytes, also from another worker; 128 bits of chance."""
    texts.status = 503
    await texted(house, worker, texts)
    texts.status = 202
    await time_passes(house)
    await deliver_all(worker)
    assert len({body for _, body in texts.posts}) == 1

    house.set_clock(SETTLED + HOUR)
    await house.hear(2, to_aunt("n-2"), source="family")
    await deliver_all(worker)
    house.set_clock(SETTLED + 2 * HOUR)
    await house.fire()
    await deliver_all(worker)

    tokens = {token_in(texts, number) for number in range(len(texts.posts))}
    assert {len(token) for token in tokens} == {22}
    assert len(tokens) == await house.store.database.count(LINKS, {}) == 2
