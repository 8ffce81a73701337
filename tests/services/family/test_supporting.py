"""Supporters with tokens of their own: theirs alone, while the participant lets them know."""

from typing import Any
from uuid import uuid4

import pytest

from common.auth import audience_of_participants, audience_of_supporters
from common.contracts.part2 import STATEMENT
from common.contracts.words import ReleaseScope, Role
from rules.family.story import ANA, AUNT, FRIEND, granted, revoked
from services.family.test_program import everything, work
from services.one_house import House
from throughline.embedded import tokens

OWN = f"/v1/participants/{ANA}/supporting"
SAYS: list[tuple[str, dict[str, Any]]] = [
    ("aims", {"goals": ["OWN_CHANGE"], "words": "to shout less"}),
    ("measures", {"instrument": "BAS", "score": 40}),
    ("home-climate", {"rating": 6}),
    ("validations", {"level": 2, "situation": "at breakfast"}),
    ("home-agreement/agree", {"version": 1}),
]
WORD = {"danger": "now", "participant_id": ANA, "words": "she does not answer the door"}


def as_supporter(
    house: House, who: str = AUNT, audience: str = audience_of_supporters("throughline")
) -> dict[str, str]:
    """What a request of a supporter's own carries."""
    token = tokens.mint(house.caller.folder, who, (), audience=audience)
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}


async def say(house: House, path: str, body: dict[str, Any], who: str = AUNT) -> Any:
    """A supporter says something of their own."""
    return await house.http.post(f"{OWN}/{path}", json=body, headers=as_supporter(house, who))


async def test_they_say_what_is_theirs_and_read_what_is_shared(house: House) -> None:
    """FA-W3, FA-W4: nothing of misconceptions, of how ready somebody thinks they are, nor of what is not shared."""
    await everything(house)
    practice = (await work(house))["home_practices"][0]["practice_id"]
    for path, body in (*SAYS, (f"home-practices/{practice}/log", {"helped": True, "shared": True})):
        answer = await say(house, path, body)
        assert (answer.status_code, answer.content, "etag" in answer.headers) == (202, b'{"noted":true}', False)

    answer = await house.http.get(OWN, headers=as_supporter(house))
    page = answer.raise_for_status().json()
    assert (page["aims"]["goals"], page["aims"]["words"][0]["words"]) == (["OWN_CHANGE"], "to shout less")
    assert [(one["instrument"], one["score"]) for one in page["measures"]] == [("BAS", 40.0)]
    assert [one["rating"] for one in page["home_climate"]] == [6]
    assert [one["lesson"] for one in page["lessons"]] == ["STOP"]
    (practised,) = page["home_practices"]
    assert [(one["supporter_id"], one["shared"]) for one in practised["log"]] == [
        (AUNT, False),
        (None, True),
        (AUNT, True),
    ]
    assert page["home_agreement_in_force"]["text"]["helps"] == ["a walk round the lighthouse"]
    assert not [word for word in ("WILLPOWER", "misconception", "readiness", "felt", "the aunt") if word in answer.text]
    assert (await work(house))["supporters"][0]["aims"] == ["OWN_CHANGE"]


async def test_each_part_stands_under_its_own_release(house: House) -> None:
    """FA-W4: what was released for one thing opens no other."""
    await everything(house)
    await house.hear(2, revoked())
    await house.hear(3, granted(ReleaseScope.SCHEDULE, release="r-2"))

    page = (await house.http.get(OWN, headers=as_supporter(house))).raise_for_status().json()
    assert (page["lessons"], page["home_practices"], page["home_agreement"], page["talks"]) == ([], [], None, [])
    assert (await say(house, "home-agreement/agree", {"version": 1})).status_code == 403


@pytest.mark.parametrize("ending", ["revoked", "ended", "held back", "a stranger", "an unknown participant"])
async def test_who_may_not_gets_one_answer_and_is_heard_all_the_same(house: House, ending: str) -> None:
    """FA-W2, FA-W5, FA-I1, FA-I2: nothing tells whether there is such a participant."""
    who, page = AUNT, OWN
    await house.hear(1, granted())
    match ending:
        case "revoked":
            await house.hear(2, revoked())
        case "ended" | "held back":
            act = {"ended": "end", "held back": "hold-back"}[ending]
            await house.post(f"/v1/participants/{ANA}/supporters/{AUNT}/{act}")
        case "a stranger":
            who = FRIEND
        case _:
            page = "/v1/participants/p-nobody/supporting"
    answers = [await house.http.get(page, headers=as_supporter(house, who))]
    for path, body in SAYS:
        for more in ({}, {"If-Match": '"0"'}, {"If-Match": '"1"'}):
            headers = as_supporter(house, who) | more
            answers.append(await house.http.post(f"{page}/{path}", json=body, headers=headers))
    assert {(one.status_code, one.json()["code"], one.json()["detail"]) for one in answers} == {
        (403, "not-open", "there is nothing here for you now")
    }

    word = WORD | ({"participant_id": "p-nobody"} if page != OWN else {})
    taken = await house.http.post("/v1/supporting/reports", json=word, headers=as_supporter(house, who))
    assert (taken.status_code, list(taken.json())) == (202, ["report_id"])
    ours = ending in ("revoked", "ended", "held back")
    assert (await house.said()).count("DangerReported") == ours
    headers = house.caller.headers([Role.CLINICIAN], "-", "staff-eva")
    report = (await house.http.get(f"/v1/reports/{taken.json()['report_id']}", headers=headers)).json()
    assert (report["supporter_id"], report["participant_id"]) == (who, ANA if ours else None)
    assert report["whom"] == ("" if ours else word["participant_id"])


async def test_no_other_token_opens_it_and_it_opens_nothing_else(house: House) -> None:
    """FA-W1."""
    await house.hear(1, granted())
    others = [house.caller.headers([role], "k", AUNT) for role in Role]
    others.append(as_supporter(house, AUNT, audience_of_participants("throughline")))
    for headers in others:
        assert (await house.http.get(OWN, headers=headers)).status_code == 401
        assert (await house.http.post("/v1/supporting/reports", json=WORD, headers=headers)).status_code == 401
    for path in ("", "/told", "/engagement", "/own/told", "/connections", "/ties", "/after", "/family-measures"):
        answer = await house.http.get(f"/v1/participants/{ANA}{path}", headers=as_supporter(house, ANA))
        assert answer.status_code == 401, path


async def test_said_again_with_the_same_key_it_happens_once(house: House) -> None:
    """FA-W3: also where it may be said no more: it was."""
    await house.hear(1, granted())
    headers = as_supporter(house)
    for _ in range(2):
        answer = await house.http.post(f"{OWN}/home-climate", json={"rating": 3}, headers=headers)
        assert answer.status_code == 202
    await house.hear(2, revoked())
    assert (await house.http.post(f"{OWN}/home-climate", json={"rating": 3}, headers=headers)).status_code == 202
    assert (await house.said()).count("HomeClimateRated") == 1


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("aims", {"goals": ["PERFECTION"]}, "unknown-goal"),
        ("aims", {"goals": ["OWN_CHANGE"] * 11}, "malformed"),
        ("measures", {"instrument": "BAS", "score": 5}, "score-out-of-range"),
        ("measures", {"instrument": "PHQ9", "score": 5}, "malformed"),
        ("home-climate", {"rating": 11}, "rating-out-of-range"),
        ("validations", {"level": 7}, "validation-level-unknown"),
        ("home-agreement/agree", {"version": 9}, "not-the-newest-version"),
        ("home-practices/x/log", {}, "no-such-practice"),
        ("transition-meetings/t-9/decline", {}, "no-such-meeting"),
    ],
)
async def test_what_cannot_be_changes_nothing(house: House, path: str, body: dict[str, Any], code: str) -> None:
    """FA-W3."""
    await house.hear(1, granted())
    before = await house.said()
    answer = await say(house, path, body)
    assert (answer.json()["code"], await house.said()) == (code, before)


async def test_what_they_read_under_a_part_2_consent_carries_its_statement(house: House) -> None:
    """FA-W6, 42 CFR 2.32: with what that consent covers, as long as it stands; others carry none."""
    await house.hear(1, granted(ReleaseScope.SUD, ReleaseScope.SCHEDULE))
    await house.hear(2, granted(ReleaseScope.SCHEDULE, release="r-2"))

    (told,) = (await house.http.get(OWN, headers=as_supporter(house))).raise_for_status().json()["part2"]
    assert (told["release_id"], told["statement"]) == ("r-1", STATEMENT)
    assert "records of substance use, dates and times" in told["scope"]

    await house.hear(3, revoked())
    assert (await house.http.get(OWN, headers=as_supporter(house))).raise_for_status().json()["part2"] == []
