"""What a participant does with a token of their own."""

from rules.family.story import ANA, AUNT, approved, granted
from services.family.test_connections import as_oneself
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
