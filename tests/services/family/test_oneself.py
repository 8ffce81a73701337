"""What a participant does with a token of their own."""

from common.contracts.words import ReleaseScope
from rules.family.story import ANA, AUNT, approved, granted
from services.family.test_connections import as_oneself
from services.family.test_program import AGREEMENT
from services.one_house import House

OWN = f"/v1/participants/{ANA}/own"


async def test_they_name_and_keep_away_whom_they_choose(house: House) -> None:
    """FA-N1, FA-N4, FA-N5: said twice, it happens once; and only of their own network."""
    named = await house.http.post(f"{OWN}/supporters", json={"relationship": "my choir"}, headers=as_oneself(house))
    who = named.json()["extra"]["supporter_id"]
    for act in ("hold-back", "hold-back", "let-in", "end", "end", "let-in"):
        answer = await house.http.post(f"{OWN}/supporters/{who}/{act}", headers=as_oneself(house))
        assert answer.status_code == 200

    assert await house.said() == ["SupporterNamed", "SupporterHeldBack", "SupporterLetIn", "RelationEnded"]
    others = await house.http.post(f"{OWN}/supporters/{who}/end", headers=as_oneself(house, "p-ben"))
    assert others.status_code == 403


async def test_they_see_who_was_told_what_about_them(house: House) -> None:
    """FA-S5."""
    await house.hear(1, granted())
    await house.hear(2, approved())

    (row,) = (await house.http.get(f"{OWN}/told", headers=as_oneself(house))).raise_for_status().json()
    assert (row["supporter_id"], row["release_id"], row["outcome"]) == (AUNT, "r-1", "to-be-told")
    assert (await house.http.get(f"{OWN}/told", headers=as_oneself(house, "p-ben"))).status_code == 403


async def test_they_choose_whom_to_practise_with_and_sign_by_themselves(house: House) -> None:
    """FA-E9: said twice with one key it happens once; whom they did not name, or what is not there, is refused."""
    await house.hear(1, granted(ReleaseScope.SKILLS_CURRICULUM, ReleaseScope.FAMILY_SESSIONS))
    await house.post(f"/v1/participants/{ANA}/home-agreement", AGREEMENT)
    chosen, headers = {"skill": "EXPRESSION", "supporter_ids": [AUNT]}, as_oneself(house)
    for _ in range(2):
        answer = await house.http.post(f"{OWN}/home-practices", json=chosen, headers=headers)
    practice = answer.json()["extra"]["practice_id"]
    log = f"{OWN}/home-practices/{practice}/log"
    assert (await house.http.post(log, json={"shared": True}, headers=as_oneself(house))).status_code == 200
    for _ in range(2):
        agreed = await house.http.post(f"{OWN}/home-agreement/agree", json={"version": 1}, headers=as_oneself(house))
        assert agreed.status_code == 200

    assert [said for said in await house.said() if said.startswith("Home")] == [
        "HomeAgreementWritten",
        "HomePracticeAgreed",
        "HomePracticeDone",
        "HomeAgreementAgreed",
    ]
    together = (await house.http.get(f"/v1/participants/{ANA}/together", headers=as_oneself(house))).json()
    assert (together["home_practices"][0]["skill"], together["home_agreement"]["agreed"]) == (
        "EXPRESSION",
        ["participant"],
    )
    for path, body, code in (
        ("home-practices", {"skill": "EXPRESSION", "supporter_ids": ["s-x"]}, "no-such-supporter"),
        ("home-practices", {"skill": "EXPRESSION", "supporter_ids": []}, "nobody-there"),
        ("home-practices", {"skill": "how I feel", "supporter_ids": [AUNT]}, "malformed"),
        ("home-practices/x/log", {}, "no-such-practice"),
        ("home-agreement/agree", {"version": 2}, "not-the-newest-version"),
    ):
        answer = await house.http.post(f"{OWN}/{path}", json=body, headers=as_oneself(house))
        assert answer.json()["code"] == code
    assert (await house.http.post(log, json={}, headers=as_oneself(house, "p-ben"))).status_code == 403
