"""What skills does over HTTP with targets, chain analyses, commitments, moments and the agenda."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from common.contracts.words import Role
from common.store import Store
from services.one_service import Caller, said

ACT = "2026-03-02T17:00:00Z"
CHAIN: dict[str, Any] = {
    "about": "self-harm.2026-03-02",
    "prompting_event": "a call with my sister",
    "links": ["I felt alone", "I went to my room"],
    "skills": ["STOP"],
}
WEEK = "since=2026-03-01&until=2026-03-07"


async def test_an_act_leads_the_agenda_until_and_after_it_was_gone_through(caller: Caller, store: Store) -> None:
    """SK-T4 to SK-T6, SK-D14: first on the agenda, with its reason; the chain's words are for therapists alone."""
    await caller.post("/participants/p-1/target-behaviours", {"kind": "THERAPY_INTERFERING", "happened_at": ACT})
    await caller.post("/participants/p-1/target-behaviours", {"kind": "SELF_HARM", "happened_at": ACT})
    before = (await caller.get(f"/participants/p-1/agenda?{WEEK}", Role.CLINICIAN)).json()
    refused = await caller.post("/participants/p-1/chain-analyses", CHAIN, Role.SKILLS_LEADER)
    done = [await caller.post("/participants/p-1/chain-analyses", CHAIN, key="k") for _ in range(2)]
    after = (await caller.get(f"/participants/p-1/agenda?{WEEK}", Role.CLINICIAN)).json()

    first = before["items"][0]
    assert (first["rank"], first["what"], first["must"]) == (1, "self-harm", True)
    assert "recorded by staff" in first["because"]
    assert (before["chains_due"], after["chains_due"]) == (["self-harm.2026-03-02"], [])
    assert [item["what"] for item in after["items"]] == [item["what"] for item in before["items"]]
    assert (refused.status_code, done[1].json()["repeated"]) == (403, True)
    assert (await said(store, "p-1")).count("ChainAnalysed") == 1
    (mine,) = (await caller.get("/participants/p-1/targets", Role.CLINICIAN)).json()["chains"]
    (theirs,) = (await caller.get("/participants/p-1/targets", Role.SKILLS_LEADER)).json()["chains"]
    assert (mine["words"]["links"], theirs["words"]) == (CHAIN["links"], None)
    assert "my sister" not in str(await store.database.find("journal", {}))


async def test_targets_commitments_and_moments_are_said_once_and_ended_by_people(caller: Caller, store: Store) -> None:
    """SK-T7 to SK-T9"""
    at = "/participants/p-1"
    yesterday = str((datetime.now(UTC) - timedelta(days=1)).date())
    set_ = [await caller.post(f"{at}/targets", {"rank": 3, "what": "housing", "agreed": True}) for _ in range(2)]
    made = (await caller.post(f"{at}/commitments", {"what": "call", "due_on": yesterday, "words": "I will"})).json()
    await caller.post(f"{at}/commitments", {"kind": "TREATMENT", "what": "one-year"})
    await caller.post(f"{at}/moments", {"kind": "SUCCESS", "skill": "STOP"}, Role.INTEGRATION)
    await caller.post("/lessons", {"module": "DISTRESS_TOLERANCE", "lesson": "STOP", "participant_ids": ["p-1"]})
    agenda = (await caller.get(f"{at}/agenda", Role.CLINICIAN)).json()
    settled = await caller.post(f"{at}/commitments/{made['extra']['commitment_id']}/settle", {"outcome": "KEPT"})
    ended = [await caller.post(f"{at}/targets/housing/end", {"reason": "reached"}) for _ in range(2)]

    assert [answer.json()["said"] for answer in set_] == [["TargetSet.v1"], []]
    assert agenda["agreement_made"]
    assert [item["what"] for item in agenda["items"]] == ["no-diary-card", "commitment", "target", "success"]
    assert settled.json()["said"] == ["CommitmentSettled.v1"]
    assert [answer.json()["said"] for answer in ended] == [["TargetEnded.v1"], []]
    wrong = await caller.post(f"{at}/targets", {"rank": 0, "what": "x", "agreed": True})
    late = await caller.get(f"{at}/agenda?since=2026-03-08&until=2026-03-01", Role.CLINICIAN)
    assert (wrong.json()["code"], late.json()["code"]) == ("rank-unknown", "days-upside-down")
    assert (await caller.get("/participants/p-9/agenda", Role.CLINICIAN)).status_code == 404


async def test_skills_worked_through_in_own_words_are_read_by_therapists(caller: Caller, store: Store) -> None:
    """SK-C18, SK-D14: once; how it went may be said again."""
    at = "/participants/p-1/rehearsals"
    body = {"skills": ["DEAR_MAN", "FAST"], "words": {"ASSERT": "please knock", "FAIR": "to both of us"}}
    done = [await caller.post(at, body, Role.INTEGRATION, key="k") for _ in range(2)]
    path = f"{at}/{done[0].json()['extra']['rehearsal_id']}/outcome"
    rated = [await caller.post(path, {"objective": 4, "self_respect": 5}) for _ in range(2)]
    (mine,) = (await caller.get(at, Role.CLINICIAN)).json()
    (theirs,) = (await caller.get(at, Role.SKILLS_LEADER)).json()
    wrong = await caller.post(at, {**body, "skills": ["GIVE"]})

    assert [answer.json()["said"] for answer in rated] == [["RehearsalRated.v1"], []]
    assert (mine["words"], theirs["words"]) == (body["words"], None)
    assert mine["rated"] == {"objective": 4, "relationship": None, "self_respect": 5}
    assert wrong.json()["code"] == "part-unknown"
    assert await said(store, "p-1") == ["SkillsRehearsed", "RehearsalRated"]
    assert "please knock" not in str(await store.database.find("journal", {}))


@pytest.mark.parametrize("asked", ["until=0001-01-01", "since=0001-01-01", "since=9999-12-31&until=9999-12-31"])
async def test_an_agenda_of_days_that_nobody_means_is_refused(caller: Caller, asked: str) -> None:
    """House: a day before which no week can be counted is a mistake of whoever asks, not of ours."""
    answer = await caller.get(f"/participants/p-1/agenda?{asked}", Role.CLINICIAN)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
