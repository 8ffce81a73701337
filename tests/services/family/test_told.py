"""One question of the privacy officer: who was told what, under which release, and who was not, and why."""

from typing import Any

from common.contracts.words import Role
from rules.family.story import ANA, AUNT, FRIEND, approved, arrange, granted, moved, revoked
from services.one_house import HOUR, House
from services.one_service import NOON

PAGE = f"/v1/participants/{ANA}"


async def ask(house: House, role: Role = Role.PRIVACY, **query: Any) -> Any:
    """What the privacy officer is answered."""
    headers = house.caller.headers([role], "-", "staff-petra")
    return (await house.http.get("/v1/told", params=query, headers=headers)).json()


async def test_it_is_answered_in_one_question_by_person_release_and_outcome(house: House) -> None:
    """FA-S5."""
    await house.hear(1, granted())
    await house.hear(2, granted(release="r-2", to=FRIEND))
    await house.hear(1, arrange())
    await house.hear(3, revoked("r-2", FRIEND))
    await house.hear(4, approved())

    everything = (await ask(house))["items"]
    assert len(everything) == 5
    told = (await ask(house, release_id="r-1"))["items"]
    assert {(row["supporter_id"], row["about"], row["outcome"]) for row in told} == {
        (AUNT, "transition-planned", "to-be-told"),
        (AUNT, "meeting-invited", "to-be-told"),
    }
    silent = (await ask(house, supporter_id=FRIEND, outcome="kept-silent"))["items"]
    assert {(row["about"], row["reason"]) for row in silent} == {
        ("transition-planned", "release-revoked"),
        ("transition-meeting", "release-revoked"),
    }
    assert (await ask(house, since=(NOON + HOUR).isoformat()))["items"] == []


async def test_it_comes_in_pages(house: House) -> None:
    """FA-S5."""
    await house.hear(1, granted())
    await house.hear(2, granted(release="r-2", to=FRIEND))
    await house.hear(3, approved())
    await house.hear(4, moved())

    seen, before = [], ""
    while before is not None:
        page = await ask(house, limit=3, before=before)
        seen += [row["notice_id"] for row in page["items"]]
        before = page["next"]
    assert len(seen) == len(set(seen)) == 4
    for before in ("nonsense", "0001-01-01T00:00:00+14:00|x", "9999-12-31T23:59:59-14:00|x"):
        assert (await ask(house, before=before))["code"] == "cursor-unreadable"
    assert (await ask(house, since="0001-01-01T00:00:00+14:00"))["code"] == "malformed"


async def test_only_the_privacy_officer_asks_about_everybody(house: House) -> None:
    """FA-S5."""
    answers = {role: (await ask(house, role)).get("code") for role in Role}

    assert {role for role, code in answers.items() if code != "role-missing"} == {Role.PRIVACY}


async def test_distance_is_kept_over_http_once(house: House) -> None:
    """FA-N4, FA-N5."""
    await house.hear(1, granted())
    await house.hear(2, granted(release="r-2", to=FRIEND))
    for path in (f"{AUNT}/hold-back", f"{AUNT}/hold-back", f"{FRIEND}/end", f"{FRIEND}/end"):
        assert (await house.post(f"{PAGE}/supporters/{path}")).status_code == 200
    page = await house.get(PAGE)
    assert (page["held_back"], page["relations_ended"]) == ([AUNT], [FRIEND])

    assert (await house.post(f"{PAGE}/supporters/{AUNT}/let-in")).status_code == 200
    assert (await house.post(f"{PAGE}/supporters/s-x/end")).status_code == 404
    assert (await house.post(f"{PAGE}/supporters/{AUNT}/end", role=Role.UR_NURSE)).status_code == 403
    said = [type for type in await house.said() if type != "ReleaseNoted"]
    assert said == ["SupporterHeldBack", "RelationEnded", "SupporterLetIn"]
