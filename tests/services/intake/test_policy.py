"""Intake's doors to the policy: what it is, and why it answers as it does."""

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
