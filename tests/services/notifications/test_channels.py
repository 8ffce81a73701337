"""Nudges that really leave: by a mail server, a provider of texts, and signed webhooks."""

import asyncio
import base64
import json

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from common.outbound import DELIVERIES, Outbound
from notifications.app import STANDARD
from notifications.settings import Settings
from rules.notifications.story import ANA, AUNT, granted, revoked, to_aunt, to_staff
from services.notifications.carrying import (
    EMAIL,
    MAIL,
    NEW_KEY,
    OLD_KEY,
    PHONE,
    SETTLED,
    SMS,
    TO_AUNT,
    MailServer,
    Provider,
    deliver_all,
    plain,
    post_of,
    put_contact,
    tell_the_aunt,
)
from services.notifications.outside import facts, time_passes
from services.one_house import HOUR, House
from services.one_service import NOON


@pytest.fixture
def house(wired: House) -> House:
    """Notifications with three channels."""
    return wired


async def test_a_mail_arrives_at_a_real_server_once_and_says_nothing(
    house: House, worker: Outbound, mails: MailServer
) -> None:
    """NO-P1, NO-D2, NO-N1: a neutral sender and subject, one Message-ID a nudge."""
    assert (await put_contact(house, TO_AUNT, **EMAIL)).status_code == 200
    await tell_the_aunt(house, worker)
    await deliver_all(worker)
    await house.hear(1, to_aunt(), source="family")
    assert await deliver_all(worker) == 0

    (mail,) = mails.mails
    assert (mail["From"], mail["To"], mail["Subject"]) == ("Care team <care@example.org>", MAIL, "A message for you")
    assert mail["Message-ID"] == "<email~n-1@example.org>"
    assert plain(mail.get_content()).strip() == f"You have a message from your care team. Sign in: {STANDARD.link}"
    assert [type for type in await house.said() if type.startswith("Nudge")] == [
        "NudgeHeld",
        "NudgeSent",
        "NudgeDelivered",
    ]


async def test_who_agreed_to_nothing_is_in_the_inbox_only(house: House, worker: Outbound, texts: Provider) -> None:
    """NO-N1: with all channels there, nothing is different for them."""
    await tell_the_aunt(house, worker)

    assert await house.said() == ["ReleaseHeeded", "NoticeSent"]
    assert await house.store.database.count(DELIVERIES, {"state": "due"}) == 0
    assert texts.posts == []


async def test_a_text_arrives_in_the_recipients_language_with_its_key(
    house: House, worker: Outbound, texts: Provider
) -> None:
    """NO-P2, NO-W5."""
    assert (await put_contact(house, TO_AUNT, **SMS, language="es")).status_code == 200
    await tell_the_aunt(house, worker)
    await deliver_all(worker)

    ((headers, body),) = texts.posts
    assert headers["idempotency-key"] == "sms~n-1"
    assert json.loads(plain(body.decode())) == {
        "to": PHONE,
        "text": f"Tiene un mensaje de su equipo. Para leerlo: {STANDARD.link} Responda STOP para terminar.",
    }
    (item,) = (await house.get("/v1/inbox", recipient_kind="SUPPORTER", recipient_id=AUNT))["items"]
    assert item["text"].startswith("Hay un cambio previsto")


async def test_a_webhook_is_signed_with_the_new_key_and_the_old_one(
    house: House, worker: Outbound, texts: Provider
) -> None:
    """NO-P3: a receiver that knows either is content, one that knows neither is not, nor is one it is too late for."""
    agreed = {"channels": ["webhook"], "webhook": texts.url}
    assert (await put_contact(house, "STAFF/staff-eva", **agreed)).status_code == 200
    await house.hear(1, to_staff("n-1"))
    await deliver_all(worker)

    ((headers, body),) = texts.posts
    for key in (NEW_KEY, OLD_KEY):
        assert Webhook(key).verify(body, dict(headers))["type"] == "notice.waiting"
    with pytest.raises(WebhookVerificationError):
        Webhook(f"whsec_{base64.b64encode(b'another').decode()}").verify(body, dict(headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW_KEY).verify(body, {**headers, "webhook-timestamp": "1700000000"})
    assert headers["webhook-id"] == "webhook~n-1"


async def test_a_page_goes_by_every_channel_at_once(
    house: House, worker: Outbound, texts: Provider, mails: MailServer
) -> None:
    """NO-N6: what is critical waits for nothing."""
    agreed = {**SMS, **EMAIL, "channels": ["sms", "email"]}
    assert (await put_contact(house, "STAFF/staff-eva", **agreed)).status_code == 200
    await house.hear(1, to_staff("n-1"))
    await deliver_all(worker)

    assert plain(json.loads(texts.posts[0][1])["text"]) == f"High priority: {ANA}. Please sign in now: {STANDARD.link}"
    assert len(mails.mails) == 1


async def test_a_release_revoked_in_between_keeps_the_nudge_in_the_house(
    house: House, worker: Outbound, texts: Provider
) -> None:
    """NO-N9: asked again immediately before each try."""
    await put_contact(house, TO_AUNT, **SMS)
    texts.status = 503
    await tell_the_aunt(house, worker)
    await worker.once()
    texts.status = 202
    await house.hear(2, revoked())
    await time_passes(house)
    await deliver_all(worker)

    assert len(texts.posts) == 1
    (undeliverable,) = await facts(house, "NudgeUndeliverable")
    assert undeliverable["reason"] == "release-revoked"


async def test_a_nudge_that_is_late_waits_for_the_morning(house: House, worker: Outbound, texts: Provider) -> None:
    """NO-N3: a provider that comes back in the night wakes nobody."""
    await put_contact(house, TO_AUNT, **SMS)
    texts.status = 503
    await tell_the_aunt(house, worker)
    await worker.once()
    texts.status = 202
    house.set_clock(NOON + 12 * HOUR)
    await time_passes(house)
    await worker.once()
    assert len(texts.posts) == 1

    house.set_clock(NOON + 20 * HOUR)
    await time_passes(house)
    await deliver_all(worker)

    assert len(texts.posts) == 2
    assert len(await facts(house, "NudgeDelivered")) == 1


async def test_two_channels_that_refuse_are_a_task_for_the_front_desk(
    house: House, worker: Outbound, mails: MailServer, texts: Provider
) -> None:
    """NO-N8: once, in its inbox; a mail server says with 5xx that it never will."""
    await put_contact(house, TO_AUNT, **{**SMS, **EMAIL, "channels": ["sms", "email"]})
    mails.answer, texts.status = "550 no such mailbox", 410
    await tell_the_aunt(house, worker)
    await deliver_all(worker)
    assert await house.fire() == 1
    await deliver_all(worker)

    assert [fact["reason"] for fact in await facts(house, "NudgeUndeliverable")] == ["refused-410", "refused-550"]
    (task,) = (await house.get("/v1/inbox", recipient_kind="STAFF", recipient_id="scheduler"))["items"]
    assert task["template"] == "contact-unreachable"
    assert (await house.get(f"/v1/recipients/{TO_AUNT}"))["unreachable"]

    await put_contact(house, TO_AUNT, **EMAIL)
    assert not (await house.get(f"/v1/recipients/{TO_AUNT}"))["unreachable"]


async def test_a_mail_server_that_is_busy_or_away_is_waited_for(
    house: House, worker: Outbound, mails: MailServer
) -> None:
    """NO-P1: 4xx passes."""
    await put_contact(house, TO_AUNT, **EMAIL)
    mails.answer = "451 later"
    await tell_the_aunt(house, worker)
    await worker.once()
    mails.answer = "250 OK"
    await time_passes(house)
    await deliver_all(worker)

    assert len(mails.mails) == 1
    assert await facts(house, "NudgeUndeliverable") == []


async def test_several_workers_offer_and_nudge_once(house: House, settings: Settings, texts: Provider) -> None:
    """NO-N1, NO-D6: several instances deliver; the recipient hears one."""
    await put_contact(house, TO_AUNT, **SMS)
    async with post_of(house, settings) as one, post_of(house, settings) as other:
        await house.hear(1, granted())
        await house.hear(1, to_aunt(), source="family")
        await asyncio.gather(one.once(), other.once())
        house.set_clock(SETTLED)
        await house.fire()
        await asyncio.gather(one.once(), other.once())

    assert len(texts.posts) == 1
