"""The question of placement at scheduling's door: what is stored is asked, and nothing is changed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from common.contracts.scheduling import HoldPlace
from common.contracts.words import LevelOfCare, ParticipantId, Role, TransitionId
from scheduling.app import app
from scheduling.settings import Settings
from services.one_house import House, house_of
from services.one_service import NOON
from throughline.embedded.tokens import create_key, jwks_file

MONDAY, WEDNESDAY = (
    {"weekday": 1, "starts": "09:00", "ends": "12:00"},
    {"weekday": 3, "starts": "09:00", "ends": "12:00"},
)
FRIDAY, LATE = {"weekday": 5, "starts": "09:00", "ends": "12:00"}, {"weekday": 5, "starts": "17:00", "ends": "20:00"}
PATH = "/v1/placements/preview"


@pytest_asyncio.fixture
async def house(mongo_uri: str, tmp_path: Path) -> AsyncIterator[House]:
    """Scheduling, with IOP's groups amber and blue, and five people in PHP who have sat together."""
    create_key(tmp_path)
    async with house_of(app(Settings(jwks=str(jwks_file(tmp_path)))), mongo_uri, tmp_path) as one:
        groups = [{"group_id": "amber", "seats": 3}, {"group_id": "blue", "seats": 3}]
        await put(one, "/v1/levels/IOP", {"places": 10, "groups": groups})
        for session, people in (("s1", "ann ben cem"), ("s2", "ann ben"), ("s3", "ann dan")):
            await attended(one, session, people.split())
        yield one


async def put(house: House, path: str, body: dict[str, Any]) -> None:
    """A scheduler says how it is."""
    headers = house.caller.headers([Role.SCHEDULER], uuid4().hex, "staff-sam")
    (await house.http.put(path, json=body, headers=headers)).raise_for_status()


async def attended(house: House, session: str, people: list[str]) -> None:
    """A group of an hour; Eli stood on every roster and came to none."""
    lines = [{"participant_id": who, "minutes": 60} for who in people] + [{"participant_id": "eli", "minutes": 10}]
    body = {"kind": "SKILLS_GROUP", "level": "PHP", "starts_at": "2026-03-01T15:00:00Z", "planned_minutes": 60}
    (await house.post(f"/v1/sessions/{session}/attendance", {**body, "attended": lines})).raise_for_status()


def ann(**more: Any) -> dict[str, Any]:
    """Ann steps down to IOP."""
    return {"participant_id": "ann", "level": "IOP", "starts_on": "2026-03-04", "therapist_id": "staff-eva", **more}


def group(id: str, **more: Any) -> dict[str, Any]:
    """An IOP skills group that anybody may join."""
    return {"group_id": id, "levels": ["IOP"], "meets": [MONDAY, WEDNESDAY, FRIDAY], "open_entry": True, **more}


async def ask(house: House, movers: list[dict[str, Any]], groups: list[dict[str, Any]], **more: Any) -> httpx.Response:
    """A clinician asks where people should go."""
    return await house.post(PATH, {"movers": movers, "groups": groups, "seconds": 30, **more})


async def rows(house: House) -> tuple[int, int]:
    """How much is stored: facts said, and boards."""
    return await house.store.database.count("journal", {}), await house.store.database.count("levelboard", {})


async def test_people_stay_with_those_whom_rosters_say_they_sat_with(house: House) -> None:
    """SC-L12, SC-L8: two sessions with Ben outweigh one with Dan, and none with Eli, who was expected at all three."""
    groups = [group("amber", roster=["dan", "eli"]), group("blue", roster=["ben"])]

    answer = (await ask(house, [ann()], groups)).json()
    (one,) = answer["movers"]
    amber, blue = one["verdicts"]

    assert (one["groups"], one["no_group_now"], answer["proven"]) == (["blue"], False, True)
    assert [reason["code"] for reason in blue["reasons"]] == ["needed-kind", "gives-hours", "keeps-peers"]
    assert blue["reasons"][2]["ids"] == one["share"]["peers_kept"] == ["ben"]
    assert amber["reasons"][-1] == {
        "code": "worse-by",
        "ids": [],
        "until": None,
        "minutes": None,
        "aim": "peers",
        "by": 1,
    }
    assert [proof["gap"] for proof in answer["proofs"]] == [0, 0, 0, 0, 0]


async def test_seats_and_rosters_are_those_of_the_board_where_nobody_says_others(house: House) -> None:
    """SC-L4, SC-L5: the board's one seat in amber is held for Gil, and blue's for Hal, who is to be kept apart."""
    groups = [{"group_id": "amber", "seats": 1}, {"group_id": "blue", "seats": 9}]
    await put(house, "/v1/levels/IOP", {"places": 10, "groups": groups})
    for number, who in enumerate(("hal", "gil"), 1):
        asked = {"transition_id": TransitionId(who), "participant_id": ParticipantId(who), "level": LevelOfCare.IOP}
        await house.hear(number, HoldPlace(at=NOON, **asked))
        await put(house, "/v1/levels/IOP", {"places": 10, "groups": [{**one, "seats": 1} for one in groups]})
    await put(house, "/v1/levels/IOP", {"places": 10, "groups": groups})

    answer = (await ask(house, [ann(separated_from=["hal"])], [group("amber"), group("blue")])).json()
    (one,) = answer["movers"]

    assert one["no_group_now"]
    assert [[reason["code"] for reason in verdict["reasons"]] for verdict in one["verdicts"]] == [
        ["full"],
        ["separated-from"],
    ]
    assert one["verdicts"][1]["reasons"][0]["ids"] == ["hal"]


async def test_a_weeks_movers_are_placed_together_and_the_gain_is_a_number(house: House) -> None:
    """SC-L9: by hand Abe, who knows nobody there, takes the seat beside Cem that Ben needs; together he does not."""
    amber = group("amber", roster=["cem"], seats=2, led_by=["staff-eva"])
    blue = group("blue", roster=[], meets=[MONDAY, WEDNESDAY, LATE], led_by=["staff-eva"])

    answer = (await ask(house, [ann(participant_id="ben"), ann(participant_id="abe")], [blue, amber])).json()

    assert {one["participant_id"]: one["groups"] for one in answer["movers"]} == {"abe": ["blue"], "ben": ["amber"]}
    assert (answer["gained_peers"], answer["gained_therapists"]) == (1, 0)
    assert answer["by_hand"]["peers_kept"] + answer["gained_peers"] == answer["outcome"]["peers_kept"]


async def test_asking_changes_nothing_and_asking_again_gives_the_same_answer(house: House) -> None:
    """SC-L9: a question, however often, is no act; it needs no Idempotency-Key."""
    before = await rows(house)
    headers = house.caller.headers([Role.SCHEDULER], "-", "staff-sam")
    del headers["Idempotency-Key"]
    body = {"movers": [ann()], "groups": [group("amber"), group("blue")], "seconds": 30}
    first, second = await asyncio.gather(*(house.http.post(PATH, json=body, headers=headers) for _ in range(2)))

    assert first.status_code == second.status_code == 200
    assert first.json()["movers"] == second.json()["movers"]
    assert await rows(house) == before


async def test_a_move_goes_on_without_a_group(house: House) -> None:
    """SC-L10: no group is open in the week of the move; its day is not put off, and the reason is said."""
    answer = await ask(house, [ann()], [group("amber", open_entry=False, joins_in=["2026-03-12", "2026-02-24"])])
    (one,) = answer.json()["movers"]

    assert (answer.status_code, one["no_group_now"], one["share"]["minutes_short"]) == (200, True, 540)
    assert one["verdicts"][0]["reasons"][0]["until"] == "2026-03-09"


@pytest.mark.parametrize(
    ("movers", "groups", "code"),
    [
        ([ann()], [group("green")], "seats-unknown"),
        ([ann(), ann()], [group("amber")], "participant-named-twice"),
        ([ann()], [group("amber"), group("amber")], "group-named-twice"),
        ([ann(busy=[{"weekday": 1, "starts": "10:00", "ends": "10:00"}])], [], "ends-before-it-starts"),
        ([ann(busy=[{"weekday": 8, "starts": "10:00", "ends": "11:00"}])], [], "malformed"),
        ([ann(busy=[{"weekday": 1, "starts": "10:00Z", "ends": "11:00"}])], [], "malformed"),
        ([], [], "malformed"),
    ],
)
async def test_a_question_that_makes_no_sense_is_answered_with_its_code(
    house: House, movers: list[Any], groups: list[Any], code: str
) -> None:
    """Errors are problem+json with a stable code."""
    answer = await ask(house, movers, groups)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_only_who_places_people_may_ask(house: House) -> None:
    """Rosters and separations are in question and answer: a scheduler's and a clinician's business."""
    answer = await house.post(PATH, {"movers": [ann()], "groups": []}, role=Role.OPERATOR)

    assert (answer.status_code, answer.json()["code"]) == (403, "role-missing")


async def plan(house: House, id: str, **more: Any) -> None:
    """An IOP skills group at ten UTC on Mondays, Wednesdays and Fridays, three hours, led by Eva."""
    base = {"kind": "SKILLS", "level": "IOP", "first_at": "2026-03-02T10:00:00Z", "zone": "UTC", "minutes": 180}
    rule = "FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=30"
    await put(house, f"/v1/groups/{id}", {**base, "rule": rule, "leader": f"lead-{id}", "at_most": 8, **more})


async def test_where_nobody_names_groups_those_that_are_planned_are_taken(house: House) -> None:
    """SC-L13, SC-L6: times, rosters and hours are the store's; her own session is in the way, and counts."""
    await plan(house, "amber", leader="staff-eva")
    await plan(house, "coral", first_at="2026-03-02T14:00:00Z")
    await plan(house, "late", first_at="2026-03-02T18:00:00Z", cycle_weeks=4, open_weeks=[4])
    (await house.post("/v1/groups/coral/members", {"participant_id": "ben"})).raise_for_status()
    individual = {"participant_id": "ann", "kind": "INDIVIDUAL", "level": "IOP", "minutes": 60, "staff": ["staff-sam"]}
    await put(house, "/v1/sessions/i1", {**individual, "starts_at": "2026-03-04T11:00:00Z"})

    asked = await house.post(PATH, {"movers": [ann()], "seconds": 30})
    (one,) = asked.json()["movers"]
    reasons = {v["group_id"]: {r["code"]: r for r in v["reasons"]} for v in one["verdicts"]}

    assert one["groups"] == ["coral"]
    assert reasons["coral"]["keeps-peers"]["ids"] == ["ben"]
    assert set(reasons["amber"]) == {"clashes"}
    assert reasons["late"]["not-joinable-until"]["until"] == "2026-03-23"
    assert (one["share"]["minutes"], one["share"]["minutes_over"]) == (540, 60)


async def test_the_hours_are_those_of_payer_and_age(house: House) -> None:
    """SC-L6: an adolescent's IOP needs six hours; a group of nine is then three too many, and still allowed."""
    await plan(house, "amber")
    headers = house.caller.headers([Role.SCHEDULER], uuid4().hex, "staff-sam")
    noted = {"payer": "some-payer", "age_band": "ADOLESCENT"}
    (await house.http.put("/v1/participants/ann/coverage", json=noted, headers=headers)).raise_for_status()

    got = await house.post(PATH, {"movers": [ann()], "seconds": 30})
    print(got.text)
    (one,) = got.json()["movers"]

    assert (one["groups"], one["share"]["minutes_over"]) == (["amber"], 180)


async def test_without_any_planned_group_the_move_goes_on(house: House) -> None:
    """SC-L10: an empty house is an answer."""
    got = await house.post(PATH, {"movers": [ann()], "seconds": 30})
    print(got.text)
    (one,) = got.json()["movers"]

    assert (one["no_group_now"], one["verdicts"]) == (True, [])
