"""Groups over HTTP on a real mongod: plans, rosters, clashes, and many at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from common.contracts.alumni import AlumnusLeft
from common.contracts.intake import EpisodeClosed, LevelOfCareChanged
from common.contracts.message import Contract
from common.contracts.scheduling import ConfirmPlace, HoldPlace
from common.contracts.words import (
    Disposition,
    EpisodeId,
    GroupId,
    LevelOfCare,
    ParticipantId,
    StaffId,
    TransitionId,
    TransitionKind,
)
from common.store import Store
from scheduling.domain.week import Week
from services import one_service
from services.one_service import NOON, Caller, said
from services.scheduling.doors import LEADER, SCHEDULER, group, scheduling


@pytest_asyncio.fixture
async def door(mongo_uri: str, tmp_path: Path) -> AsyncIterator[Caller]:
    """Scheduling with an empty database."""
    async with scheduling(mongo_uri, tmp_path) as (caller, _):
        yield caller


async def test_a_group_is_planned_and_read(door: Caller) -> None:
    """SC-G1, SC-G2: what was said is what is read, with its weekly time by the local clock."""
    done = await door.put("/groups/amber", group())
    again = await door.put("/groups/amber", group())
    read = (await door.get("/groups/amber")).json()

    assert (done.status_code, done.json()["said"]) == (200, ["GroupPlanned.v1"] + ["TimesBooked.v1"] * 8)
    assert (again.json()["said"], again.json()["version"]) == ([], 1)
    assert read["weekly"] == [{"weekday": 1, "starts": "10:00:00", "ends": "11:30:00"}]
    assert [meeting["session_id"] for meeting in read["meetings"]][:2] == [
        "amber.20260309T1400Z",
        "amber.20260316T1400Z",
    ]
    assert [one["group_id"] for one in (await door.get("/groups")).json()] == ["amber"]


@pytest.mark.parametrize(
    ("path", "body", "roles", "status", "code"),
    [
        ("/groups/amber", group(rule="weekly"), (SCHEDULER,), 422, "rule-unreadable"),
        ("/groups/amber", group(zone="Mars"), (SCHEDULER,), 422, "zone-unknown"),
        ("/groups/amber", group(leader="Olga Ivanova"), (SCHEDULER,), 422, "no-staff-id"),
        ("/groups/amber", group(), (LEADER,), 403, "role-missing"),
    ],
)
async def test_a_wrong_plan_is_answered_with_its_code(
    door: Caller, path: str, body: dict[str, Any], roles: tuple[Any, ...], status: int, code: str
) -> None:
    """SC-G1: problem+json with a stable code, and nothing is planned."""
    answer = await door.put(path, body, *roles)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await door.get("/groups")).json() == []
    assert (await door.get("/groups/amber")).json()["code"] == "group-not-planned"


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"leader": "s-2"}, "room-taken"),
        ({"room": "r2"}, "staff-taken"),
        ({"room": "r2", "leader": "s-2", "co_leader": "s-lead"}, "staff-taken"),
    ],
)
async def test_a_clash_is_refused_as_a_whole(door: Caller, other: dict[str, Any], code: str) -> None:
    """SC-G3: one meeting of eight clashes, so none is booked; a group beside it in time is fine."""
    await door.put("/groups/amber", group())
    crossing = group(**other, first_at="2026-04-27T15:00:00Z")
    refused = await door.put("/groups/birch", crossing)
    beside = await door.put("/groups/birch", crossing | {"first_at": "2026-04-27T15:30:00Z"})

    assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert beside.status_code == 200


async def test_a_cancelled_meeting_frees_its_room_and_a_make_up_takes_one(door: Caller) -> None:
    """SC-G3, SC-G6: another group meets instead; the make-up stands once, however often it is said."""
    await door.put("/groups/amber", group())
    gone = {"session_id": "amber.20260316T1400Z", "reason": "leader-ill"}
    await door.post("/groups/amber/cancellations", gone)
    other = await door.put("/groups/birch", group(first_at="2026-03-16T14:00:00Z", rule=""))
    wanted = {"starts_at": "2026-03-17T14:00:00Z", "minutes": 60, "instead_of": gone["session_id"]}
    first = await door.post("/groups/amber/make-ups", wanted)
    again = await door.post("/groups/amber/make-ups", wanted)

    assert (other.status_code, first.status_code, again.json()["said"]) == (200, 200, [])
    meetings = (await door.get("/groups/amber")).json()["meetings"]
    marks = [(one["starts_at"][:10], one["cancelled"], one["make_up"]) for one in meetings[1:3]]
    assert marks == [("2026-03-16", True, False), ("2026-03-17", False, True)]


async def test_a_make_up_over_another_booking_is_refused(door: Caller) -> None:
    """SC-G3: a make-up is no exception."""
    await door.put("/groups/amber", group())
    await door.put("/groups/birch", group(room="r2", leader="s-2"))
    answer = await door.post(
        "/groups/birch/make-ups", {"starts_at": "2026-03-09T15:00:00Z", "minutes": 60, "room": "r1"}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "room-taken")


async def test_the_roster_is_who_joined_and_who_has_a_place(mongo_uri: str, tmp_path: Path) -> None:
    """SC-G9, SC-G10, SC-G13: the board's seat is set aside, its participant on the roster; the next one waits."""
    async with scheduling(mongo_uri, tmp_path) as (door, store):
        await door.put("/levels/IOP", {"places": 3, "groups": [{"group_id": "amber", "seats": 1}]})
        await door.put("/groups/amber", group(at_least=2))
        assert (await door.get("/groups/amber")).json()["too_few_by"] == 2
        await store.commit([one_service.delivery(one, n) for n, one in enumerate(place("anna"), 1)])
        for who in ("ben", "cara", "ben"):
            await door.post("/groups/amber/members", {"participant_id": who})
        read = (await door.get("/groups/amber")).json()

        assert [(seat["participant_id"], seat["by_place"]) for seat in read["roster"]] == [
            ("anna", True),
            ("ben", False),
        ]
        assert (read["waiting"], read["set_aside"], read["free"]) == (["cara"], 1, 0)
        assert read["too_few_by"] == 0
        await door.post("/groups/amber/members/ben/leave", {"reason": "moved-away"})
        assert (await door.get("/groups/amber")).json()["waiting"] == []
        assert await said(store, "cara") == ["GroupWaiting", "GroupJoined"]


async def test_whose_episode_ended_is_shown_and_not_taken_off_the_roster(mongo_uri: str, tmp_path: Path) -> None:
    """SC-G11: said twice or out of turn alike; who joins after the end is shown as anybody, and so is who is back."""
    async with scheduling(mongo_uri, tmp_path) as (door, store):
        await door.put("/groups/amber", group(at_most=3))
        for who in ("anna", "cara"):
            await door.post("/groups/amber/members", {"participant_id": who})
        for who, hours in (("anna", 1), ("ben", -9)):
            await one_service.hear(store, ended(who, hours))
            await one_service.hear(store, ended(who, hours))
        await store.commit([one_service.delivery(back("cara", 2), 2)])
        assert await on_roster(door) == {"anna": True, "cara": False}

        await store.commit([one_service.delivery(ended("cara", 1), 1)])
        await door.post("/groups/amber/members", {"participant_id": "ben"})
        assert await on_roster(door) == {"anna": True, "cara": False, "ben": False}


async def on_roster(door: Caller) -> dict[str, bool]:
    """Who is on the roster of amber, and whose episode is shown as ended."""
    roster = (await door.get("/groups/amber")).json()["roster"]
    return {seat["participant_id"]: seat["episode_ended"] for seat in roster}


def ended(who: str, hours: int) -> EpisodeClosed:
    """The episode ended so many hours after noon."""
    return EpisodeClosed(
        at=NOON + timedelta(hours=hours),
        participant_id=ParticipantId(who),
        episode_id=EpisodeId("e1"),
        from_level=LevelOfCare.IOP,
        disposition=Disposition.COMPLETED,
        decided_by=StaffId("s-1"),
    )


def back(who: str, hours: int) -> LevelOfCareChanged:
    """Readmitted so many hours after noon."""
    return LevelOfCareChanged(
        at=NOON + timedelta(hours=hours),
        participant_id=ParticipantId(who),
        episode_id=EpisodeId("e1"),
        transition_id=TransitionId("t2"),
        kind=TransitionKind.READMISSION,
        from_level=None,
        to_level=LevelOfCare.IOP,
        primary_therapist=StaffId("s-1"),
    )


async def test_fifty_plans_at_once_for_one_room_leave_one(mongo_uri: str, tmp_path: Path) -> None:
    """SC-G4: two instances of the service, fifty groups, one room and hour: one is planned, the rest are refused."""
    async with scheduling(mongo_uri, tmp_path / "one") as (one, store):
        twin = one_service.second_instance(store)
        async with scheduling(mongo_uri, tmp_path / "two", twin) as (two, _):
            plans = [
                (one, two)[n % 2].put(f"/groups/g{n}", group(leader=f"s-{n}", rule="FREQ=WEEKLY;COUNT=3"))
                for n in range(50)
            ]
            answers = await asyncio.gather(*plans)

        outcomes = Counter((answer.status_code, answer.json().get("code")) for answer in answers)
        assert outcomes == {(200, None): 1, (409, "room-taken"): 49}
        assert await owners(store) == {"2026-W11": 1, "2026-W12": 1, "2026-W13": 1}
        await twin.database.close()


async def test_two_plans_at_once_for_one_group_leave_the_calendar_as_the_last_one_has_it(
    mongo_uri: str, tmp_path: Path
) -> None:
    """SC-G4: a plan that rests on what is not so any more is refused whole, so no week keeps a stale time."""
    async with scheduling(mongo_uri, tmp_path / "one") as (one, store):
        twin = one_service.second_instance(store)
        async with scheduling(mongo_uri, tmp_path / "two", twin) as (two, _):
            plans = [(one, two)[n % 2].put("/groups/amber", group(room=f"r{n}", minutes=60 + n)) for n in range(20)]
            answers = await asyncio.gather(*plans)
            last = (await one.get("/groups/amber?to=2026-06-01T00:00:00Z")).json()

        assert {answer.status_code for answer in answers} <= {200, 409}
        assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"changed-meanwhile"}
        weeks = [Week.model_validate(week["state"]) for week in await store.database.find("week", {})]
        booked = sorted(
            (time.session_id, time.ends_at) for week in weeks for time in week.booked.get("group:amber", ())
        )
        stands = [(meeting["session_id"], meeting["ends_at"]) for meeting in last["meetings"]]
        assert [(id, f"{ends:%Y-%m-%dT%H:%M:%SZ}") for id, ends in booked] == stands
        await twin.database.close()


async def test_attendance_of_a_make_up_counts_as_attended_and_ends_no_run(door: Caller) -> None:
    """SC-M8, SC-M9: by the id scheduling gave it; halves that do not add up are refused."""
    body = {"kind": "SKILLS_GROUP", "level": "IOP", "starts_at": "2026-03-01T14:00:00Z", "planned_minutes": 60}
    absent = {"participant_id": "anna", "minutes": 0, "reason": "ILL"}
    present = {"participant_id": "anna", "minutes": 60, "halves": [30, 30]}
    missed = await door.post("/sessions/amber.20260301T1400Z/attendance", body | {"attended": [absent]})
    later = body | {"starts_at": "2026-03-02T10:00:00Z"}
    make_up = await door.post("/sessions/amber.20260302T1000Zm/attendance", later | {"attended": [present]})
    wrong = await door.post("/sessions/x/attendance", later | {"attended": [present | {"halves": [30, 31]}]})
    anna = (await door.get("/participants/anna")).json()

    assert (missed.status_code, make_up.status_code) == (200, 200)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "halves-do-not-add-up")
    assert (anna["attended"], anna["misses"]["SKILLS_GROUP"]["in_a_row"]) == (1, 1)


async def owners(store: Store) -> dict[str, int]:
    """How many have a time in each week."""
    weeks = await store.database.find("week", {}, sort=[("_id", 1)])
    return {week["_id"]: len(week["state"]["booked"]) for week in weeks}


def place(who: str) -> list[Contract]:
    """A place at IOP, held and confirmed."""
    return [
        kind(
            at=one_service.NOON,
            transition_id=TransitionId("t1"),
            participant_id=ParticipantId(who),
            level=LevelOfCare.IOP,
        )
        for kind in (HoldPlace, ConfirmPlace)
    ]


async def test_who_wants_nothing_more_after_the_program_is_on_no_alumni_roster(mongo_uri: str, tmp_path: Path) -> None:
    """SC-G12: heard twice, and for a group nobody knows."""
    async with scheduling(mongo_uri, tmp_path) as (door, store):
        await door.put("/groups/amber", group(kind="ALUMNI"))
        assert (await door.post("/groups/amber/members", {"participant_id": "anna"}, LEADER)).status_code == 200
        ids = (GroupId("amber"), GroupId("none"))
        left = AlumnusLeft(at=datetime.now(UTC), participant_id=ParticipantId("anna"), group_ids=ids)
        for number in (1, 1, 2):
            await store.commit([one_service.delivery(left, number)])

        assert await said(store, "anna") == ["GroupJoined", "GroupLeft"]
