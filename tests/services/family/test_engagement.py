"""The support network over HTTP: who may, what cannot be, what happens once."""

from typing import Any

import pytest

from common.contracts.words import Role
from rules.family.story import ANA, AUNT, granted, revoked
from services.one_house import HOUR, House
from services.one_service import NOON

PAGE = f"/v1/participants/{ANA}"
WRITES: list[tuple[str, dict[str, Any]]] = [
    ("/supporters", {"relationship": "aunt"}),
    ("/sessions", {"kind": "FAM_INDIV", "supporter_ids": [AUNT]}),
    ("/alternative-support-plan", {}),
    ("/home-climate", {"supporter_id": AUNT, "rating": 6}),
]


async def test_somebody_who_matters_is_named_and_stands_on_the_page(house: House) -> None:
    """FA-N1."""
    answer = await house.post(f"{PAGE}/supporters", {"relationship": "the neighbour with the dog"})

    assert answer.status_code == 201
    supporter = answer.json()["extra"]["supporter_id"]
    page = await house.get(PAGE)
    assert page["supporters"] == [{"supporter_id": supporter, "relationship": "the neighbour with the dog"}]
    assert page["version"] == 1


async def test_a_request_sent_again_names_nobody_again(house: House) -> None:
    """FA-N1: the same key gives the same answer, another key names another person."""
    first, again, other = [
        (await house.post(f"{PAGE}/supporters", {"relationship": "sister"}, key=key)).json() for key in "aab"
    ]

    assert first["extra"] == again["extra"] != other["extra"]
    assert await house.said() == ["SupporterNamed", "SupporterNamed"]


async def test_sessions_and_climate_stand_on_the_page(house: House) -> None:
    """FA-N2, FA-N3."""
    await house.hear(1, granted())
    held = {"kind": "FAM_INDIV", "supporter_ids": [AUNT], "held_at": (NOON - HOUR).isoformat()}
    assert (await house.post(f"{PAGE}/sessions", held, role=Role.FAMILY_CLINICIAN)).status_code == 200
    assert (await house.post(f"{PAGE}/home-climate", {"supporter_id": AUNT, "rating": 6})).status_code == 200

    page = await house.get(PAGE)

    assert [(s["kind"], s["led_by"], s["supporter_ids"]) for s in page["sessions"]] == [
        ("FAM_INDIV", "staff-eva", [AUNT])
    ]
    assert [r["rating"] for r in page["home_climate"]] == [6]


async def test_the_alternative_plan_is_accepted_once(house: House) -> None:
    """FA-T2."""
    for _ in range(2):
        assert (await house.post(f"{PAGE}/alternative-support-plan")).status_code == 200

    assert await house.said() == ["AlternativeSupportPlanAccepted"]
    assert (await house.get(PAGE))["alternative_support_plan"] is True


async def test_only_clinicians_and_family_clinicians_write(house: House) -> None:
    """Every write names who may do it."""
    await house.hear(1, granted())

    for path, body in WRITES:
        answers = {role: (await house.post(PAGE + path, body, role=role)).status_code for role in Role}
        allowed = {role for role, status in answers.items() if status in {200, 201}}
        assert allowed == {Role.CLINICIAN, Role.FAMILY_CLINICIAN}
        assert {answers[role] for role in set(Role) - allowed} == {403}


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/supporters", {"relationship": " "}, 422, "relationship-missing"),
        ("/supporters", {"relationship": "x" * 81}, 422, "malformed"),
        ("/sessions", {"kind": "FAM_PICNIC", "supporter_ids": [AUNT]}, 422, "unknown-session-kind"),
        ("/sessions", {"kind": "FAM_INDIV", "supporter_ids": []}, 422, "nobody-there"),
        ("/sessions", {"kind": "FAM_INDIV", "supporter_ids": ["s-x"]}, 404, "no-such-supporter"),
        ("/home-climate", {"supporter_id": AUNT, "rating": 11}, 422, "rating-out-of-range"),
        ("/home-climate", {"supporter_id": "s-x", "rating": 1}, 404, "no-such-supporter"),
        ("/alternative-support-plan", {"accepted_at": (NOON + HOUR).isoformat()}, 422, "in-the-future"),
        ("/alternative-support-plan", {"accepted_at": "2026-03-02T11:00:00"}, 422, "malformed"),
    ],
)
async def test_what_cannot_be_is_answered_with_a_stable_code(
    house: House, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    """FA-N1, FA-N2, FA-N3."""
    await house.hear(1, granted())

    answer = await house.post(PAGE + path, body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_page_says_which_releases_stand_now(house: House) -> None:
    """FA-R2."""
    await house.hear(1, granted(expires_on=NOON.date()))
    await house.hear(2, granted(release="r-2"))
    await house.hear(3, revoked("r-2"))
    assert [r["stands"] for r in (await house.get(PAGE))["releases"]] == [True, False]

    house.set_clock(NOON + 24 * HOUR)
    assert [r["stands"] for r in (await house.get(PAGE))["releases"]] == [False, False]


async def test_a_page_of_somebody_unknown_is_empty(house: House) -> None:
    """A participant whom nobody supports yet has a page."""
    page = await house.get("/v1/participants/p-unknown")

    assert (page["supporters"], page["version"]) == ([], 0)
