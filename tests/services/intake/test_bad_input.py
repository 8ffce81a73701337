"""Intake's doors as a new integrator tries them: slips in an id, a year or a name change nothing, and are told."""

from datetime import timedelta
from typing import Any

from common.contracts.words import Role
from services.intake.conftest import House
from services.intake.test_messages import REFERRAL, admitted
from services.one_service import NOON, said

EVERYBODY = (Role.CLINICIAN, Role.UR_NURSE, Role.MEDICAL)
SECTIONS = ("warning_signs", "coping", "professionals", "means_safety")
RELEASE: dict[str, Any] = {"supporter_id": "aunt", "scopes": ["SCHEDULE"]}
DOORS: dict[str, dict[str, Any]] = {
    "releases": RELEASE,
    "supporters/aunt/block": {"reason": "participant-objects"},
    "supporters/aunt/unblock": {"reason": "r"},
    "age-basis": {"birth_date": "1990-05-05"},
    "goals": {"kind": "life-worth-living", "words": "w", "proposed_by": "participant"},
    "safety-plan": {"together": True, **{section: ["a"] for section in SECTIONS}},
    "authorisations": {"payer": "p", "level": "PHP", "units": 1, "from_on": "2026-03-02", "through_on": "2026-03-09"},
    "certifications": {"level": "PHP", "kind": "initial", "certified_on": "2026-03-02", "hours_per_week": 20},
    "care-team": {"staff_id": "dr-1", "role": "medical"},
}


async def test_nothing_is_written_about_somebody_nobody_knows(house: House) -> None:
    """A slip in an id is told: no release, plan or authorisation lies where nobody will ever look for it."""
    answers = [await house.caller.post(f"/participants/nobody/{path}", DOORS[path], *EVERYBODY) for path in DOORS]
    assert {(one.status_code, one.json()["code"]) for one in answers} == {(404, "no-such-participant")}
    assert await said(house.store, "nobody") == []


async def test_the_same_doors_are_open_for_somebody_who_was_referred(house: House) -> None:
    """From the referral on, before anybody decided, somebody is known."""
    pid = (await house.caller.post("/referrals", REFERRAL)).json()["extra"]["participant_id"]
    answers = [await house.caller.post(f"/participants/{pid}/{path}", DOORS[path], *EVERYBODY) for path in DOORS]
    assert {one.status_code for one in answers} <= {200, 201}, [one.text for one in answers]


async def test_what_cannot_be_stored_or_meant_is_told_with_its_place(house: House) -> None:
    """Bad input: 422 with where it is wrong; nothing is changed."""
    pid, _ = await admitted(house)
    before = await said(house.store, pid)
    late = (NOON + timedelta(days=400_000)).isoformat()
    cases: list[tuple[str, dict[str, Any], str]] = [
        (f"/participants/{pid}/releases", {**RELEASE, "expires_on": "9999-12-31"}, "body.expires_on"),
        (f"/participants/{pid}/releases", {**RELEASE, "supporter_id": "a" * 201}, "body.supporter_id"),
        (f"/participants/{pid}/leave", {"return_due_at": late}, "body.return_due_at"),
        (f"/participants/{pid}/supporters/a%00/block", {"reason": "participant-objects"}, "path.supporter_id"),
        ("/referrals", {**REFERRAL, "given_name": "a" * 201}, "body.given_name"),
    ]
    for path, body, at in cases:
        answer = await house.caller.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), path
        assert [one["at"] for one in answer.json()["errors"]] == [at]
    for name in ("a\0b", "Eva Meier"):
        answer = await house.caller.post(f"/participants/{pid}/primary-therapist", {"to_staff": name, "reason": "r"})
        assert (answer.status_code, answer.json()["code"]) == (422, "no-staff-id")
        assert [one["at"] for one in answer.json()["errors"]] == ["body.to_staff"]
    half = b'{"given_name": "half \\ud800", "family_name": "x"}'
    headers = {**house.caller.headers((Role.CLINICIAN,), "k"), "Content-Type": "application/json"}
    assert (await house.caller.http.post("/v1/referrals", content=half, headers=headers)).status_code == 422
    assert await said(house.store, pid) == before
    assert await house.store.database.count("referral", {}) == 1


async def test_a_state_there_is_not_is_told(house: House) -> None:
    """Who mistypes a state is not told that nobody is in it."""
    answer = await house.caller.get("/transitions?state=complete")
    assert (answer.status_code, answer.json()["code"]) == (422, "no-such-state")
    assert (await house.caller.get("/transitions?state=completed")).json() == []
