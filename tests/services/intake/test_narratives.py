"""Case narratives and who read the record, over HTTP."""

from datetime import timedelta
from typing import Any

import httpx

from common.auth import audience_of_participants
from common.contracts import skills
from common.contracts.narratives import Attested
from common.contracts.words import Instrument, Role
from services.intake.conftest import House
from services.intake.test_messages import REFERRAL, admitted
from services.one_service import NOON, hear
from throughline.embedded import tokens

NAME = str(REFERRAL["given_name"])
STORY = "She learned to ask, and was answered."
ALL = [what.value for what in Attested]


async def as_oneself(house: House, method: str, path: str, who: str) -> httpx.Response:
    """A request with a participant's own token."""
    token = tokens.mint(house.caller.folder, who, (), audience=audience_of_participants("throughline"))
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{method}{path}"}
    return await house.caller.http.request(method, f"/v1{path}", headers=headers)


async def told(house: House) -> list[dict[str, Any]]:
    """What may be told for teaching."""
    shown: list[dict[str, Any]] = (await house.caller.get("/narratives?purpose=teaching")).json()
    return shown


async def test_a_story_is_told_with_its_outcomes_until_the_participant_takes_it_back(house: House) -> None:
    """IN-N1 to IN-N6, B20: by consent, without findings, attested, approved by another, and nobody's id in it."""
    pid, _ = await admitted(house)
    path, post = f"/participants/{pid}", house.caller.post
    scores = [
        skills.MeasureRecorded(
            at=NOON + timedelta(days=day),
            participant_id=pid,
            measure_id=f"m{day}",
            instrument=Instrument.PHQ9,
            score=s,
            band="",
        )
        for day, s in ((-30, 18), (-2, 9))
    ]
    await hear(house.store, *scores)
    assert (await post(f"{path}/narratives", {"words": STORY})).json()["code"] == "no-consent"
    assert (await post(f"{path}/narrative-consent", {"purposes": ["teaching"]})).status_code == 201
    named = f"{NAME} came."
    nid = (await post(f"{path}/narratives", {"words": named}, key="k")).json()["extra"]["narrative_id"]
    assert (await post(f"{path}/narratives", {"words": named}, key="k")).json()["extra"]["narrative_id"] == nid
    left = await post(f"{path}/narratives/{nid}/attest", {"version": 1, "attested": ALL})
    (draft,) = (await house.caller.get(f"{path}/narratives", Role.PRIVACY)).json()["narratives"]
    await post(f"{path}/narratives/{nid}/words", {"words": STORY})
    await post(f"{path}/narratives/{nid}/attest", {"version": 2, "attested": ALL})
    author = await post(f"{path}/narratives/{nid}/approve", {"version": 2}, Role.PRIVACY)
    nobody_yet = await told(house)
    for _ in range(2):
        await post(f"{path}/narratives/{nid}/approve", {"version": 2}, Role.PRIVACY, by="s-2")
    (shown,) = await told(house)
    assert (left.json()["code"], NAME in left.text) == ("identifiers-left", False)
    assert [(f["kind"], f["line"], f["column"], f["until"]) for f in draft["findings"]] == [("A-name", 1, 0, 4)]
    assert (author.status_code, author.json()["code"], nobody_yet) == (403, "another-person-approves", [])
    assert (shown["words"], [line["became"] for line in shown["outcomes"]]) == (STORY, ["reliably-better"])
    assert pid not in str(shown)
    for _ in range(2):
        assert (await as_oneself(house, "POST", f"{path}/own/narrative-consent/revoke", pid)).status_code == 200
    assert await told(house) == []
    rows = await house.store.database.find("journal", {"subject": pid})
    assert {row["topic"] for row in rows if STORY in str(row)} == {"intake.contacts"}


async def test_a_participant_sees_who_read_their_record(house: House) -> None:
    """IN-B1, IN-B2, A20: ids and instants; what was refused was not read; nobody else's."""
    pid, _ = await admitted(house)
    other, _ = await admitted(house)
    for path, role in (("", Role.UR_NURSE), ("", Role.UR_NURSE), ("/goals", Role.CLINICIAN), ("/goals", Role.OPERATOR)):
        await house.caller.get(f"/participants/{pid}{path}", role)
    await house.wait_until(NOON + timedelta(hours=1))
    await house.caller.get(f"/participants/{pid}", Role.UR_NURSE)
    path = f"/participants/{pid}/own/readers"
    seen = (await as_oneself(house, "GET", path, pid)).json()
    pages = [(row["by"], row["page"].rpartition("/")[2], row["times"]) for row in seen]
    assert pages[0] == ("s-1", "{pid}", 1)
    assert sorted(pages[1:]) == [("s-1", "goals", 1), ("s-1", "{pid}", 2)]
    assert (await as_oneself(house, "GET", path, other)).json()["code"] == "not-your-own"
    assert (await house.caller.get(path, Role.CLINICIAN)).status_code == 401
    assert (await house.caller.get(f"/participants/{pid}/readers", Role.CLINICIAN)).status_code == 403
    assert (await house.caller.get(f"/participants/{pid}/readers", Role.PRIVACY)).json() == seen
