"""Intake's doors: entitled people, once, and a clear answer to everything else."""

import asyncio
import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from common.contracts.words import Role
from services.intake.conftest import House
from services.intake.test_messages import ACCEPT, REFERRAL, accepted, admitted, episode, signed_step_up
from services.one_service import NOON, said

EXAMPLES = Path(__file__).parents[3] / "examples"


async def fhir(house: House, raw: bytes, key: str) -> tuple[int, dict[str, object]]:
    """Send a referral as an integration; the status and the answer."""
    headers = {**house.caller.headers((Role.INTEGRATION,), key), "Content-Type": "application/fhir+json"}
    answer = await house.caller.http.post("/v1/referrals/fhir", content=raw, headers=headers)
    return answer.status_code, answer.json()


async def test_a_fhir_referral_is_received_once_whatever_its_key(house: House) -> None:
    """IN-R1: the same bundle under another Idempotency-Key is the same referral."""
    raw = gzip.decompress(next((EXAMPLES / "referrals").rglob("synthea-*.json.gz")).read_bytes())
    first, second = await fhir(house, raw, "a"), await fhir(house, raw, "b")
    assert (first[0], second[0]) == (201, 201)
    assert first[1]["extra"] == second[1]["extra"]
    assert second[1]["said"] == []


@pytest.mark.parametrize(
    ("raw", "code"),
    [(b"{", "not-json"), (b'{"a": 1}', "not-fhir"), (b"<Bundle/>", "fhir-xml")],
)
async def test_what_is_no_referral_gets_a_code_and_a_line(house: House, raw: bytes, code: str) -> None:
    """Bad input: problem+json with what was expected, nothing kept."""
    status, answer = await fhir(house, raw, "k")
    assert (status, answer["code"]) == (422, code)
    assert answer["expected"]
    assert await house.store.database.count("referral", {}) == 0


async def test_a_referral_of_thirty_megabytes_is_refused_before_it_is_read(house: House) -> None:
    """Bad input: 413, with the limit."""
    status, answer = await fhir(house, b" " * 30 * 2**20, "k")
    assert (status, answer["code"]) == (413, "too-large")


async def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(house: House) -> None:
    """HTTP writes are idempotent."""
    first = await house.caller.post("/referrals", REFERRAL, key="k")
    again = await house.caller.post("/referrals", REFERRAL, key="k")
    other = await house.caller.post("/referrals", {**REFERRAL, "phone": "1"}, key="k")
    assert again.json() == {**first.json(), "repeated": True}
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_a_hundred_identical_decisions_open_one_episode(house: House) -> None:
    """IN-R2: a hundred at once, with keys of their own, and one with a key in common."""
    received = (await house.caller.post("/referrals", REFERRAL)).json()["extra"]
    path = f"/referrals/{received['referral_id']}/decision"
    answers = await asyncio.gather(*(house.caller.post(path, ACCEPT, key=str(n // 2)) for n in range(100)))
    codes = sorted(a.status_code for a in answers)
    assert codes == [200, 200] + [409] * 98
    assert (await said(house.store, received["participant_id"])).count("EpisodeOpened") == 1


async def test_who_may_not_is_told_so(house: House) -> None:
    """IN-R2, IN-S1: no token, a wrong role, a stranger."""
    pid, transition = await signed_step_up(house)
    sign = f"/participants/{pid}/transitions/{transition}/sign"
    nobody = await house.caller.http.get("/v1/participants")
    scheduler = await house.caller.post(sign, {}, Role.SCHEDULER)
    unknown = await house.caller.post(f"/participants/{pid}/transitions/none/sign", {})
    assert (nobody.status_code, nobody.json()["code"]) == (401, "unauthenticated")
    assert (scheduler.status_code, scheduler.json()["code"]) == (403, "role-missing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no-such-transition")


async def test_impossible_requests_have_stable_codes_and_change_nothing(house: House) -> None:
    """Bad input: what is refused, with which code."""
    pid, _ = await accepted(house)
    before = await said(house.store, pid)
    discharge = {"disposition": "completed", "reason": "goals-met"}
    cases: list[tuple[str, dict[str, Any], int, str]] = [
        (f"/participants/{pid}/discharge", discharge, 409, "not-in-care"),
        ("/participants/nobody/discharge", discharge, 409, "not-in-care"),
        (f"/participants/{pid}/discharge", {**discharge, "reason": "Free Text!"}, 422, "malformed"),
        (f"/participants/{pid}/readmission", {"level": "PHP"}, 409, "not-discharged"),
        (f"/participants/{pid}/leave", {"return_due_at": "2026-02-01T00:00:00Z"}, 409, "not-in-care"),
        (f"/participants/{pid}/leave", {"return_due_at": "2026-02-30T00:00:00Z"}, 422, "malformed"),
        (f"/participants/{pid}/releases", {"supporter_id": "s", "scopes": []}, 422, "no-scope"),
        (f"/participants/{pid}/releases/none/revoke", {}, 404, "no-such-release"),
        (
            f"/participants/{pid}/safety-plan-reviews",
            {"reviewed_at": (NOON + timedelta(hours=1)).isoformat()},
            422,
            "in-the-future",
        ),
        (f"/participants/{pid}/transitions", {"to_level": "IOP", "reason": "r"}, 409, "not-in-care"),
        ("/referrals/none/decision", ACCEPT, 404, "no-such-referral"),
    ]
    for path, body, status, code in cases:
        answer = await house.caller.post(path, body)
        assert (path, answer.status_code, answer.json()["code"]) == (path, status, code)
        assert answer.headers["content-type"] == "application/problem+json"
    assert await said(house.store, pid) == before


async def test_a_stale_if_match_changes_nothing(house: House) -> None:
    """HTTP: `If-Match` is honoured."""
    pid, _ = await admitted(house)
    version = (await house.caller.get(f"/participants/{pid}")).json()["version"]
    headers = house.caller.headers((Role.CLINICIAN,), "k1")
    url, body = f"/v1/participants/{pid}/primary-therapist", {"to_staff": "th-2", "reason": "leave"}
    stale = await house.caller.http.post(url, json=body, headers={**headers, "If-Match": '"1"'})
    fresh = await house.caller.http.post(url, json=body, headers={**headers, "If-Match": f'"{version}"'})
    odd = await house.caller.http.post(url, json=body, headers={**headers, "If-Match": "new"})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    assert fresh.status_code == 200
    assert fresh.headers["ETag"] == f'"{version + 1}"'
    assert (odd.status_code, odd.json()["code"]) == (400, "if-match-unreadable")


async def test_leaving_against_advice_keeps_the_follow_up(house: House) -> None:
    """IN-E2, IN-E6: durable timers; contacts fall due whatever the ending."""
    pid, _ = await admitted(house)
    left = {"disposition": "against-advice", "reason": "participant-left"}
    await house.caller.post(f"/participants/{pid}/discharge", left)
    await house.wait_until(NOON + timedelta(days=8))
    assert (await said(house.store, pid)).count("FollowUpDue") == 2
    assert (await episode(house, pid))["level"] == "CLOSED"


async def test_an_overdue_leave_is_told_once(house: House) -> None:
    """IN-E3, IN-E4"""
    pid, _ = await admitted(house)
    await house.caller.post(f"/participants/{pid}/leave", {"return_due_at": (NOON + timedelta(hours=5)).isoformat()})
    await house.wait_until(NOON + timedelta(hours=7))
    back = await house.caller.post(f"/participants/{pid}/leave/return", {})
    again = await house.caller.post(f"/participants/{pid}/leave/return", {})
    types = await said(house.store, pid)
    assert (types.count("LeaveOverdue"), types.count("LeaveReturned")) == (1, 1)
    assert (back.status_code, again.json()["said"]) == (200, [])


async def test_lists_page_by_cursor(house: House) -> None:
    """HTTP: every referral once, in pages of two."""
    for n in range(5):
        await house.caller.post("/referrals", {**REFERRAL, "phone": str(n)})
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = (await house.caller.get(f"/referrals?limit=2&after={after}")).json()
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == 5


async def test_no_answer_about_a_participant_carries_evidence_or_names(house: House) -> None:
    """Ids travel, people do not."""
    pid, _ = await admitted(house)
    answer = (await house.caller.get(f"/participants/{pid}")).text + (await house.caller.get("/participants")).text
    assert "evidence" not in answer
    assert str(REFERRAL["family_name"]) not in answer
