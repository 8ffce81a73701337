"""Who is on call, flags of which nobody was told, and a stream that is not heard, on a real database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from common.contracts.coaching import OnCallSet
from common.contracts.notifications import notice_about
from common.contracts.skills import RiskFlagCleared, RiskFlagRaised
from common.contracts.words import FlagId, RiskLevel, Role, StaffId
from notifications.app import STANDARD, app
from notifications.doors import watch
from notifications.settings import Settings
from notifications.views import paging
from rules.notifications.story import ANA, to_staff
from services.one_house import HOUR, House, house_of
from services.one_service import NOON, signing_key

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TOPIC = RiskFlagRaised.TOPIC
instant = datetime.fromisoformat


@pytest_asyncio.fixture
async def house(mongo_uri: str, tmp_path: Path) -> AsyncIterator[House]:
    """Notifications with ladders, as it is where nothing is set."""
    async with house_of(app(Settings(jwks=signing_key(tmp_path))), mongo_uri, tmp_path) as house:
        yield house


def shift(staff: str | None, starts_at: datetime, shift_id: str = "s-1") -> OnCallSet:
    """Scheduling says who is on call for eight hours."""
    who = StaffId(staff) if staff else None
    return OnCallSet(
        at=NOON, shift_id=shift_id, staff=who, starts_at=starts_at, ends_at=starts_at + 8 * HOUR, set_by=StaffId("s")
    )


def raised(flag: str = "f-1") -> RiskFlagRaised:
    """A diary card raises a flag."""
    return RiskFlagRaised(at=NOON, participant_id=ANA, flag_id=FlagId(flag), level=RiskLevel.MODERATE, rule="SK-R2")


async def told(house: House) -> list[tuple[str, str]]:
    """Everybody who was told, and what."""
    rows = await house.store.database.find("notices", {}, sort=[("sent_at", 1), ("_id", 1)])
    return [(row["recipient_id"], row["template"]) for row in rows]


async def pass_by(house: House, minutes: int) -> None:
    """So many minutes after noon; everything that is due happens."""
    house.set_clock(NOON + minutes * MINUTE)
    while await house.fire() or await paging.to_page(house.store.database):
        await watch.page_due(house.desk, STANDARD)


async def test_who_is_on_call_when_the_rung_is_due_is_told(house: House) -> None:
    """NO-L6: not who was when it began; a shift taken away counts no more; heard twice, it is known once."""
    await house.hear(1, shift("staff-max", NOON - 8 * HOUR + MINUTE, "early"))
    await house.hear(2, shift("staff-liv", NOON + MINUTE, "late"))
    await house.hear(3, shift("staff-gone", NOON, "gone"))
    await house.hear(4, shift(None, NOON, "gone"))
    await house.hear(4, shift(None, NOON, "gone"))
    order = to_staff("n-1").model_copy(update={"ladder": "risk-moderate"})
    await house.hear(1, order)
    await pass_by(house, 0)
    assert ("staff-max", "risk-flag-raised") in await told(house)

    await house.hear(2, to_staff("n-2"))
    house.set_clock(NOON + 2 * MINUTE)
    await pass_by(house, 2)

    assert {who for who, _ in await told(house)} == {"staff-eva", "on-call-clinician", "staff-max", "staff-liv"}
    assert "staff-gone" not in str(await told(house))


async def test_where_nobody_is_on_call_the_next_ones_are_told_at_once(house: House) -> None:
    """NO-L6: and the front desk has a task; looked at again, nothing is said again."""
    await house.hear(1, to_staff("n-1"))
    await pass_by(house, 0)
    first = await told(house)
    await pass_by(house, 1)

    assert set(first) == {
        ("staff-eva", "risk-flag-raised"),
        ("on-call-clinician", "risk-flag-raised"),
        ("scheduler", "nobody-on-call"),
        ("backup-clinician", "still-unanswered"),
        ("on-site-lead", "still-unanswered"),
    }
    assert await told(house) == first


async def test_afterwards_a_matter_says_who_was_told_at_which_step(house: House) -> None:
    """NO-L2, NO-L6: and who was on call at it, and who has it; also once it is resolved; nothing, of what never was."""
    await house.hear(1, shift("staff-max", NOON - HOUR))
    await house.hear(1, to_staff("n-1"))
    for minutes in (0, 0, 5):
        await pass_by(house, minutes)
    for act in ("acknowledge", "contact", "resolve"):
        await house.post(f"/v1/ladders/n-1/{act}", who="staff-max")
    unknown = await house.http.get("/v1/ladders/n-9", headers=house.caller.headers([Role.UR_NURSE], "-"))

    one = await house.get("/v1/ladders/n-1")
    told = [(row["step"], row["to"], instant(row["at"]), row.get("on_call")) for row in one["steps"]]
    assert told == [
        (0, ["on-call-clinician"], NOON, "staff-max"),
        (1, ["backup-clinician", "on-site-lead"], NOON + 5 * MINUTE, None),
    ]
    assert (one["by"], instant(one["acknowledged_at"])) == ("staff-max", NOON + 5 * MINUTE)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no-such-ladder")


async def heard_a_minute_ago(house: House) -> None:
    """More than a minute passes, by the database's clock."""
    past = await house.store.database.now() - timedelta(seconds=STANDARD.risk_stream_seconds + 1)
    await house.store.database.update(paging.FLAGS, {}, {"$set": {"heard_at": past}})


async def test_a_flag_of_which_nobody_was_told_is_paged_once(house: House) -> None:
    """NO-K2: intake is away; not before the minute is over, and not again."""
    await house.hear(1, shift("staff-max", NOON - HOUR))
    await house.hear(1, raised())
    await watch.look(house.desk, STANDARD, LONG_AGO)
    assert await told(house) == []

    await heard_a_minute_ago(house)
    for _ in range(2):
        await watch.look(house.desk, STANDARD, LONG_AGO)
    await pass_by(house, 0)

    assert await told(house) == [("on-call-clinician", "risk-flag-raised"), ("staff-max", "risk-flag-raised")]


async def test_a_flag_paged_unheard_has_no_second_ladder_when_intake_is_back(house: House) -> None:
    """NO-L8, NO-K2: intake asks late, and once more; who clears the flag has its ladder, over the same stream."""
    await house.hear(1, raised())
    await heard_a_minute_ago(house)
    await watch.look(house.desk, STANDARD, LONG_AGO)
    late = to_staff(notice_about("f-1", "staff-eva"))
    await house.hear(1, late)
    await house.hear(1, late)
    await house.hear(2, late.model_copy(update={"notice_id": notice_about("f-1", "staff-new")}))

    (row,) = await house.get("/v1/ladders")
    assert (row["ladder_id"], row["rest"]) == ("f-1", "climbing")
    cleared = RiskFlagCleared(at=NOON, participant_id=ANA, flag_id=FlagId("f-1"), cleared_by=StaffId("staff-eva"))
    for _ in range(2):
        await house.hear(2, cleared)
    (row,) = await house.get("/v1/ladders")
    assert (row["rest"], row["by"]) == ("acknowledged", "staff-eva")
    assert [(await house.said()).count(said) for said in ("LadderStarted", "LadderAcknowledged")] == [1, 1]


async def test_a_flag_that_was_told_or_cleared_is_not_paged(house: House) -> None:
    """NO-K2: whichever came first."""
    await house.hear(1, to_staff("n-1"))
    await house.hear(1, raised("f-told"))
    await house.hear(2, raised("f-cleared"))
    cleared = RiskFlagCleared(at=NOON, participant_id=ANA, flag_id=FlagId("f-cleared"), cleared_by=StaffId("staff-eva"))
    await house.hear(3, cleared)
    before = await told(house)
    await heard_a_minute_ago(house)
    await watch.look(house.desk, STANDARD, LONG_AGO)

    assert await told(house) == before
    assert await house.store.database.count(paging.FLAGS, {"settled": None}) == 0


async def listening(house: House, heard: dict[int, float], real: datetime) -> list[dict[str, Any]]:
    """This instance heard its partitions until so many seconds before now, and looks; the pages there are."""
    times = {(TOPIC, partition): int((real.timestamp() - ago) * 1000) for partition, ago in heard.items()}
    house.desk.lag.done(times)
    house.desk.lag.look(dict.fromkeys(times, False), real.timestamp())
    await watch.look(house.desk, STANDARD, LONG_AGO)
    await pass_by(house, 0)
    return await house.store.database.find(paging.PAGES, {}, sort=[("_id", 1)])


async def test_a_stream_that_is_not_heard_is_paged_once_and_its_end_is_told(house: House) -> None:
    """NO-K1: the partition that is furthest behind counts; the clock of the program stands all the while."""
    await house.hear(1, shift("staff-max", NOON - HOUR))
    real = await house.store.database.now()
    assert await listening(house, {0: 1.0, 1: 40.0}, real) == []
    await house.store.database.update(paging.HEARING, {"_id": f"{TOPIC}|1"}, {"$set": {"until": real - 61 * SECOND}})
    house.desk.lag.look({}, 0.0)

    await watch.look(house.desk, STANDARD, LONG_AGO)
    await watch.look(house.desk, STANDARD, LONG_AGO)
    await pass_by(house, 0)
    late = [("on-call-clinician", "risk-stream-late"), ("staff-max", "risk-stream-late")]
    assert await told(house) == late

    await listening(house, {0: 0.0, 1: 0.0}, await house.store.database.now())
    heard = [("on-call-clinician", "risk-stream-heard"), ("staff-max", "risk-stream-heard")]
    assert sorted(await told(house)) == sorted([*late, *heard])
    assert (await house.said()).count("RiskStreamLate") == (await house.said()).count("RiskStreamHeard") == 1


async def test_another_instance_that_hears_the_rest_does_not_hide_what_is_not_heard(house: House) -> None:
    """NO-K1: whoever looks sees all partitions; one that nobody ever spoke on is no silence."""
    real = await house.store.database.now()
    await paging.note_hearing(house.store.database, TOPIC, {0: real.timestamp(), 1: real.timestamp() - 90})
    await watch.look(house.desk, STANDARD, real)
    assert "RiskStreamLate" not in await house.said()

    await watch.look(house.desk, STANDARD, LONG_AGO)
    assert (await house.said()).count("RiskStreamLate") == 1


async def test_where_nothing_was_ever_said_nothing_is_late(house: House) -> None:
    """NO-K1: a new house has no incident."""
    await watch.look(house.desk, STANDARD, LONG_AGO)

    assert await house.said() == []
