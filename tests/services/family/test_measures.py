"""The family's measures at their doors: for the care team, and nobody else."""

from typing import Any

import pytest

from common.contracts.words import Role
from rules.family.story import ANA, AUNT, granted, moved
from services.family.test_program import PLAN
from services.one_house import HOUR, House
from services.one_service import NOON

PAGE = f"/v1/participants/{ANA}"
BAS: dict[str, Any] = {"instrument": "BAS", "score": 41, "supporter_id": AUNT}
READERS = {Role.CLINICIAN, Role.FAMILY_CLINICIAN, Role.MEDICAL}


async def test_the_care_team_sees_the_course_and_nobody_else_does(house: House) -> None:
    """FA-M2: nor does the page that any staff reads."""
    await house.hear(1, granted())
    id = (await house.post(f"{PAGE}/family-measures", BAS)).json()["extra"]["measure_id"]
    for day, accepted in ((1, 8), (2, 4)):
        house.set_clock(NOON + day * 24 * HOUR)
        body = {"accepted": accepted, "cared_about": 5, "valued": 5}
        assert (await house.post(f"{PAGE}/connection-ratings", body)).status_code == 201
    assert (await house.post(f"{PAGE}/family-measures/{id}/void")).status_code == 200

    headers = {role: house.caller.headers([role], "-", "staff-eva") for role in Role}
    answers = {role: await house.http.get(f"{PAGE}/family-measures", headers=headers[role]) for role in Role}
    assert {role for role, answer in answers.items() if answer.status_code == 200} == READERS
    course = answers[Role.MEDICAL].json()
    assert [(row.get("score"), row.get("accepted"), row.get("fell_by")) for row in course] == [
        (41.0, None, None),
        (None, 8, None),
        (None, 4, 4),
    ]
    assert course[0]["void"] is True
    assert "score" not in str(await house.get(PAGE))
    assert await house.said("notifications.commands") == ["SendNotice"]


async def test_a_request_sent_again_measures_nothing_again(house: House) -> None:
    """FA-M1: and of somebody nobody named, nothing is measured at all."""
    unnamed = await house.post(f"{PAGE}/family-measures", BAS)
    assert (unnamed.status_code, unnamed.json()["code"]) == (404, "no-such-supporter")
    await house.hear(1, granted())
    first, again = [(await house.post(f"{PAGE}/family-measures", BAS, key="a")).json() for _ in range(2)]

    assert first["extra"] == again["extra"]
    assert await house.said() == ["ReleaseNoted", "FamilyMeasureRecorded", "FamilyTurnTaken"]


async def test_what_is_due_stands_on_a_page_and_what_is_missed_is_said_once(house: House) -> None:
    """FA-M5, FA-M6: by durable timers; change of level heard twice, fired twice."""
    await house.hear(1, granted())
    for _ in range(2):
        await house.hear(2, moved())
    await house.post(f"{PAGE}/supporters/{AUNT}/plan", PLAN)
    await house.post(f"{PAGE}/family-measures", BAS)

    headers = house.caller.headers([Role.CLINICIAN], "-", "staff-eva")
    page = (await house.http.get(f"{PAGE}/family-measures/due", headers=headers)).raise_for_status().json()
    assert {(one["measure"], one["supporter_id"]) for one in page["due"] if one["now"]} == {
        *((measure, AUNT) for measure in ("VIRS_VALIDATING", "VIRS_INVALIDATING", "COMMUNICATION", "HOME_CLIMATE")),
        *((measure, None) for measure in ("COMMUNICATION", "CONNECTION")),
    }
    house.set_clock(NOON + 8 * 24 * HOUR)
    while await house.fire():
        pass
    assert (await house.said()).count("FamilyTurnsMissed") == 1
    page = (await house.http.get(f"{PAGE}/family-measures/due", headers=headers)).raise_for_status().json()
    assert len(page["missed"]) == 6
    assert not any(one["now"] for one in page["due"])


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/family-measures", {**BAS, "score": 18}, 422, "score-out-of-range"),
        ("/family-measures", {**BAS, "instrument": "WAI"}, 422, "malformed"),
        ("/family-measures", {**BAS, "administered_at": (NOON + HOUR).isoformat()}, 422, "in-the-future"),
        ("/family-measures/m-x/void", {}, 404, "measure-unknown"),
        ("/connection-ratings", {"accepted": 11, "cared_about": 5, "valued": 5}, 422, "rating-out-of-range"),
    ],
)
async def test_what_cannot_be_is_answered_with_a_stable_code(
    house: House, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    """FA-M1, FA-M3."""
    answer = await house.post(PAGE + path, body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
