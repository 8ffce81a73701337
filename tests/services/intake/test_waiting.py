"""Those who wait: their order, their first contact, and what a person says about both."""

from datetime import timedelta
from typing import Any

import pytest

from common.contracts.words import Role
from services.intake.conftest import House
from services.intake.test_messages import ACCEPT, REFERRAL
from services.one_service import NOON, said

HOUR = timedelta(hours=1)


async def referred(house: House, **more: Any) -> dict[str, str]:
    """Somebody new by hand; their ids."""
    name = f"Person{len(more)}{sorted(more.values(), key=str)}"
    answer = await house.caller.post("/referrals", {**REFERRAL, "family_name": name, **more})
    ids: dict[str, str] = answer.json()["extra"]
    return ids


async def line(house: House, query: str = "") -> dict[str, Any]:
    """The waiting list."""
    answer: dict[str, Any] = (await house.caller.get(f"/waiting-list{query}")).json()
    return answer


async def test_the_list_has_an_order_with_reasons(house: House) -> None:
    """IN-W1, IN-W2: urgency, then waiting; decided people are not on it."""
    routine, urgent = await referred(house), await referred(house, priority="urgent")
    await house.wait_until(NOON + 30 * HOUR)
    late, stat = await referred(house, phone="1"), await referred(house, priority="stat")
    gone = await referred(house, priority="asap")
    await house.caller.post(f"/referrals/{gone['referral_id']}/decision", {"decision": "decline", "reason": "moved"})
    found = await line(house)
    order = [item["referral_id"] for item in found["items"]]
    assert order == [one["referral_id"] for one in (stat, urgent, routine, late)]
    assert found["waiting"] == 4
    third = found["items"][2]
    assert (third["place"], third["days_waiting"], third["ahead_by_priority"]) == (3, 1, 2)
    assert (found["items"][3]["ahead_by_priority"], found["items"][3]["ahead_by_waiting"]) == (2, 1)
    short = await line(house, "?limit=2")
    assert short["items"] == found["items"][:2]


async def test_a_level_has_a_list_of_its_own(house: House) -> None:
    """IN-R11, IN-W1: by the level somebody was put on the list for, else the one asked for."""
    iop, php = await referred(house, requested_level="IOP"), await referred(house, requested_level="PHP")
    path = f"/referrals/{iop['referral_id']}/decision"
    listed = {"decision": "waitlist", "level": "PHP", "reason": "no-place"}
    first, again = await house.caller.post(path, listed), await house.caller.post(path, listed)
    assert (first.json()["said"], again.json()["said"]) == (["ReferralWaitlisted.v1"], [])
    found = await line(house, "?level=PHP")
    assert {item["referral_id"] for item in found["items"]} == {iop["referral_id"], php["referral_id"]}
    assert (await line(house, "?level=IOP"))["items"] == []
    assert (await house.caller.post(path, ACCEPT)).status_code == 200
    assert (await line(house, "?level=PHP"))["waiting"] == 1


async def test_a_person_says_how_urgent_it_is(house: House) -> None:
    """IN-R10: with a reason, once, by a clinician; the list follows."""
    first, second = await referred(house), await referred(house, phone="2")
    path = f"/referrals/{second['referral_id']}/priority"
    urgent = {"priority": "urgent", "reason": "called-in-distress"}
    refused = await house.caller.post(path, urgent, Role.SCHEDULER)
    odd = await house.caller.post(path, {**urgent, "priority": "soon"})
    none = await house.caller.post("/referrals/none/priority", urgent)
    assert (refused.status_code, odd.status_code, none.json()["code"]) == (403, 422, "no-such-referral")
    told, again = await house.caller.post(path, urgent), await house.caller.post(path, urgent)
    assert (told.json()["said"], again.json()["said"]) == (["ReferralPrioritised.v1"], [])
    assert [i["referral_id"] for i in (await line(house))["items"]] == [second["referral_id"], first["referral_id"]]


async def test_a_first_contact_that_nobody_made_is_told_once(house: House) -> None:
    """IN-R12: a durable timer; the clinicians get a notice."""
    ids = await referred(house, priority="stat")
    await house.wait_until(NOON + 3 * HOUR)
    assert "FirstContactLate" not in await said(house.store, ids["participant_id"])
    await house.wait_until(NOON + 5 * HOUR)
    await house.wait_until(NOON + 500 * HOUR)
    assert (await said(house.store, ids["participant_id"])).count("FirstContactLate") == 1
    assert await said(house.store, ids["participant_id"], "notifications.commands") == ["SendNotice"]
    assert (await line(house))["items"][0]["contact"]["late"] is True


async def test_a_first_contact_in_time_is_noted_and_nobody_is_reminded(house: House) -> None:
    """IN-R12: said twice, it counts once."""
    ids = await referred(house)
    path = f"/referrals/{ids['referral_id']}/contact"
    ahead = await house.caller.post(path, {"contacted_at": (NOON + HOUR).isoformat()})
    first, again = await house.caller.post(path, {}), await house.caller.post(path, {})
    assert ahead.json()["code"] == "in-the-future"
    assert (first.json()["said"], again.json()["said"]) == (["FirstContactMade.v1"], [])
    assert await house.wait_until(NOON + 500 * HOUR) == 0
    assert (await line(house))["items"][0]["contact"]["made_at"] is not None


@pytest.mark.parametrize("decision", [ACCEPT, {"decision": "decline", "reason": "moved"}], ids=["accept", "decline"])
async def test_a_decision_ends_the_wait_for_a_first_contact(house: House, decision: dict[str, Any]) -> None:
    """IN-R12: no news about somebody who does not wait any more."""
    ids = await referred(house)
    await house.caller.post(f"/referrals/{ids['referral_id']}/decision", decision)
    await house.wait_until(NOON + 100 * HOUR)
    assert "FirstContactLate" not in await said(house.store, ids["participant_id"])
    assert (await line(house))["items"] == []


async def test_what_is_asked_for_is_kept_with_the_referral(house: House) -> None:
    """IN-R7, IN-R8: a level nobody is admitted to and an adolescent are questions."""
    ids = await referred(house, requested_level="ALUMNI", birth_date="2010-01-01")
    assert ids["questions"] == "IN-R8: minor, IN-R7: level-not-offered"
    (item,) = (await line(house, "?level=ALUMNI"))["items"]
    assert item["questions"] == ["IN-R8: minor", "IN-R7: level-not-offered"]
    path = f"/referrals/{ids['referral_id']}/decision"
    bare = await house.caller.post(path, ACCEPT)
    assert (bare.status_code, bare.json()["code"]) == (422, "reason-missing")
    assert (await house.caller.post(path, {**ACCEPT, "reason": "guardian-agrees"})).status_code == 200


async def test_a_service_request_alone_says_how_urgent_and_for_what(house: House) -> None:
    """IN-R7, IN-R10: FHIR R4, with its person inside; it stands on the list of that level."""
    born = {"resourceType": "Patient", "id": "p", "name": [{"family": "Roe"}], "birthDate": "1990-01-01"}
    request = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "priority": "urgent",
        "subject": {"reference": "#p"},
        "contained": [born],
        "code": {"coding": [{"system": "urn:oid:2.16.840.1.113883.6.285", "code": "S9480"}]},
        "reasonCode": [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F33.1"}]}],
    }
    received = await house.caller.post("/referrals/fhir", request, Role.INTEGRATION)
    assert (received.status_code, received.json()["extra"]["questions"]) == (201, "")
    (item,) = (await line(house, "?level=IOP"))["items"]
    assert (item["priority"], item["level"], item["days_waiting"]) == ("urgent", "IOP", 0)
    revoked = await house.caller.post("/referrals/fhir", {**request, "status": "revoked"}, Role.INTEGRATION)
    assert (revoked.status_code, revoked.json()["code"]) == (422, "nothing-asked")
