"""Word from outside over HTTP: who may say it, what is answered, who reads it."""

from typing import Any

import pytest

from common.contracts.words import Role
from rules.family.story import ANA, AUNT, granted
from services.one_house import HOUR, House
from services.one_service import NOON

REPORTS = "/v1/reports"
WORD = {"danger": "now", "participant_id": ANA, "supporter_id": AUNT, "who": "the aunt", "words": "she wrote goodbye"}
READERS = {Role.CLINICIAN, Role.FAMILY_CLINICIAN, Role.MEDICAL}


async def read(house: House, path: str, role: Role = Role.FAMILY_CLINICIAN) -> Any:
    """What somebody with this role is answered."""
    return await house.http.get(REPORTS + path, headers=house.caller.headers([role], "-", "staff-eva"))


async def test_the_answer_is_the_same_whoever_it_is_about(house: House) -> None:
    """FA-I1, FA-I2: known and released, known without a release, unknown, not named at all; by any staff."""
    await house.hear(1, granted())
    about: list[dict[str, Any]] = [
        {"participant_id": ANA, "supporter_id": AUNT},
        {"participant_id": ANA, "supporter_id": "s-nobody"},
        {"participant_id": "p-unknown"},
        {"whom": "my sister"},
    ]
    answers = [
        await house.post(REPORTS, {"danger": "concern", **whom}, role=role)
        for whom, role in zip(about, (Role.INTEGRATION, Role.SCHEDULER, Role.OPERATOR, Role.UR_NURSE), strict=True)
    ]

    assert {answer.status_code for answer in answers} == {202}
    assert {tuple(answer.json()) for answer in answers} == {("report_id",)}
    assert len({(answer.headers["etag"], answer.headers["content-length"]) for answer in answers}) == 1


async def test_the_same_request_again_is_the_same_report(house: House) -> None:
    """FA-I1."""
    first, again = [(await house.post(REPORTS, WORD, key="a")).json() for _ in range(2)]

    assert first == again
    assert await house.said() == ["ReportReceived", "DangerReported"]
    assert await house.said("notifications.commands") == ["SendNotice", "SendNotice"]


async def test_the_words_are_read_by_the_care_team_and_stand_in_no_message(house: House) -> None:
    """FA-I2."""
    id = (await house.post(REPORTS, WORD)).json()["report_id"]

    answers = {role: await read(house, f"/{id}", role) for role in Role}
    assert {role for role, answer in answers.items() if answer.status_code == 200} == READERS
    assert answers[Role.MEDICAL].json()["words"] == "she wrote goodbye"
    rows = await house.store.database.find("journal", {})
    assert rows
    assert not [row for row in rows if "goodbye" in row["data"] or "the aunt" in row["data"]]


async def test_the_work_list_holds_what_is_not_settled(house: House) -> None:
    """FA-I5, FA-I6."""
    ids = []
    for minute in range(3):
        house.set_clock(NOON + minute * HOUR)
        ids.append((await house.post(REPORTS, {"danger": "none", "whom": "a neighbour"})).json()["report_id"])
    assert (await house.post(f"{REPORTS}/{ids[0]}/match", {"participant_id": ANA})).status_code == 200
    settled = {"outcome": "nothing-needed"}
    assert (await house.post(f"{REPORTS}/{ids[1]}/settle", settled, role=Role.MEDICAL)).status_code == 200

    first = (await read(house, "?limit=1")).json()
    then = (await read(house, f"?limit=1&before={first['next']}")).json()
    assert [[row["report_id"] for row in page["items"]] for page in (first, then)] == [[ids[2]], [ids[0]]]
    assert then["next"] is None
    assert len((await read(house, f"?participant_id={ANA}")).json()["items"]) == 1
    assert len((await read(house, "?waiting=false")).json()["items"]) == 3


async def test_a_report_nobody_reads_is_told_again_until_somebody_does(house: House) -> None:
    """FA-I5: the timer is durable, and ends with who takes it."""
    id = (await house.post(REPORTS, {**WORD, "danger": "none"})).json()["report_id"]
    for day in (1, 2):
        house.set_clock(NOON + day * 24 * HOUR)
        assert await house.fire() == 1
    assert (await house.post(f"{REPORTS}/{id}/take")).status_code == 200

    house.set_clock(NOON + 72 * HOUR)
    assert await house.fire() == 0
    assert await house.said() == ["ReportReceived", "ReportUnread", "ReportUnread", "ReportTaken"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("", {"participant_id": ANA}, 422, "malformed"),
        ("", {"danger": "now", "participant_id": "no id"}, 422, "malformed"),
        ("/rep-x/take", {}, 404, "no-such-report"),
        ("/rep-x/settle", {"outcome": "contacted"}, 404, "no-such-report"),
        ("/rep-x/settle", {"outcome": "forgotten"}, 422, "malformed"),
        ("/rep-x/match", {"participant_id": ANA}, 404, "no-such-report"),
    ],
)
async def test_what_cannot_be_is_answered_with_a_stable_code(
    house: House, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    """FA-I5, FA-I6."""
    answer = await house.post(REPORTS + path, body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_clock_that_is_ahead_keeps_nobody_from_saying_it(house: House) -> None:
    """FA-I1: word from outside is not refused for its time."""
    await house.hear(1, granted())
    ahead = {**WORD, "told_at": (NOON + HOUR).isoformat()}

    assert (await house.post(REPORTS, ahead)).status_code == 202
