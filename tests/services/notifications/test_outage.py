"""A day without the provider of texts: what is still true is said once, what is not is dropped and says why."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from common import outbound
from common.contracts.coaching import OnCallSet
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, StaffId
from common.outbound import AT_FIRST_SIGHT, DELIVERIES, DUE, Outbound
from notifications.app import app
from notifications.doors import watch
from notifications.doors.policy_file import policy_in
from notifications.settings import STANDARD_FILE, Settings
from rules.notifications.story import granted, revoked, to_aunt
from services import one_service
from services.notifications.carrying import SMS, TO_AUNT, MailServer, post_of, put_contact
from services.notifications.outside import facts, time_passes
from services.one_gateway import Outside
from services.one_house import HOUR, House, house_of
from services.one_service import NOON, signing_key

PEOPLE, MATTERS, ANSWERED, EXPIRES = 60, 40, 30, 18
"""Participants with three messages each over the day; flags, those that somebody answers within the hour; hours."""
TOO_OLD = sum(number % 8 < 24 - EXPIRES for number in range(PEOPLE))
"""Whose first message is too old for a sound when the provider is back; the two after it leave as one."""
ON_CALL = "staff-max"
FIRST, REPEATED = (202, True), 200
"""What the provider answers to a text it has not seen, and to one that it has."""
FOR_GOOD = 1e9
"""Seconds, until it is told to be back."""
BUSY = 503
"""The machine is slow: the same request again."""


@pytest.fixture(autouse=True)
def driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """One day is enough, for that both drivers do the same is shown elsewhere; and no try ends because we are slow."""
    monkeypatch.setattr(one_service, "driver", "motor")
    monkeypatch.setattr(outbound, "SEND_SECONDS", 600.0)


@dataclass
class Day:
    """One house, hour by hour; the provider of texts is away for the first twenty-four."""

    house: House
    worker: Outbound
    settings: Settings
    heard: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def hear(self, data: Contract, source: str = "intake") -> None:
        """The next message of its subject."""
        self.heard[f"{source}|{data.TOPIC}", data.subject()] += 1
        await self.house.hear(self.heard[f"{source}|{data.TOPIC}", data.subject()], data, source)

    async def tell(self, hour: int, number: int, kind: RecipientKind, to: str, template: str) -> None:
        """A notice about somebody."""
        who, at = ParticipantId(f"p-{number:02}"), NOON + hour * HOUR
        id = NoticeId(f"{template}.{number:02}.{hour:02}")
        await self.hear(
            SendNotice(at=at, participant_id=who, notice_id=id, recipient_kind=kind, recipient_id=to, template=template)
        )

    async def pass_hour(self, hour: int) -> None:
        """All that is due happens, everything is tried, and then an hour passes, of real time as well."""
        policy = policy_in(self.settings.policy_file)
        for minute in (0, 15):
            self.house.set_clock(NOON + hour * HOUR + minute * timedelta(minutes=1))
            while await self.house.fire():
                await watch.page_due(self.house.desk, policy)
            await self.deliver()
        await self.answer(hour)
        await time_passes(self.house)
        rows = await self.house.store.database.find(DELIVERIES, {"state": DUE, "expires_at": {"$exists": True}})
        for row in rows:
            sooner = {"$set": {"expires_at": row["expires_at"] - HOUR}}
            await self.house.store.database.update(DELIVERIES, {"_id": row["_id"]}, sooner)

    async def deliver(self) -> None:
        """All that is due and was not tried yet, is tried; what fails waits until time has passed."""
        while await self.house.store.database.count(DELIVERIES, {"state": DUE, "next_try_at": AT_FIRST_SIGHT}):
            await self.worker.once()

    async def answer(self, hour: int) -> None:
        """Who is on call takes this hour's matters, but some only the day after."""
        for number in range(MATTERS):
            if (number % 24 == hour and number < ANSWERED) or (hour == 24 and number >= ANSWERED):
                path = f"/v1/ladders/risk-flag-raised.{number:02}.{number % 24:02}"
                for act in ("acknowledge", "contact", "resolve"):
                    while (said := await self.house.post(f"{path}/{act}", who=ON_CALL, key=f"{path}/{act}")).is_error:
                        assert said.status_code == BUSY


@pytest_asyncio.fixture
async def day(mongo_uri: str, tmp_path: Path, mails: MailServer, gateway: Outside) -> AsyncIterator[Day]:
    """Texts by a provider in a process of its own, mail by a server; nudges are worth a sound for eighteen hours."""
    file = tmp_path / "policy.yaml"
    file.write_text(STANDARD_FILE.read_text().replace("expires_hours: 72", f"expires_hours: {EXPIRES}"))
    settings = Settings(
        jwks=signing_key(tmp_path),
        policy_file=file,
        smtp=f"127.0.0.1:{mails.port}",
        smtp_tls=False,
        mail_from="Care team <care@example.org>",
        sms=gateway.url,
    )
    await gateway.be_away(0)
    async with house_of(app(settings), mongo_uri, tmp_path) as house, post_of(house, settings) as worker:
        yield Day(house, worker, settings)


async def live_through(day: Day, gateway: Outside) -> None:
    """A day without the provider, and half a one with it."""
    shift = {"shift_id": "s-1", "staff": StaffId(ON_CALL), "set_by": StaffId("s")}
    await day.hear(OnCallSet(at=NOON, **shift, starts_at=NOON, ends_at=NOON + 48 * HOUR), "scheduling")
    for number in range(PEOPLE):
        await put_contact(day.house, f"PARTICIPANT/p-{number:02}", **{**SMS, "sms": f"+120255501{number:02}"})
    await put_contact(day.house, TO_AUNT, **SMS)
    both = {**SMS, "channels": ["sms", "email"], "email": "max@example.org"}
    await put_contact(day.house, f"STAFF/{ON_CALL}", **both)
    await day.hear(granted())
    await day.hear(to_aunt(), "family")
    await gateway.be_away(FOR_GOOD)
    for hour in range(24):
        for number in range(PEOPLE):
            if (hour - number) % 8 == 0:
                await day.tell(hour, number, RecipientKind.PARTICIPANT, f"p-{number:02}", "level-changed")
        for number in range(MATTERS):
            if number % 24 == hour:
                await day.tell(hour, number, RecipientKind.STAFF, "staff-eva", "risk-flag-raised")
        if hour == 10:
            await day.hear(revoked())
        await day.pass_hour(hour)
    await gateway.be_away(0)
    for hour in range(24, 36):
        await day.pass_hour(hour)


async def test_a_day_without_the_provider_of_texts(day: Day, gateway: Outside, mails: MailServer) -> None:
    """NO-N5, NO-N6, NO-N7, NO-N10, NO-D3, NO-D4, NO-D6, NO-L7: counted in what is said, and where it arrived."""
    await live_through(day, gateway)

    sent = {fact["nudge_id"]: fact for fact in await facts(day.house, "NudgeSent")}
    ended = [*await facts(day.house, "NudgeDelivered"), *await facts(day.house, "NudgeUndeliverable")]
    dropped = await facts(day.house, "NudgeDropped")
    fates: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for fact in ended:
        kind = "page" if sent[fact["nudge_id"]]["critical"] else fact["recipient_kind"]
        fates[f"{kind} by {fact['channel']}"][fact.get("reason", "delivered")] += 1

    assert fates["page by email"] == {"delivered": MATTERS}
    assert fates["page by sms"] == {"answered": ANSWERED, "delivered": MATTERS - ANSWERED}
    assert fates["SUPPORTER by sms"] == {"release-revoked": 1}
    assert fates["PARTICIPANT by sms"] == {"delivered": PEOPLE, "expired": TOO_OLD}
    kept = Counter(fact["reason"] for fact in dropped if fact["recipient_kind"] == "PARTICIPANT")
    assert kept == {"covered": 2 * (PEOPLE - TOO_OLD)}

    told = Counter(one["notice_id"] for fact in sent.values() if fact["channel"] == "sms" for one in fact["notices"])
    told.update(fact["notice"]["notice_id"] for fact in dropped)
    asked = {f"level-changed.{n:02}.{h:02}" for h in range(24) for n in range(PEOPLE) if (h - n) % 8 == 0}
    assert {told[notice] for notice in asked} == {1}
    assert Counter(fact["nudge_id"] for fact in ended) == Counter(list(sent))
    assert await day.house.store.database.count(DELIVERIES, {"state": DUE}) == 0

    arrived = [fact for fact in ended if "reason" not in fact and fact["channel"] == "sms"]
    assert all(gateway.answered(fact["nudge_id"]).count(FIRST) == 1 for fact in arrived)
    for row in await day.house.store.database.find(DELIVERIES, {"_id": {"$in": list(sent)}}):
        again = [status for status, _ in gateway.answered(row["_id"])].count(REPEATED)
        assert again <= row["unheard"] - 1, "sent again although every try had been answered"
    assert all(_age(sent[fact["nudge_id"]], fact) <= EXPIRES * HOUR for fact in arrived if not _critical(sent, fact))
    pages = [fact for fact in ended if fact["channel"] == "email"]
    assert len(mails.mails) == MATTERS
    assert {_age(sent[fact["nudge_id"]], fact) for fact in pages} == {timedelta(0)}
    inbox = await day.house.store.database.count("notices", {"recipient_kind": "PARTICIPANT", "stage": "sent"})
    assert inbox == len(asked)


def _critical(sent: dict[str, Any], fact: dict[str, Any]) -> bool:
    return bool(sent[fact["nudge_id"]]["critical"])


def _age(sent: dict[str, Any], ended: dict[str, Any]) -> timedelta:
    return datetime.fromisoformat(ended["at"]) - datetime.fromisoformat(sent["at"])
