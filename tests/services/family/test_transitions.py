"""Transitions on a real database: meetings and tellings, repeated, late and out of order."""

from common.contracts.message import Contract
from common.contracts.notifications import NoticeSent, NoticeSuppressed
from common.contracts.words import NoticeId, RecipientKind, ReleaseId
from rules.family.story import ANA, AUNT, approved, arrange, cancel, compensated, granted, moved, revoked
from services.one_house import HOUR, House
from services.one_service import NOON

PAGE = f"/v1/participants/{ANA}"
TOLD = f"{PAGE}/told"


def sent(notice: str, kind: RecipientKind = RecipientKind.SUPPORTER) -> NoticeSent:
    """Notifications sent it."""
    return NoticeSent(
        at=NOON + HOUR,
        participant_id=ANA,
        notice_id=NoticeId(notice),
        recipient_kind=kind,
        recipient_id=AUNT,
        template="transition-planned",
        channel="in-app",
        release_id=ReleaseId("r-1"),
    )


def kept_back(notice: str) -> NoticeSuppressed:
    """Notifications did not send it after all."""
    return NoticeSuppressed(
        at=NOON + HOUR,
        participant_id=ANA,
        notice_id=NoticeId(notice),
        recipient_kind=RecipientKind.SUPPORTER,
        recipient_id=AUNT,
        template="transition-planned",
        reason="release-revoked",
    )


async def asked_notice(house: House) -> str:
    """The id of the one notice that was asked for."""
    (row,) = await house.store.database.find("journal", {"topic": "notifications.commands"})
    notice: str = row["data"].split('"notice_id":"')[1].split('"')[0]
    return notice


async def test_a_meeting_is_arranged_once_and_given_back_once(house: House) -> None:
    """FA-T3."""
    await house.hear(1, granted())
    commands: list[Contract] = [arrange(), arrange(), cancel(), cancel(), arrange()]
    for number, command in enumerate(commands, 1):
        await house.hear(number, command)
        await house.hear(number, command)

    said = [one for one in await house.said() if one.startswith("TransitionMeeting")]
    assert said == ["TransitionMeetingArranged", "TransitionMeetingCancelled"]
    assert (await house.said()).count("SupporterToBeTold") == len(["meeting-invited", "meeting-off"])


async def test_a_cancellation_that_comes_first_forbids_the_meeting(house: House) -> None:
    """FA-T3."""
    await house.hear(1, granted())
    await house.hear(1, cancel())
    await house.hear(2, arrange())

    assert await house.said() == ["ReleaseNoted", "TransitionMeetingCancelled"]


async def test_a_request_that_comes_too_early_waits_for_the_one_before_it(house: House) -> None:
    """FA-T3: a late request is still answered, in its order."""
    await house.hear(2, cancel())
    assert await house.said() == []

    await house.hear(1, arrange())

    said = ["AlternativeSupportPlanUsed", "TalkPreparationAsked", "TransitionMeetingCancelled"]
    assert await house.said() == said


async def test_a_meeting_shows_who_may_no_longer_take_part(house: House) -> None:
    """FA-T1: a revocation after the arrangement is seen by whoever prepares the meeting."""
    await house.hear(1, granted())
    await house.hear(1, arrange())
    assert [m["no_longer"] for m in (await house.get(PAGE))["meetings"]] == [[]]

    await house.hear(2, revoked())
    assert [m["no_longer"] for m in (await house.get(PAGE))["meetings"]] == [[AUNT]]


async def test_news_heard_twice_is_passed_on_once(house: House) -> None:
    """FA-S1: the same message again, and the same news in another message."""
    await house.hear(1, granted())
    for number in (2, 2, 3):
        await house.hear(number, approved())

    assert await house.said("notifications.commands") == ["SendNotice"]
    assert await house.said() == ["ReleaseNoted", "SupporterToBeTold"]


async def test_the_page_says_under_which_release_somebody_was_told(house: House) -> None:
    """FA-S5."""
    await house.hear(1, granted())
    await house.hear(2, approved())
    assert [row["outcome"] for row in await house.get(TOLD)] == ["to-be-told"]

    notice = await asked_notice(house)
    await house.hear(1, sent(notice), source="notifications")
    await house.hear(1, sent(notice), source="notifications")

    (row,) = await house.get(TOLD)
    assert (row["outcome"], row["release_id"], row["scope"]) == ("told", "r-1", "TRANSITION_PLAN")


async def test_the_page_says_that_somebody_was_not_told_after_all(house: House) -> None:
    """FA-S5."""
    await house.hear(1, granted())
    await house.hear(2, approved())
    await house.hear(1, kept_back(await asked_notice(house)), source="notifications")

    (row,) = await house.get(TOLD)
    assert (row["outcome"], row["reason"]) == ("kept-silent", "release-revoked")


async def test_the_page_says_who_was_kept_silent_and_why(house: House) -> None:
    """FA-S2, FA-S5."""
    await house.hear(1, granted())
    await house.hear(2, revoked())
    await house.hear(3, moved())

    (row,) = await house.get(TOLD)
    assert (row["supporter_id"], row["outcome"], row["reason"]) == (AUNT, "kept-silent", "release-revoked")
    assert await house.said("notifications.commands") == []


async def test_notices_to_others_are_none_of_familys_business(house: House) -> None:
    """FA-S5."""
    await house.hear(1, sent("n-1", RecipientKind.STAFF), source="notifications")

    assert await house.get(TOLD) == []


async def test_a_revocation_between_plan_and_withdrawal_keeps_silent(house: House) -> None:
    """FA-S3, out of order: the withdrawal comes before the plan and waits for it."""
    await house.hear(1, granted())
    await house.hear(4, compensated())
    await house.hear(3, revoked())
    await house.hear(2, approved())

    assert await house.said() == ["ReleaseNoted", "SupporterToBeTold", "ReleaseNoted", "SupporterKeptSilent"]
    assert await house.said("notifications.commands") == ["SendNotice"]
