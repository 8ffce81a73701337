"""What recipients agree to and stop, over HTTP and by text."""

from pathlib import Path
from typing import Any

import pytest

from common.contracts.words import Role
from common.outbound import DELIVERIES, Outbound
from notifications.app import app
from notifications.settings import Settings
from rules.notifications.story import ANA
from services.notifications.carrying import (
    EMAIL,
    MAIL,
    PHONE,
    SMS,
    TO_AUNT,
    Provider,
    deliver_all,
    put_contact,
    tell_the_aunt,
)
from services.notifications.outside import facts
from services.one_house import House, house_of
from services.one_service import signing_key


@pytest.fixture
def house(wired: House) -> House:
    """Notifications with three channels."""
    return wired


async def test_no_address_stands_anywhere_but_in_its_own_collection(house: House, worker: Outbound) -> None:
    """NO-C5: not in what is said, stored, delivered or answered."""
    await put_contact(house, TO_AUNT, **{**SMS, **EMAIL, "channels": ["sms", "email"]})
    await tell_the_aunt(house, worker)
    await deliver_all(worker)

    for name in ("journal", "recipient", "correspondence", DELIVERIES, "answers", "timers", "notices"):
        rows = await house.store.database.find(name, {})
        assert PHONE[1:] not in str(rows), name
        assert MAIL not in str(rows), name
    shown = await house.get(f"/v1/recipients/{TO_AUNT}")
    assert shown["contact"]["channels"] == ["sms", "email"]
    assert PHONE not in str(shown)


async def test_stop_by_text_holds_at_once_also_for_what_is_underway(
    house: House, worker: Outbound, texts: Provider
) -> None:
    """NO-C3: for everybody at that number, and only for them."""
    await put_contact(house, TO_AUNT, **SMS)
    await put_contact(house, f"PARTICIPANT/{ANA}", **SMS)
    await tell_the_aunt(house, worker)

    said = {"sender": PHONE, "words": "Stop"}
    answer = await house.post("/v1/inbound/texts", said, role=Role.INTEGRATION, who="sms-provider", key="k")
    again = await house.post("/v1/inbound/texts", said, role=Role.INTEGRATION, who="sms-provider", key="k-2")
    await deliver_all(worker)

    assert (answer.json()["said"], again.json()["said"]) == (["ChannelStopped.v1", "ChannelStopped.v1"], [])
    assert texts.posts == []
    (undeliverable,) = await facts(house, "NudgeUndeliverable")
    assert undeliverable["reason"] == "stopped"
    helped = await house.post("/v1/inbound/texts", {**said, "words": "HELP"}, role=Role.INTEGRATION)
    assert "STOP" in helped.json()["extra"]["reply"]
    stranger = await house.post("/v1/inbound/texts", {**said, "sender": "+12025550199"}, role=Role.INTEGRATION)
    assert (stranger.status_code, stranger.json()["said"]) == (200, [])
    assert (await house.post("/v1/inbound/texts", said)).status_code == 403


async def test_a_contact_that_does_not_fit_changes_nothing(house: House) -> None:
    """NO-C1, NO-C2: with a stable code, and no address is kept."""
    wrong: list[dict[str, Any]] = [
        {"channels": ["sms"], "sms": PHONE},
        {"channels": ["email"]},
        {**EMAIL, "quiet_from": "23:00"},
        {**EMAIL, "zone": "Mars/Olympus"},
        {"channels": ["sms"], "sms": "0202 555"},
    ]
    answers = [await put_contact(house, TO_AUNT, **one) for one in wrong]

    assert [answer.json()["code"] for answer in answers] == [
        "no-consent-to-text",
        "address-missing",
        "quiet-hours-narrower",
        "malformed",
        "malformed",
    ]
    assert await house.store.database.count("addresses", {}) == 0
    assert PHONE not in answers[0].text


async def test_taking_a_channel_away_takes_its_address_away(house: House) -> None:
    """NO-C5: what is not needed is not kept."""
    await put_contact(house, TO_AUNT, **SMS)
    await put_contact(house, TO_AUNT, **EMAIL)

    (row,) = await house.store.database.find("addresses", {})
    assert (row["sms"], row["email"]) == ("", MAIL)


async def test_a_house_without_a_channel_does_not_promise_it(mongo_uri: str, tmp_path: Path) -> None:
    """NO-C1."""
    async with house_of(app(Settings(jwks=signing_key(tmp_path), ladders=False)), mongo_uri, tmp_path) as bare:
        answer = await put_contact(bare, TO_AUNT, **EMAIL)
        assert (answer.status_code, answer.json()["code"]) == (422, "no-such-channel")
