"""What is written about somebody nobody has heard of is taken, and does not stay unseen."""

from typing import Any

import pytest

from common.auth import audience_of_supporters
from common.contracts.intake import EpisodeOpened
from common.contracts.words import EpisodeId, ParticipantId, ReferralId, Role, StaffId
from rules.family.story import ANA
from services.family.test_supporting import as_supporter
from services.one_house import House
from services.one_service import NOON

OPENED = EpisodeOpened(
    at=NOON,
    participant_id=ANA,
    episode_id=EpisodeId("e-1"),
    referral_id=ReferralId("r-1"),
    primary_therapist=StaffId("staff-eva"),
    conditions=(),
)


async def unheard(house: House, **query: Any) -> list[dict[str, Any]]:
    """Whom the list names."""
    headers = house.caller.headers([Role.FAMILY_CLINICIAN], "-", "staff-eva")
    answer = await house.http.get("/v1/unheard-of", params=query, headers=headers)
    rows: list[dict[str, Any]] = answer.raise_for_status().json()
    return rows


async def name_somebody(house: House, who: str = ANA) -> None:
    """The participant names somebody, as staff write it down."""
    answer = await house.post(f"/v1/participants/{who}/supporters", {"relationship": "the aunt"})
    assert answer.status_code == 201


@pytest.mark.parametrize("first", ["the word of intake", "what is written"])
async def test_whoever_is_quicker_it_is_taken_and_the_list_empties_by_itself(house: House, first: str) -> None:
    """FA-N9: repeated, late and out of order."""
    if first == "what is written":
        await name_somebody(house)
        assert await unheard(house) == [{"participant_id": ANA, "written": ["SupportNetwork"]}]
    for _ in range(2):
        await house.hear(1, OPENED)
    await name_somebody(house)

    assert await unheard(house) == []


async def test_a_misspelt_id_stands_on_the_list_until_somebody_sees_it(house: House) -> None:
    """FA-N9: also where somebody wanted nothing more, and it was noted of nobody."""
    await house.hear(1, OPENED)
    for who in ("p-anna", "p-Ana"):
        await name_somebody(house, who)
    assert (await house.post("/v1/participants/p-anna/after/leave")).status_code == 200

    assert await unheard(house) == [
        {"participant_id": "p-Ana", "written": ["SupportNetwork"]},
        {"participant_id": "p-anna", "written": ["SupportNetwork", "Alumnus"]},
    ]
    assert [row["participant_id"] for row in await unheard(house, limit=1)] == ["p-Ana"]


async def test_nobody_outside_puts_anybody_on_it_and_only_the_care_team_reads_it(house: House) -> None:
    """FA-N9, FA-I2, FA-W2: word from outside confirms nothing and writes on nobody's record."""
    word = {"danger": "none", "participant_id": "p-never", "words": "I worry"}
    assert (await house.post("/v1/reports", word)).status_code == 202
    page = f"/v1/participants/{ParticipantId('p-never')}/supporting"
    assert (await house.http.get(page, headers=as_supporter(house))).status_code == 403

    assert await unheard(house) == []
    outside = as_supporter(house, audience=audience_of_supporters("throughline"))
    assert (await house.http.get("/v1/unheard-of", headers=outside)).status_code == 401
    answers = {
        role: await house.http.get("/v1/unheard-of", headers=house.caller.headers([role], "-", "x")) for role in Role
    }
    allowed = {role for role, answer in answers.items() if answer.status_code == 200}
    assert allowed == {Role.CLINICIAN, Role.FAMILY_CLINICIAN}
