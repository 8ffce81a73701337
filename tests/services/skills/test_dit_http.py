"""A DIT course over HTTP: every word stays behind the door of those who may read it."""

import json
from typing import Any

import pytest

from common.contracts.words import Role
from common.store import Store
from services.one_service import Caller, hear, said
from services.skills.own import Oneself
from services.skills.test_messages import moved, opened

PORTAL = Role.INTEGRATION
STORY = {"era": "PAST", "person": "somebody", "story": "SECRET-story"}
FOCUS: dict[str, Any] = {
    "self_rep": "SECRET-focus",
    "other_rep": "out of reach",
    "affects": ["fear"],
    "defensive_function": "not to need",
    "narratives": [STORY] * 3,
}
PATTERN = dict.fromkeys(("trigger", "self_image", "other_image", "feeling", "response", "cost"), "SECRET-pattern")
DEFENCE = {"mechanism": "DENIAL", "situation": "s", "helped_short_term": "h", "cost_long_term": "SECRET-defence"}
OURS = "/participants/p-1/dit"


async def mine(caller: Caller) -> dict[str, Any]:
    """What the participant is shown."""
    answer = await Oneself(caller).get("dit")
    assert answer.status_code == 200
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_focus_is_shown_once_it_is_agreed(caller: Caller) -> None:
    """SK-I2, SK-I3: also a newer version that is not agreed yet stays with the clinician."""
    await caller.post("/participants/p-1/dit-sessions", {})
    await caller.post(f"{OURS}/focus", FOCUS)
    before = await mine(caller)
    await caller.post(f"{OURS}/patterns", PATTERN)
    patterns_before = (await mine(caller))["patterns"]
    agreed = await caller.post(f"{OURS}/focus/1/agree", {})
    await caller.post(f"{OURS}/focus", {**FOCUS, "self_rep": "SECRET-second"})
    shown, whole = await mine(caller), (await caller.get(OURS, Role.CLINICIAN)).json()

    assert before["focus"] is None
    assert patterns_before == []
    assert agreed.json()["said"] == ["FocusAgreed.v1"]
    assert (shown["focus"]["version"], shown["focus"]["words"]["self_rep"]) == (1, "SECRET-focus")
    assert "SECRET-second" not in json.dumps(shown)
    assert [one["version"] for one in whole["focus"]] == [1, 2]


async def test_how_often_a_pattern_showed_is_counted_by_era_and_month(caller: Caller) -> None:
    """SK-I4: the same sighting told again counts once."""
    id = (await caller.post(f"{OURS}/patterns", PATTERN)).json()["extra"]["id"]
    told = [("PAST", "2026-01-05"), ("CURRENT", "2026-01-20"), ("CURRENT", "2026-02-03"), ("CURRENT", "2026-02-03")]
    for era, day in told:
        await caller.post(f"{OURS}/patterns/{id}/instances", {"era": era, "at": f"{day}T10:00:00Z"})
    (pattern,) = (await caller.get(OURS, Role.CLINICIAN)).json()["patterns"]

    assert pattern["by_era"] == {"PAST": 1, "CURRENT": 2}
    assert pattern["by_month"] == {"2026-01": 2, "2026-02": 1}


async def test_a_defence_is_shown_once_it_was_discussed(caller: Caller) -> None:
    """SK-I5"""
    id = (await caller.post(f"{OURS}/defences", DEFENCE)).json()["extra"]["id"]
    before = await mine(caller)
    await caller.post(f"{OURS}/defences/{id}/discuss", {})
    unnamed = await caller.post(f"{OURS}/defences", {**DEFENCE, "mechanism": "OTHER"})
    seldom = [one["persists"] for one in (await caller.get(OURS, Role.CLINICIAN)).json()["defences"]]
    again = [await caller.post(f"{OURS}/defences", DEFENCE) for _ in range(2)]
    often = [one["persists"] for one in (await caller.get(OURS, Role.CLINICIAN)).json()["defences"]]

    assert (seldom, often, len(again)) == ([False], [True] * 3, 2)
    assert before["defences"] == []
    (told,) = (await mine(caller))["defences"]
    assert (told["words"]["cost_long_term"], told["persists"]) == ("SECRET-defence", False)
    assert (unnamed.status_code, unnamed.json()["code"]) == (422, "mechanism-unnamed")


@pytest.mark.parametrize(
    ("sharing", "therapist_reads", "team_reads"),
    [("PRIVATE", False, False), ("THERAPIST", True, False), ("TEAM", True, True)],
)
async def test_a_reflection_is_read_by_whom_its_writer_chose(
    caller: Caller, store: Store, sharing: str, therapist_reads: bool, team_reads: bool
) -> None:
    """SK-I6: private by default; `s-1` is the primary therapist."""
    await hear(store, opened(), moved())
    me = Oneself(caller)
    id = (await me.post("dit/reflections", {"text": "SECRET-mine"})).json()["extra"]["id"]
    if sharing != "PRIVATE":
        await me.put(f"dit/reflections/{id}/sharing", {"sharing": sharing})
    read = {}
    for who in ("s-1", "s-2"):
        answer = await caller.http.get(f"/v1{OURS}", headers=caller.headers([Role.CLINICIAN], "-", who))
        read[who] = "SECRET-mine" in answer.text

    assert read == {"s-1": therapist_reads, "s-2": team_reads}
    assert "SECRET-mine" in json.dumps(await mine(caller))


async def test_a_letter_is_the_participants_once_it_was_discussed(caller: Caller) -> None:
    """SK-I7"""
    await caller.post(f"{OURS}/letters", {"text": "SECRET-letter"})
    before = await mine(caller)
    await caller.post(f"{OURS}/letters/1/discuss", {"final": True})
    again = await caller.post(f"{OURS}/letters", {"text": "another"})

    assert before["letter"] is None
    assert (await mine(caller))["letter"]["final"]
    assert (again.status_code, again.json()["code"]) == (409, "letter-final")


async def test_no_word_leaves_the_service_or_opens_to_another_role(caller: Caller, store: Store) -> None:
    """SK-I2, SK-I12: not in the journal that goes to Kafka, not in the record everybody reads, not by role."""
    for path, body in (("focus", FOCUS), ("patterns", PATTERN), ("defences", DEFENCE), ("letters", {"text": "SECRET"})):
        assert (await caller.post(f"{OURS}/{path}", body)).status_code == 201
        for role in set(Role) - {Role.CLINICIAN}:
            assert (await caller.post(f"{OURS}/{path}", body, role)).status_code == 403
    await Oneself(caller).post("dit/reflections", {"text": "SECRET"})
    journal = await store.database.find("journal", {}, sort=[("sequence", 1)])

    assert len(journal) == 5
    assert "SECRET" not in "".join(bytes(row["body"]).decode() if "body" in row else str(row) for row in journal)
    assert "SECRET" not in (await caller.get("/participants/p-1", Role.CLINICIAN)).text
    for role in set(Role) - {Role.CLINICIAN}:
        assert (await caller.get(OURS, role)).status_code == 403
    for role in Role:
        assert (await caller.get("/participants/p-1/own/dit", role)).status_code == 401
        assert (await caller.post("/participants/p-1/own/dit/reflections", {"text": "x"}, role)).status_code == 401


async def test_mindfulness_is_one_log_for_both_models_and_counts_once(caller: Caller, store: Store) -> None:
    """SK-I13, repeated with one key"""
    body = {"practice": "OBSERVE", "minutes": 10, "model": "DIT"}
    for _ in range(2):
        await caller.post("/participants/p-1/mindfulness", body, PORTAL, key="k")
    await caller.post("/participants/p-1/mindfulness", {**body, "model": "DBT"})
    log = (await caller.get("/participants/p-1/mindfulness", Role.SKILLS_LEADER)).json()

    assert await said(store, "p-1") == ["MindfulnessPractised"] * 2
    assert {one["model"] for one in log} == {"DBT", "DIT"}


async def test_one_model_leads(caller: Caller) -> None:
    """SK-I1"""
    headers = caller.headers([Role.CLINICIAN], "k")
    await caller.http.put("/v1/participants/p-1/lead-model", json={"model": "DBT"}, headers=headers)
    held = await caller.post("/participants/p-1/dit-sessions", {})

    assert (held.status_code, held.json()["code"]) == (409, "dit-not-lead")
