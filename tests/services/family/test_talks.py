"""The talk before a change of level, at its doors and by its timer."""

from typing import Any

import pytest

from common.contracts.words import Role
from rules.family.story import ANA, AUNT, FRIEND, MOVE, arrange, cancel, granted, revoked
from services.one_house import HOUR, House
from services.one_service import NOON

PAGE = f"/v1/participants/{ANA}"
TALK = f"{PAGE}/transition-meetings/{MOVE}"
HELD: dict[str, Any] = {"supporter_ids": [AUNT], "participant_present": True, "gone_through": ["WARNING_SIGNS"]}
STAND_INS: dict[str, Any] = {"stand_ins": [{"kind": "PEER", "stands_in_for": ["WHO_TO_CALL", "HOME_AGREEMENT"]}]}


async def test_a_talk_is_asked_for_held_and_stands_on_the_page(house: House) -> None:
    """FA-T11, FA-T14: asked for twice, held twice, once each."""
    await house.hear(1, granted())
    for number in (1, 1, 2):
        await house.hear(number, arrange())
    assert await house.said("notifications.commands") == ["SendNotice", "SendNotice"]

    house.set_clock(NOON + 48 * HOUR)
    for _ in range(2):
        assert (await house.post(f"{TALK}/held", HELD)).status_code == 200

    (meeting,) = (await house.get(PAGE))["meetings"]
    assert (meeting["gone_through"], meeting["open"]) == (
        ["WARNING_SIGNS"],
        ["HOME_AGREEMENT", "SAFETY_PLAN_ROLE", "WHO_TO_CALL"],
    )
    assert (await house.said()).count("FamilySessionHeld") == 1
    house.set_clock(NOON + 96 * HOUR)
    assert await house.fire() == 0


async def test_a_talk_that_passed_by_is_asked_about_once(house: House) -> None:
    """FA-T15: a durable timer; a cancellation takes it away."""
    await house.hear(1, granted())
    await house.hear(1, arrange())
    house.set_clock(NOON + 72 * HOUR)
    assert [await house.fire() for _ in range(2)] == [1, 0]
    assert (await house.said()).count("TransitionMeetingPassed") == 1


async def test_a_talk_called_off_is_not_asked_about(house: House) -> None:
    """FA-T11, FA-T15: also where the cancellation comes before the request."""
    await house.hear(1, granted())
    await house.hear(2, cancel())
    await house.hear(1, arrange())
    house.set_clock(NOON + 96 * HOUR)

    assert await house.fire() == 0
    assert await house.said("notifications.commands") == ["SendNotice"] * 3


async def test_a_no_and_a_release_taken_back_lead_to_the_plan(house: House) -> None:
    """FA-T12, FA-T13."""
    await house.hear(1, granted())
    await house.hear(2, granted(release="r-2", to=FRIEND))
    await house.hear(1, arrange())
    assert (await house.post(f"{TALK}/decline", {"supporter_id": AUNT})).status_code == 200
    await house.hear(3, revoked("r-2", FRIEND))

    said = await house.said()
    assert said[-3:] == ["MeetingInvitationWithdrawn", "AlternativeSupportPlanUsed", "TalkPreparationAsked"]
    assert (await house.post(f"{PAGE}/alternative-support-plan/stand-ins", STAND_INS)).status_code == 200
    page = await house.get(PAGE)
    assert (page["alternative_support_plan"], page["stand_ins"][0]["kind"]) == (True, "PEER")
    assert page["meetings"][0]["open"] == ["SAFETY_PLAN_ROLE", "WARNING_SIGNS"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/transition-meetings/t-9/held", HELD, 404, "no-such-meeting"),
        (f"/transition-meetings/{MOVE}/held", {**HELD, "supporter_ids": []}, 422, "nobody-there"),
        (f"/transition-meetings/{MOVE}/held", {**HELD, "supporter_ids": ["s-x"]}, 404, "no-such-supporter"),
        (f"/transition-meetings/{MOVE}/held", {**HELD, "held_at": (NOON + HOUR).isoformat()}, 422, "in-the-future"),
        (f"/transition-meetings/{MOVE}/decline", {"supporter_id": "s-x"}, 404, "not-invited"),
        ("/alternative-support-plan/stand-ins", {"stand_ins": []}, 422, "malformed"),
    ],
)
async def test_what_cannot_be_is_answered_with_a_stable_code(
    house: House, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    """FA-T12, FA-T13, FA-T14."""
    await house.hear(1, granted())
    await house.hear(1, arrange())

    answer = await house.post(PAGE + path, body, role=Role.FAMILY_CLINICIAN)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
