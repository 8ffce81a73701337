"""Intake's doors to the policy: what it is, and why it answers as it does."""

import asyncio
import hashlib
import json

from common.contracts import skills
from common.contracts.words import Role
from services.intake.conftest import House
from services.intake.test_messages import accepted, admitted
from services.one_service import NOON, hear, said


async def test_an_answer_is_explained_from_the_stored_evidence(house: House) -> None:
    """IN-P1: by its events, and by nothing that is not stored."""
    pid, _ = await admitted(house)
    screened = {"instrument": "C-SSRS", "version": "SINCE_LAST_CONTACT", "level": "MODERATE", "clinician": "s-1"}
    await hear(
        house.store, skills.SuicideScreenRecorded.model_validate({"at": NOON, "participant_id": pid, **screened})
    )
    before = await said(house.store, pid)
    answer = await house.caller.get(f"/participants/{pid}/explanation")
    told = answer.json()
    screen = next(rule for rule in told["rules"] if rule["rule"] == "U1")

    assert (answer.status_code, told["answer"], told["level"]) == (200, "stay", "PHP")
    assert (screen["result"], screen["value"]) == ("MET", "MODERATE")
    assert [event["event_id"] for event in screen["events"]] == [f"skills-skills.progress-{pid}-1"]
    assert (await house.caller.get(f"/participants/{pid}/explanation")).content == answer.content
    assert await said(house.store, pid) == before
    unsealed = json.dumps(
        {n: v for n, v in told.items() if n != "content_hash"}, separators=(",", ":"), ensure_ascii=False
    )
    assert hashlib.sha256(unsealed.encode()).hexdigest() == told["content_hash"]


async def test_an_explanation_is_for_those_who_review_care(house: House) -> None:
    """IN-P1: who may, who may not, about whom there is nothing to say."""
    pid, _ = await accepted(house)
    path = f"/participants/{pid}/explanation"
    reviewers = [(await house.caller.get(path, role)).status_code for role in (Role.CLINICIAN, Role.MEDICAL)]
    operator, stranger = (
        await house.caller.get(path, Role.OPERATOR),
        await house.caller.get("/participants/x/explanation"),
    )

    assert reviewers == [200, 200]
    assert (operator.status_code, operator.json()["code"]) == (403, "role-missing")
    assert (stranger.status_code, stranger.json()["code"]) == (404, "no-such-participant")


async def test_the_policy_in_force_is_shown_with_its_id(house: House) -> None:
    """IN-P2: version and content."""
    shown = (await house.caller.get("/policy")).json()

    assert shown["id"].startswith(f"{shown['version']}+")


async def test_a_review_is_asked_for_held_and_gone(house: House) -> None:
    """IN-P6: one on the list, held once however often it is said, and off the list."""
    pid, _ = await admitted(house)
    assert (await house.caller.get("/policy/tasks")).json() == {"items": [], "next": None}
    asked = await house.caller.post(f"/participants/{pid}/support-requests", {"asked_by": "supporter"})
    (task,) = (await house.caller.get("/policy/tasks")).json()["items"]
    held = {"review": "more-support", "outcome": "seen-today"}
    answers = [(await house.caller.post(f"/participants/{pid}/reviews", held)).json() for _ in range(2)]

    first, *_, told, notice = asked.json()["said"]
    assert (first, told, notice) == ("MoreSupportAsked.v1", "PolicyTasksChanged.v1", "SendNotice.v1")
    assert (task["id"], task["reviews"]) == (pid, [{"what": "more-support", "rules": ["U8"]}])
    assert [answer["said"] for answer in answers] == [["ReviewHeld.v1", "PolicyTasksChanged.v1"], []]
    assert (await house.caller.get("/policy/tasks")).json()["items"] == []
    seen_by_all = (await house.caller.get(f"/participants/{pid}", Role.SCHEDULER)).json()
    assert not {"tasks", "reviews_held", "evidence"} & set(seen_by_all)


async def test_what_nobody_asked_for_is_not_held_and_nobody_unknown_asks(house: House) -> None:
    """IN-P6: bad input, with its code; nothing changed."""
    pid, _ = await admitted(house)
    before = await said(house.store, pid, "intake.reviews")
    held = {"review": "goals", "outcome": "seen"}
    cases = [
        (await house.caller.post(f"/participants/{pid}/reviews", held), 404, "review-not-asked"),
        (await house.caller.post(f"/participants/{pid}/reviews", {**held, "review": "tea"}), 422, "malformed"),
        (await house.caller.post(f"/participants/{pid}/support-requests", {"asked_by": "cat"}), 422, "malformed"),
        (await house.caller.post("/participants/x/support-requests", {"asked_by": "participant"}), 409, "not-in-care"),
        (await house.caller.get("/policy/tasks", Role.SCHEDULER), 403, "role-missing"),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer, _, _ in cases] == [(s, c) for _, s, c in cases]
    assert await said(house.store, pid, "intake.reviews") == before


async def test_of_two_last_signatures_at_once_one_is_a_conflict(house: House) -> None:
    """IN-S1: facts 9.11, two approvals race: the version is checked, and the second is told so."""
    pid, _ = await admitted(house)
    skip = {"to_level": "OUTPATIENT_BOOSTER", "reason": "work-begins"}
    proposed = await house.caller.post(f"/participants/{pid}/transitions", skip, by="s-1")
    sign = f"/participants/{pid}/transitions/{proposed.json()['extra']['transition_id']}/sign"
    answers = await asyncio.gather(*(house.caller.post(sign, {}, by=who) for who in ("s-2", "s-3")))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "already-approved"}
    assert (await said(house.store, pid)).count("TransitionApproved") == 2
