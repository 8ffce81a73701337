"""Notices on a real database: once, in order, and only what may be said."""

from datetime import timedelta

from prometheus_client import REGISTRY

from common.contracts.network import SupporterHeldBack
from common.contracts.part2 import STATEMENT
from common.contracts.words import ReleaseScope, Role
from notifications.domain.correspondence import Stage
from notifications.views.notices import measure
from rules.notifications.story import ANA, AUNT, FRIEND, PLAN, granted, revoked, to_aunt, to_staff
from services.one_house import HOUR, House
from services.one_service import NOON

NOTICES = f"/v1/participants/{ANA}/notices"
TO_AUNT = {"recipient_kind": "SUPPORTER", "recipient_id": AUNT}
TO_EVA = {"recipient_kind": "STAFF", "recipient_id": "staff-eva"}


async def test_a_notice_is_sent_once_however_often_the_request_comes(house: House) -> None:
    """NO-Q1: the same message again, and the same intent in another message."""
    await house.hear(1, to_staff())
    await house.hear(1, to_staff())
    await house.hear(2, to_staff())

    assert await house.said() == ["NoticeSent"]
    assert len((await house.get("/v1/inbox", **TO_EVA))["items"]) == 1


async def test_notices_are_counted_by_how_far_they_are(house: House) -> None:
    """NO-S1: what waits, what was said, and what was better not said."""
    await house.hear(1, to_staff())
    await house.hear(1, to_aunt("unreleased"), source="family")
    await house.hear(2, to_aunt("later", due_at=NOON + HOUR), source="family")

    await measure(house.desk)

    assert {state: REGISTRY.get_sample_value("throughline_notices", {"state": state}) for state in Stage} == {
        Stage.WAITING: 1,
        Stage.SENT: 1,
        Stage.SUPPRESSED: 1,
        Stage.ACKNOWLEDGED: 0,
    }


async def test_a_request_that_comes_too_early_waits_for_the_one_before_it(house: House) -> None:
    """NO-Q2: order per participant holds, so the plan is known before it is taken back."""
    off = to_aunt("off", template="plans-changed", follows="plan")
    await house.hear(1, granted())
    await house.hear(2, off, source="family")
    assert await house.said() == ["ReleaseHeeded"]

    await house.hear(1, to_aunt("plan"), source="family")

    assert await house.said() == ["ReleaseHeeded", "NoticeSent", "NoticeSent"]


async def test_a_waiting_notice_is_sent_when_it_is_due_and_only_once(house: House) -> None:
    """NO-S1."""
    await house.hear(1, granted())
    await house.hear(1, to_aunt(due_at=NOON + HOUR), source="family")
    assert await house.fire() == 0

    house.set_clock(NOON + HOUR)
    assert [await house.fire(), await house.fire()] == [1, 0]

    assert await house.said() == ["ReleaseHeeded", "NoticeQueued", "NoticeSent"]
    (notice,) = await house.get(NOTICES)
    assert (notice["stage"], notice["release_id"]) == ("sent", "r-1")


async def test_a_revocation_that_comes_while_a_notice_waits_wins(house: House) -> None:
    """NO-S1."""
    await house.hear(1, granted())
    await house.hear(1, to_aunt(due_at=NOON + HOUR), source="family")
    await house.hear(2, revoked())
    house.set_clock(NOON + HOUR)
    await house.fire()

    (notice,) = await house.get(NOTICES)
    assert (notice["stage"], notice["reason"]) == ("suppressed", "release-revoked")
    assert (await house.get("/v1/inbox", **TO_AUNT))["items"] == []


async def test_two_notices_due_at_once_are_both_sent(house: House) -> None:
    """NO-S1: one timer serves all notices of a participant, also one that comes after it fired."""
    due_at = NOON + HOUR + timedelta(microseconds=123456)
    await house.hear(1, granted())
    await house.hear(1, to_aunt("n-1", due_at=due_at), source="family")
    await house.hear(2, to_aunt("n-2", due_at=due_at), source="family")
    house.set_clock(NOON + 2 * HOUR)
    assert [await house.fire(), await house.fire()] == [1, 0]
    await house.hear(3, to_aunt("n-3", due_at=due_at), source="family")

    assert [n["stage"] for n in await house.get(NOTICES)] == ["sent", "sent", "sent"]


async def test_an_unknown_text_stops_that_participant_and_is_put_to_an_operator(house: House) -> None:
    """NO-W1."""
    await house.hear(1, to_staff("n-1", template="hello"))
    await house.hear(2, to_staff("n-2"))

    parked = await house.store.database.find("parked", {}, sort=[("sequence", 1)])
    assert [row["reason"] for row in parked] == ["unknown-template", "behind-parked"]
    assert "NoticeSent" not in await house.said()


async def test_the_inbox_reads_in_words_and_newest_first(house: House) -> None:
    """NO-W2."""
    await house.hear(1, to_staff("n-1", template="leave-overdue"))
    await house.hear(2, to_staff("n-2", template="proposal-to-sign").model_copy(update={"at": NOON + HOUR}))

    items = (await house.get("/v1/inbox", **TO_EVA))["items"]

    assert [item["notice_id"] for item in items] == ["n-2", "n-1"]
    assert items[1]["text"] == f"{ANA} was expected back and is not here yet. Please get in touch."


async def test_the_inbox_is_read_page_by_page(house: House) -> None:
    """A cursor leads through everything once, also where notices were sent at one instant."""
    for number in range(1, 6):
        await house.hear(number, to_staff(f"n-{number}"))

    seen, before = [], ""
    while before is not None:
        page = await house.get("/v1/inbox", **TO_EVA, limit=2, before=before)
        seen += [item["notice_id"] for item in page["items"]]
        before = page["next"]

    assert sorted(seen) == [f"n-{number}" for number in range(1, 6)]
    assert len(set(seen)) == len(seen)


async def test_a_supporter_reads_a_notice_only_while_its_release_stands(house: House) -> None:
    """NO-S5: what was sent and not read yet is withheld from the moment it may not be heard."""
    await house.hear(1, granted(expires_on=NOON.date()))
    await house.hear(1, to_aunt(), source="family")
    assert len((await house.get("/v1/inbox", **TO_AUNT))["items"]) == 1

    house.set_clock(NOON + timedelta(days=1))
    assert (await house.get("/v1/inbox", **TO_AUNT))["items"] == []

    house.set_clock(NOON)
    await house.hear(2, revoked())
    assert (await house.get("/v1/inbox", **TO_AUNT))["items"] == []
    assert [n["stage"] for n in await house.get(NOTICES)] == ["sent"]


async def test_a_notice_is_acknowledged_once(house: House) -> None:
    """NO-A1: with the same key, and with another."""
    await house.hear(1, to_staff())
    seen = f"{NOTICES}/n-staff/acknowledge"
    first, again, other = [await house.post(seen, key=key) for key in ("k-1", "k-1", "k-2")]

    assert [r.status_code for r in (first, again, other)] == [200, 200, 200]
    assert [r.json()["said"] for r in (first, again, other)] == [
        ["NoticeAcknowledged.v1"],
        ["NoticeAcknowledged.v1"],
        [],
    ]
    assert await house.said() == ["NoticeSent", "NoticeAcknowledged"]
    assert (await house.get("/v1/inbox", **TO_EVA))["items"][0]["stage"] == "acknowledged"


async def test_only_the_recipient_acknowledges(house: House) -> None:
    """NO-A1."""
    await house.hear(1, to_staff())

    answers = [
        await house.post(f"{NOTICES}/n-staff/acknowledge", who="staff-max", role=Role.MEDICAL),
        await house.post(f"{NOTICES}/n-unknown/acknowledge"),
    ]

    assert [(a.status_code, a.json()["code"]) for a in answers] == [(403, "not-the-recipient"), (404, "no-such-notice")]


async def test_the_inbox_is_for_staff_with_a_token_and_a_cursor_that_reads(house: House) -> None:
    """Nobody reads without a token; a cursor nobody gave is answered as such."""
    bare = await house.http.get("/v1/inbox", params=TO_EVA)
    assert bare.status_code == 401

    token = house.caller.headers([Role.CLINICIAN], "-", "staff-eva")
    for before in ("yesterday", "0001-01-01T00:00:00+14:00|x"):
        wrong = await house.http.get("/v1/inbox", params={**TO_EVA, "before": before}, headers=token)
        assert (wrong.status_code, wrong.json()["code"]) == (422, "cursor-unreadable")


async def test_somebody_kept_away_reads_nothing_any_more(house: House) -> None:
    """NO-R3, NO-S5: also of what they were sent before."""
    await house.hear(1, granted())
    await house.hear(1, to_aunt(), source="family")
    assert len((await house.get("/v1/inbox", **TO_AUNT))["items"]) == 1

    held = SupporterHeldBack(at=NOON, participant_id=ANA, supporter_id=AUNT)
    for _ in range(2):
        await house.hear(1, held)

    assert (await house.get("/v1/inbox", **TO_AUNT))["items"] == []
    assert (await house.said()).count("DistanceHeeded") == 1


async def test_what_a_supporter_reads_under_a_part_2_consent_carries_its_statement(house: House) -> None:
    """NO-S6: in the inbox, in their language; not once the consent is taken back, and not in what leaves by itself."""
    await house.hear(1, granted(PLAN, ReleaseScope.SUD))
    await house.hear(2, granted(PLAN, release="r-2", to=FRIEND))
    to_friend = to_aunt("n-2").model_copy(update={"recipient_id": FRIEND})
    for _ in range(2):
        await house.hear(1, to_aunt("n-1"), source="family")
        await house.hear(2, to_friend, source="family")

    (item,) = (await house.get("/v1/inbox", **TO_AUNT))["items"]
    (other,) = (await house.get("/v1/inbox", **{**TO_AUNT, "recipient_id": FRIEND}))["items"]
    assert item["part2"]["statement"] == STATEMENT
    assert "planned changes of care, records of substance use" in item["part2"]["scope"]
    assert "42 CFR" not in item["text"]
    assert "part2" not in other

    await house.hear(3, revoked())
    assert (await house.get("/v1/inbox", **TO_AUNT))["items"] == []
