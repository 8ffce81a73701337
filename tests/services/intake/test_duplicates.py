"""Somebody who may be known already: two instances at once still ask, and a person answers."""

import asyncio
from pathlib import Path
from typing import Any

from common.contracts.words import Role
from intake.app import app, rules_of, service
from intake.settings import Settings
from services.intake.conftest import House
from services.intake.test_messages import ACCEPT, REFERRAL
from services.one_service import (
    NOON,
    Caller,
    doors_open,
    forget,
    fresh_store,
    said,
    second_instance,
    signing_key,
    stopped_clock,
)

EXAMPLES = Path(__file__).parents[3] / "examples" / "referrals"
MRN = [{"system": "urn:example:mrn", "value": "U-1"}]
SAME = {"same": True, "reason": "spoke-with-them"}


async def referred(caller: Caller, **more: Any) -> dict[str, str]:
    """Somebody by hand; their ids."""
    ids: dict[str, str] = (await caller.post("/referrals", {**REFERRAL, **more})).json()["extra"]
    return ids


async def accept(house: House, ids: dict[str, str], key: str | None = None) -> tuple[int, dict[str, Any]]:
    """A clinician accepts; status and answer."""
    answer = await house.caller.post(f"/referrals/{ids['referral_id']}/decision", ACCEPT, key=key)
    return answer.status_code, answer.json()


async def questions(house: House, query: str = "") -> list[dict[str, Any]]:
    """The open questions."""
    items: list[dict[str, Any]] = (await house.caller.get(f"/duplicates{query}")).json()["items"]
    return items


async def test_the_same_name_and_birth_date_is_a_question_and_no_merge(house: House) -> None:
    """IN-D1, IN-D3: each is a participant of their own; neither is accepted before the answer."""
    first, second = await referred(house.caller), await referred(house.caller, given_name="TEST")
    assert first["participant_id"] != second["participant_id"]
    (asked,) = await questions(house)
    assert asked["agrees_on"] == ["name-and-birth-date"]
    assert (asked["participant_id"], asked["other_participant_id"]) == (
        second["participant_id"],
        first["participant_id"],
    )
    for ids, other in ((first, second), (second, first)):
        known = (await house.caller.get(f"/referrals/{ids['referral_id']}")).json()
        assert (known["perhaps"], known["version"]) == ([other["participant_id"]], 1)
        status, answer = await accept(house, ids)
        assert (status, answer["code"]) == (409, "duplicate-open")
        assert "EpisodeOpened" not in await said(house.store, ids["participant_id"])


async def test_what_agrees_on_several_things_is_one_question(house: House) -> None:
    """IN-D1, IN-D2: and the question names what agrees, never what it says."""
    named = {"family_name": "Lindqvist", "identifiers": MRN}
    await referred(house.caller, **named)
    await referred(house.caller, **named)
    (asked,) = await questions(house)
    assert sorted(asked["agrees_on"]) == ["identifier", "name-and-birth-date"]
    journal = await house.store.database.find("journal", {"topic": {"$ne": "intake.contacts"}})
    assert all(word not in str(journal) for word in ("Lindqvist", "1990-01-01", "U-1", "urn:example:mrn"))


async def test_said_to_be_another_person_they_are_accepted_as_themselves(house: House) -> None:
    """IN-D2, IN-D3: said twice, it is said once; the same key gives the same answer when a third came since."""
    first, second = await referred(house.caller), await referred(house.caller)
    (asked,) = await questions(house)
    listed = (await house.caller.get("/waiting-list")).json()["items"]
    assert {item["goes_by"]: item["perhaps"] for item in listed} == {
        first["participant_id"]: [second["participant_id"]],
        second["participant_id"]: [first["participant_id"]],
    }
    path, body = f"/duplicates/{asked['id']}/answer", {"same": False, "reason": "twins"}
    told, again = await house.caller.post(path, body), await house.caller.post(path, body)
    assert (told.json()["said"], again.json()["said"]) == (["DuplicateAnswered.v1"], [])
    assert await questions(house) == []
    listed = (await house.caller.get("/waiting-list")).json()["items"]
    assert [item["perhaps"] for item in listed] == [[], []]
    assert len(await questions(house, "?open_only=false")) == 1
    status, answer = await accept(house, second, key="k")
    assert (status, answer["extra"]["participant_id"]) == (200, second["participant_id"])
    await referred(house.caller)
    assert (await accept(house, second, key="k"))[1]["extra"] == answer["extra"]
    assert (await accept(house, first))[1]["code"] == "duplicate-open"


async def test_said_to_be_the_same_care_goes_on_under_the_one_known_first(house: House) -> None:
    """IN-D4: one episode; while it is open the other referral cannot open another."""
    first, second = await referred(house.caller), await referred(house.caller)
    (asked,) = await questions(house)
    assert (await house.caller.post(f"/duplicates/{asked['id']}/answer", SAME)).status_code == 200
    listed = (await house.caller.get("/waiting-list")).json()["items"]
    assert [item["goes_by"] for item in listed] == [first["participant_id"]] * 2
    known = (await house.caller.get(f"/referrals/{second['referral_id']}")).json()
    assert (known["goes_by"], known["perhaps"]) == (first["participant_id"], [])
    assert await questions(house, f"?participant_id={second['participant_id']}") == []
    assert len(await questions(house, f"?participant_id={first['participant_id']}&open_only=false")) == 1
    status, answer = await accept(house, second)
    assert (status, answer["extra"]["participant_id"]) == (200, first["participant_id"])
    assert (await said(house.store, first["participant_id"])).count("EpisodeOpened") == 1
    assert "EpisodeOpened" not in await said(house.store, second["participant_id"])
    assert (await accept(house, first))[1]["code"] == "episode-open"


async def test_said_to_be_the_same_the_birth_date_comes_along_and_overwrites_none(house: House) -> None:
    """IN-D5: the first had none; answered twice, once; what a person recorded later stays."""
    first = await referred(house.caller, birth_date=None, identifiers=MRN)
    await referred(house.caller, identifiers=MRN)
    pid = first["participant_id"]
    (asked,) = await questions(house)
    for _ in range(2):
        await house.caller.post(f"/duplicates/{asked['id']}/answer", SAME)
    rows = await house.store.database.find("journal", {"type": "AgeBasisRecorded.v1", "subject": pid})
    assert (len(rows), "1990-01-01" in rows[0]["data"]) == (1, True)
    body = {"birth_date": "1991-01-01", "state": "WA"}
    await house.caller.post(f"/participants/{pid}/age-basis", body)
    await house.caller.post(f"/duplicates/{asked['id']}/answer", {"same": False, "reason": "another"})
    await house.caller.post(f"/duplicates/{asked['id']}/answer", SAME)
    rows = await house.store.database.find("journal", {"type": "AgeBasisRecorded.v1", "subject": pid})
    assert len(rows) == 2


async def test_said_not_to_be_the_same_after_all_the_birth_date_goes_back(house: House) -> None:
    """IN-D5: taken back once, however often it is said; a person's confirmation stays, also of the same date."""
    first = await referred(house.caller, birth_date=None, identifiers=MRN)
    await referred(house.caller, identifiers=MRN)
    pid = first["participant_id"]
    (asked,) = await questions(house)
    path, other = f"/duplicates/{asked['id']}/answer", {"same": False, "reason": "another"}

    async def age() -> str | None:
        found = await house.store.database.get("consents", pid)
        return found["state"]["birth_date"] if found else None

    await house.caller.post(path, SAME)
    known = await age()
    for _ in range(2):
        await house.caller.post(path, other)
    assert (known, await age()) == ("1990-01-01", None)
    assert (await said(house.store, pid, "intake.contacts")).count("AgeBasisTakenBack") == 1
    await house.caller.post(path, SAME)
    await house.caller.post(f"/participants/{pid}/age-basis", {"birth_date": "1990-01-01", "state": ""})
    await house.caller.post(path, other)
    assert await age() == "1990-01-01"


async def test_two_referrals_of_one_person_accepted_at_once_open_one_episode(house: House) -> None:
    """IN-D4: whoever is second finds them in care."""
    both = await referred(house.caller), await referred(house.caller)
    (asked,) = await questions(house)
    await house.caller.post(f"/duplicates/{asked['id']}/answer", SAME)
    answers = await asyncio.gather(*(accept(house, ids) for ids in both))
    assert sorted(status for status, _ in answers) == [200, 409]
    assert (await said(house.store, both[0]["participant_id"])).count("EpisodeOpened") == 1


async def test_who_answers_is_a_clinician_who_sees_both_sides(house: House) -> None:
    """IN-D2: names are shown to the clinician who compares, in the answer alone."""
    await referred(house.caller), await referred(house.caller, phone="555-0100")
    (asked,) = await questions(house)
    assert "Person" not in str(asked)
    nurse = await house.caller.get(f"/duplicates/{asked['id']}")
    both = (await house.caller.get(f"/duplicates/{asked['id']}", Role.CLINICIAN)).json()["people"]
    assert (nurse.status_code, nurse.json()["code"]) == (403, "role-missing")
    assert [one["family_name"] for one in both] == ["Person", "Person"]
    assert (both[0]["phone"], both[1]["phone"]) == ("555-0100", "")
    scheduler = await house.caller.post(f"/duplicates/{asked['id']}/answer", SAME, Role.SCHEDULER)
    nothing = await house.caller.post("/duplicates/none/answer", SAME)
    bare = await house.caller.post(f"/duplicates/{asked['id']}/answer", {"same": True})
    assert (scheduler.status_code, nothing.json()["code"], bare.status_code) == (403, "no-such-duplicate", 422)


async def test_the_same_referral_again_is_no_duplicate_of_itself(house: House) -> None:
    """IN-R1, IN-D1: under the same key, and after the same was accepted under another id."""
    one = await house.caller.post("/referrals", REFERRAL, key="k")
    two = await house.caller.post("/referrals", REFERRAL, key="k")
    assert two.json() == {**one.json(), "repeated": True}
    assert await questions(house, "?open_only=false") == []


async def test_two_referrals_of_one_hospital_about_one_person_are_a_question(house: House) -> None:
    """IN-D1: FHIR bundles with the same number are two participants until a person says otherwise."""
    for n in (1, 2):
        raw = (EXAMPLES / f"behavioral-health-0{n}.json").read_bytes()
        headers = {**house.caller.headers((Role.INTEGRATION,), str(n)), "Content-Type": "application/fhir+json"}
        answer = await house.caller.http.post("/v1/referrals/fhir", content=raw, headers=headers)
        assert ("DuplicateSuspected.v1" in answer.json()["said"]) is (n == 2)
    (asked,) = await questions(house)
    assert sorted(asked["agrees_on"]) == ["identifier", "name-and-birth-date"]


async def test_two_instances_that_hear_of_somebody_at_once_still_ask(mongo_uri: str, tmp_path: Path) -> None:
    """IN-D1: whoever is second meets the first in the likeness, whichever instance they came to."""
    settings = Settings(jwks=signing_key(tmp_path))
    clock, _ = stopped_clock(tmp_path, NOON)
    one = await fresh_store(mongo_uri, service(rules_of(settings)), clock)
    two = second_instance(one, clock)
    async with (
        doors_open(app(settings), one, tmp_path, clock) as here,
        doors_open(app(settings), two, tmp_path, clock) as there,
    ):
        for n in range(10):
            twins = {"family_name": f"Twin{n}", "identifiers": [{"system": "s", "value": str(n)}]}
            await asyncio.gather(*(referred(caller, **twins) for caller in (here, there, here, there)))
        asked = (await here.get("/duplicates?limit=500")).json()["items"]
    await two.database.close()
    await forget(one)
    assert len(asked) == 10 * 6
    assert all(len(question["agrees_on"]) == 2 for question in asked)
