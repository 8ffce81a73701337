"""Consents over HTTP and time: signed by who may, over when they are over, resting at the birthday."""

from datetime import timedelta
from typing import Any

from common.contracts.words import Role
from services.intake.conftest import House
from services.intake.test_messages import REFERRAL, admitted
from services.one_service import NOON, said

DAY = timedelta(days=1)
RELEASE: dict[str, Any] = {"supporter_id": "aunt", "scopes": ["SCHEDULE"]}


async def minor(house: House, birth_date: str) -> str:
    """Somebody referred under age and spoken with, in a state without a row of its own."""
    received = (await house.caller.post("/referrals", {**REFERRAL, "birth_date": birth_date})).json()["extra"]
    pid = str(received["participant_id"])
    basis = {"birth_date": birth_date, "state": "OH"}
    assert (await house.caller.post(f"/referrals/{received['referral_id']}/contact", {})).status_code == 200
    assert (await house.caller.post(f"/participants/{pid}/age-basis", basis)).status_code == 201
    return pid


async def how_they_stand(house: House, pid: str) -> list[str]:
    """How each release stands."""
    return [told["stands"] for told in (await house.caller.get(f"/participants/{pid}/releases")).json()]


async def test_a_referral_tells_the_age_once_on_the_restricted_stream(house: House) -> None:
    """IN-C6: the same referral sent again says nothing again; no birth date on the episode stream."""
    for key in ("a", "b"):
        received = await house.caller.post("/referrals", REFERRAL, key=key)
    pid = received.json()["extra"]["participant_id"]
    assert (await said(house.store, pid, "intake.contacts")).count("AgeBasisRecorded") == 1
    rows = await house.store.database.find("journal", {"subject": pid, "topic": "intake.episodes"})
    assert not any("1990" in str(row) for row in rows)


async def test_a_release_over_its_last_day_is_no_longer_shown_and_that_is_said_once(house: House) -> None:
    """IN-C3"""
    pid, _ = await admitted(house)
    await house.caller.post(f"/participants/{pid}/releases", {**RELEASE, "expires_on": "2026-03-04"})
    assert await how_they_stand(house, pid) == ["in-force"]
    await house.wait_until(NOON + 4 * DAY)
    await house.wait_until(NOON + 5 * DAY)
    assert await how_they_stand(house, pid) == ["expired"]
    assert (await house.caller.get(f"/participants/{pid}")).json()["releases"] == []
    assert (await said(house.store, pid)).count("ReleaseExpired") == 1


async def test_at_eighteen_a_guardians_release_rests_and_the_participant_grants_it_anew(house: House) -> None:
    """IN-C4, IN-C7: a durable timer, the family clinician is told, and nothing is said twice."""
    pid = await minor(house, "2008-03-05")
    path = f"/participants/{pid}/releases"
    alone = await house.caller.post(path, RELEASE)
    guardian = await house.caller.post(path, {**RELEASE, "granted_by": "guardian", "assented": True})
    await house.wait_until(NOON + 4 * DAY)
    await house.wait_until(NOON + 9 * DAY)
    types = await said(house.store, pid)
    own = await house.caller.post(path, {**RELEASE, "granted_by": "participant"}, Role.FAMILY_CLINICIAN)
    assert (alone.status_code, alone.json()["code"]) == (422, "guardian-needed")
    assert (guardian.status_code, own.status_code) == (201, 201)
    assert (types.count("ReleaseRevoked"), sorted(await how_they_stand(house, pid))) == (1, ["in-force", "suspended"])
    assert await said(house.store, pid, "notifications.commands") == ["SendNotice"]


async def test_a_release_of_substance_use_without_its_form_is_refused_and_changes_nothing(house: House) -> None:
    """IN-C5: problem+json with the elements that lack."""
    pid, _ = await admitted(house)
    before = await said(house.store, pid)
    body = {**RELEASE, "scopes": ["SUD"], "part2": {"participant_named": True, "signed": True}}
    answer = await house.caller.post(f"/participants/{pid}/releases", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "part2-elements-missing")
    assert "right-to-revoke" in answer.json()["detail"]
    assert await said(house.store, pid) == before


async def test_a_verbal_agreement_ends_after_its_hours_and_a_block_at_once(house: House) -> None:
    """IN-C8, IN-C9: a durable timer, and a person's word."""
    pid, _ = await admitted(house)
    path = f"/participants/{pid}/releases"
    await house.caller.post(path, {**RELEASE, "verbal": True})
    await house.caller.post(path, {**RELEASE, "supporter_id": "uncle"})
    before = await how_they_stand(house, pid)
    for _ in range(2):
        await house.caller.post(f"/participants/{pid}/supporters/uncle/block", {"reason": "participant-objects"})
    refused = await house.caller.post(path, {**RELEASE, "supporter_id": "uncle"})
    await house.wait_until(NOON + DAY)
    assert (before, sorted(await how_they_stand(house, pid))) == (["in-force"] * 2, ["expired", "revoked"])
    assert (refused.status_code, refused.json()["code"]) == (409, "supporter-blocked")
    types = await said(house.store, pid)
    assert (types.count("SupporterBlocked"), types.count("ReleaseRevoked")) == (1, 2)
