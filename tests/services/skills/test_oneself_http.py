"""What participants read and write with a token of their own, and what stays closed to it."""

import json

import pytest

from common.contracts.words import Role
from common.store import Store
from services.one_service import NOON, Caller, hear, said
from services.skills.own import Oneself
from services.skills.test_messages import moved, opened

CARD = {"day": "2026-03-02", "self_harm": False, "suicide_urge": 4, "filled_at": "2026-03-02T22:00:00Z"}
NOTED = {**CARD, "ratings": {"JOY": 2}, "note": "SECRET-note"}
PAGES = ("diary-cards", "diary-template", "homework", "rehearsals", "coverage", "skills", "targets", "agenda", "dit")
PAGES_MORE = ("mindfulness", "measures/due", "values", "ahead", "expression-goals", "beliefs")
CLINICAL_PAGES = ("", "/diary-cards", "/rehearsals", "/targets", "/agenda", "/coverage", "/values", "/beliefs")
CARE = {Role.CLINICIAN, Role.MEDICAL, Role.FAMILY_CLINICIAN, Role.SKILLS_LEADER}


async def test_a_token_of_ones_own_opens_ones_own_pages_and_no_other_door(caller: Caller, store: Store) -> None:
    """SK-O1: neither another's pages, nor staff's doors, nor staff one's own."""
    await hear(store, opened(), moved())
    me, other = Oneself(caller), Oneself(caller, "p-2")
    for page in (*PAGES, *PAGES_MORE):
        assert (await me.get(page)).status_code == 200, page
        refused = await other.get(page, pid="p-1")
        assert (refused.status_code, refused.json()["code"]) == (403, "not-your-own"), page
        staff = await caller.get(f"/participants/p-1/own/{page}", Role.CLINICIAN)
        assert staff.status_code == 401, page
    written = await other.post("diary-cards", CARD, pid="p-1")
    assert (written.status_code, written.headers["content-type"]) == (403, "application/problem+json")
    for path in ("", "/risk", "/measures", "/dit", "/diary-cards"):
        answer = await caller.http.get(f"/v1/participants/p-1{path}", headers=me.headers("-"))
        assert answer.status_code == 401, path


async def test_a_card_filled_in_offline_is_late_corrected_and_set_aside_in_any_order(
    caller: Caller, store: Store
) -> None:
    """SK-O1, SK-D9, SK-D10: sent twice with one key, corrected, and an older one that comes last."""
    me = Oneself(caller)
    first = [await me.post("diary-cards", NOTED, key="k") for _ in range(2)]
    corrected = {**NOTED, "ratings": {"JOY": 4}, "suicide_urge": 1, "filled_at": "2026-03-09T08:00:00Z"}
    await me.post("diary-cards", corrected)
    await me.post("diary-cards", {**NOTED, "suicide_urge": 5, "filled_at": "2026-03-02T20:00:00Z"})
    (card,) = (await me.get("diary-cards")).json()

    assert [one.status_code for one in first] == [201, 201]
    assert first[0].json()["extra"]["crisis_line"] == "988"
    assert [one.json()["repeated"] for one in first] == [False, True]
    assert (card["revision"], card["late"], card["note"]) == (2, True, "SECRET-note")
    assert "DiaryCardSetAside" in await said(store, "p-1")


async def test_what_one_hands_in_does_not_tell_what_clinicians_see(caller: Caller, store: Store) -> None:
    """SK-O3, SK-R17: a flag is raised; the answer names neither it nor the version."""
    answer = await Oneself(caller).post("diary-cards", CARD)

    assert "RiskFlagRaised" in await said(store, "p-1")
    assert set(answer.json()) == {"repeated", "extra"}
    assert "etag" not in answer.headers
    assert set(answer.json()["extra"]) == {"crisis_line", "emergency", "read"}


async def test_ones_agenda_holds_what_one_told_and_agreed_to(caller: Caller, store: Store) -> None:
    """SK-O2: flags, what staff recorded and a target not agreed to are the clinicians'."""
    await hear(store, opened(), moved())
    at, me = "/participants/p-1", Oneself(caller)
    await caller.post(f"{at}/target-behaviours", {"kind": "THERAPY_INTERFERING"})
    await caller.post(f"{at}/risk-flags", {"level": "HIGH", "rule": "JUDGED"})
    for what, agreed in (("THEIRS", True), ("OURS", False)):
        await caller.post(f"{at}/targets", {"rank": 2, "what": what, "agreed": agreed})
    moment = {"kind": "SUCCESS", "skill": "STOP", "words": "said no"}
    assert (await me.post("moments", moment)).status_code == 201
    mine, theirs = (await me.get("agenda")).json()["items"], (await caller.get(f"{at}/agenda", Role.CLINICIAN)).json()
    shown = (await me.get("targets")).json()

    kinds = {one["what"] for one in mine}
    assert {"risk-flag", "therapy-interfering"} <= {one["what"] for one in theirs["items"]}
    assert kinds & {"risk-flag", "therapy-interfering"} == set()
    assert "success" in kinds
    assert [one["what"] for one in shown["targets"]] == ["THEIRS"]
    assert shown["moments"][0]["words"] == {"words": "said no"}


async def test_homework_is_told_of_and_still_gone_through(caller: Caller, store: Store) -> None:
    """SK-O4: said twice it is said once, other words replace, and what nobody agreed on is not reported."""
    given = {"skill": "STOP", "due_on": "2026-03-04", "participant_ids": ["p-1"]}
    id = (await caller.post("/homework", given, Role.SKILLS_LEADER)).json()["extra"]["homework_id"]
    me = Oneself(caller)
    for outcome in ("PARTLY", "PARTLY", "DONE"):
        assert (await me.post(f"homework/{id}/report", {"outcome": outcome, "code": 5})).status_code == 200
    unknown = await me.post("homework/none.2026-03-04/report", {"outcome": "DONE"})
    (work,) = (await me.get("homework")).json()

    assert await said(store, "p-1") == ["HomeworkGiven", "HomeworkReported", "HomeworkReported"]
    assert (work["reported"], work["outcome"]) == ("DONE", None)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "homework-unknown")


async def test_everything_else_of_ones_own_is_taken_too(caller: Caller, store: Store) -> None:
    """SK-O1: practice, rehearsals, mindfulness, forms, danger, insight; the words are theirs to read again."""
    me = Oneself(caller)
    uses = {"uses": [{"skill": "STOP", "day": "2026-03-02", "code": 5}]}
    worked = {"skills": ["STOP"], "words": {"STOP": "wait"}}
    minutes = {"practice": "OBSERVE", "minutes": 10, "model": "DBT"}
    phq = {"instrument": "PHQ9", "answers": [1] * 9, "administered_at": NOON.isoformat()}
    await caller.post("/participants/p-1/dit-sessions", {})
    for path, body in (
        ("practice", uses),
        ("mindfulness", minutes),
        ("questionnaires", phq),
        ("danger-reports", {}),
        ("dit/insight", {"rating": 4}),
        ("rehearsals", worked),
    ):
        answer = await me.post(path, body)
        assert answer.status_code == 201, (path, answer.text)
    rehearsal = answer.json()["extra"]["rehearsal_id"]
    assert (await me.post(f"rehearsals/{rehearsal}/outcome", {"objective": 3})).status_code == 200

    assert "wait" in json.dumps((await me.get("rehearsals")).json())
    assert {"SkillPractised", "MindfulnessPractised", "AnswersTaken", "DangerNoted", "InsightRated"} <= set(
        await said(store, "p-1")
    )


@pytest.mark.parametrize("page", CLINICAL_PAGES)
async def test_what_is_known_of_a_participant_is_read_by_those_who_care_for_them(
    caller: Caller, store: Store, page: str
) -> None:
    """SK-O5"""
    await hear(store, opened(), moved())
    for role in Role:
        answer = await caller.get(f"/participants/p-1{page}", role)
        assert answer.status_code == (200 if role in CARE else 403), role


async def test_what_matters_is_said_and_read_in_ones_own_words(caller: Caller, store: Store) -> None:
    """SK-O1, SK-G1, SK-G5: values, beliefs and other ways to see them."""
    me = Oneself(caller)
    value = (await me.post("values", {"words": "to be a friend"}, key="k")).json()["extra"]["id"]
    await me.post("values", {"words": "to be a friend"}, key="k")
    belief = (await me.post("beliefs", {"belief": "nobody stays", "conviction": 8})).json()["extra"]["id"]
    assert (await me.post(f"beliefs/{belief}/alternative", {"alternative": "some do"})).status_code == 201
    assert (await me.post(f"beliefs/{belief}/ratings", {"conviction": 4})).status_code == 201
    (named,) = (await me.get("values")).json()["values"]
    (believed,) = (await me.get("beliefs")).json()

    assert (named["value_id"], named["words"]) == (value, {"words": "to be a friend"})
    assert believed["words"] == {"belief": "nobody stays", "alternative": "some do"}
    assert (await said(store, "p-1"))[0] == "ValueNamed"


async def test_a_card_that_says_no_more_than_every_card_is_read_as_well(caller: Caller) -> None:
    """SK-O1, SK-D1: by its writer and by the care team; what was not answered is not there, and the newest is first."""
    me, before = Oneself(caller), {"day": "2026-03-01", "self_harm": False, "ratings": {"JOY": 2}}
    await me.post("diary-cards", {key: value for key, value in CARD.items() if key != "filled_at"})
    await me.post("diary-cards", before)

    cards = (await me.get("diary-cards")).json()

    assert [(card["day"], card["suicide_urge"], card["self_harm_urge"]) for card in cards] == [
        ("2026-03-02", 4, None),
        ("2026-03-01", None, None),
    ]
    assert [card["template"] for card in cards] == [None, "1.0"]
    assert (await caller.get("/participants/p-1/diary-cards", Role.SKILLS_LEADER)).json() == cards
