"""Beds on a real mongod: over HTTP and as messages; many at once at several instances; the census then and now."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from common.change import Change
from common.clock import Clock
from common.contracts import CONTRACTS
from common.contracts.places import BedPlace
from common.contracts.scheduling import ConfirmPlace, HoldPlace, ReleasePlace
from common.contracts.words import BedId, LevelOfCare, ParticipantId, Role, TransitionId
from common.desk import Desk
from common.store import Store
from common.units import Act
from rules.scheduling.bed_acts import Sleepers, any_act
from scheduling.app import SERVICE, app
from scheduling.domain import bedding
from scheduling.domain.board import LevelBoard
from scheduling.handlers import on_board
from scheduling.settings import Settings
from services import one_service
from services.one_service import Caller, doors_open, fire_timers_until, forget, fresh_store, signing_key, stopped_clock
from services.scheduling.house import NOON, STAFF, Intake, later, said
from throughline.embedded.clock_face import write_clock

RESIDENTIAL = LevelOfCare.RESIDENTIAL
LEVEL = "/levels/RESIDENTIAL"
BEDS = [{"bed_id": f"b{n}", "site": "north", "unit": "ab"[n % 2], "room": "1", "bed": str(n)} for n in range(4)]


@pytest.fixture
def face(tmp_path: Path) -> Path:
    """A clock that stands still at noon."""
    return stopped_clock(tmp_path, NOON)[1]


@pytest_asyncio.fixture
async def store(mongo_uri: str, face: Path) -> AsyncIterator[Store]:
    """Scheduling with an empty database, at noon."""
    store = await fresh_store(mongo_uri, SERVICE, Clock(face))
    yield store
    await forget(store)


@pytest_asyncio.fixture
async def http(store: Store, tmp_path: Path, face: Path) -> AsyncIterator[Caller]:
    """The doors of a residential house with two beds, at noon."""
    asgi = app(Settings(jwks=signing_key(tmp_path)))
    async with doors_open(asgi, store, tmp_path, Clock(face)) as http:
        await http.put(LEVEL, {"places": None})
        await http.put(f"{LEVEL}/beds", {"beds": BEDS[:2]})
        yield http


def comes(intake: Intake, who: str, minutes: int) -> list[Any]:
    """Somebody asks for a bed and comes; the transition is called after them."""
    hold, confirm = (intake.asks(kind, who, who, minutes, RESIDENTIAL) for kind in (HoldPlace, ConfirmPlace))
    return [hold, confirm]


def will_come(intake: Intake, who: str, minutes: int, effective: int) -> Any:
    """Somebody asks for a bed from then on."""
    return intake.says(
        HoldPlace(
            at=later(minutes),
            transition_id=TransitionId(who),
            participant_id=ParticipantId(who),
            level=RESIDENTIAL,
            effective_at=later(effective),
        )
    )


async def told(store: Store) -> list[tuple[str, str]]:
    """What was said of beds, and about whom."""
    return await said(store, without=("LevelSetUp.v1", "BedsSetUp.v1", "PlaceHeld.v1", "PlaceConfirmed.v1"))


async def test_a_slipped_discharge_tells_exactly_who_is_affected(http: Caller, store: Store) -> None:
    """SC-B4: over HTTP; repeated under the same key and under another, nothing more happens."""
    intake = Intake()
    await store.commit([*comes(intake, "anna", 0), *comes(intake, "ben", 0)])
    assert (await http.put(f"{LEVEL}/stays/anna/leaving", {"until_at": later(240).isoformat()})).status_code == 200
    await store.commit([will_come(intake, "cara", 1, 420)])
    beds = (await http.get(f"{LEVEL}/beds")).json()["beds"]
    assert [bed["next_participant_id"] for bed in beds] == ["cara", None]

    body = {"until_at": later(1000).isoformat()}
    slips = [await http.put(f"{LEVEL}/stays/anna/leaving", body, key=key) for key in ("k1", "k1", "k2")]
    assert [slip.json()["said"] for slip in slips] == [["LeavingExpected.v1", "BedHoldReplanned.v1"]] * 2 + [[]]
    assert [one for one in await told(store) if one[0] == "BedHoldReplanned"] == [("BedHoldReplanned", "cara")]


async def test_who_has_not_left_in_time_is_noticed_by_the_clock(
    http: Caller, store: Store, tmp_path: Path, face: Path
) -> None:
    """SC-B4: a durable timer looks once; looked at again, nothing is said again."""
    intake = Intake()
    await store.commit([*comes(intake, "anna", 0), *comes(intake, "ben", 0)])
    await http.put(f"{LEVEL}/stays/anna/leaving", {"until_at": later(240).isoformat()})
    await store.commit([will_come(intake, "cara", 1, 420)])

    assert await fire_timers_until(store, Clock(face), face, later(299)) == 0
    assert await fire_timers_until(store, Clock(face), face, later(301)) == 1
    assert [one for one in await told(store) if one[0] == "BedHoldReplanned"] == [("BedHoldReplanned", "cara")]
    assert await fire_timers_until(store, Clock(face), face, later(10_000)) <= 1
    assert len([one for one in await told(store) if one[0] == "BedHoldReplanned"]) == 1


async def test_messages_repeated_and_out_of_order_give_one_bed(http: Caller, store: Store) -> None:
    """SC-P3, SC-B2: held back until their predecessors came, then taken once."""
    intake = Intake()
    hold, confirm = comes(intake, "anna", 0)
    leave = intake.asks(ReleasePlace, "anna", "anna", 5, RESIDENTIAL)
    await store.commit([leave, confirm])
    await store.commit([hold, hold, confirm, leave])

    assert await told(store) == [("BedHeld", "anna"), ("BedOccupied", "anna"), ("PlaceReleased", "anna")]


async def test_the_census_is_asked_for_now_then_and_to_come(http: Caller, store: Store, face: Path) -> None:
    """SC-C1, SC-C2, SC-C3: this instance reads no stream here, so it says that it cannot tell how stale it is."""
    intake = Intake()
    await store.commit([*comes(intake, "anna", -60), *comes(intake, "ben", -50)])
    await store.commit([intake.asks(ReleasePlace, "x", "ben", -10, RESIDENTIAL)])
    await http.put(f"{LEVEL}/stays/anna/leaving", {"until_at": later(240).isoformat()})

    now = (await http.get("/census?level=RESIDENTIAL")).json()
    assert now["staleness_seconds"] is None
    assert datetime.fromisoformat(now["newest_fact_at"]) == NOON
    (level,) = now["levels"]
    assert (level["occupied"], level["free"], [(u["unit"], u["turnover"]) for u in level["units"]]) == (
        1,
        0,
        [("a", 0), ("b", 1)],
    )

    async def occupied(minutes: int) -> dict[str, str]:
        at = later(minutes).isoformat().replace("+00:00", "Z")
        beds = (await http.get(f"{LEVEL}/beds?as_of={at}")).json()["beds"]
        return {bed["bed_id"]: bed["status"] for bed in beds}

    assert await occupied(-61) == {}
    assert await occupied(300) == {"b0": "free", "b1": "free"}
    everywhere = (await http.get("/census")).json()
    assert [one["level"] for one in everywhere["levels"]][:2] == ["RESIDENTIAL", "PHP"]


async def test_the_census_of_an_earlier_instant_is_what_it_was(http: Caller, store: Store, face: Path) -> None:
    """SC-C2: read from what was said of each stay, also of those that are over."""
    intake = Intake()
    await store.commit([*comes(intake, "anna", 10), *comes(intake, "ben", 20)])
    await store.commit([intake.asks(ReleasePlace, "x", "anna", 30, RESIDENTIAL)])
    write_clock(face, later(1000))

    seen = []
    for minutes in (15, 25, 35, 95):
        at = later(minutes).isoformat().replace("+00:00", "Z")
        beds = (await http.get(f"{LEVEL}/beds?as_of={at}")).json()["beds"]
        seen.append([(bed["status"], bed["participant_id"]) for bed in beds])
    assert seen == [
        [("occupied", "anna"), ("free", None)],
        [("occupied", "anna"), ("occupied", "ben")],
        [("turnover", None), ("occupied", "ben")],
        [("free", None), ("occupied", "ben")],
    ]


@pytest.mark.parametrize(
    ("path", "body", "role", "status", "code"),
    [
        ("/levels/PHP/beds", {"beds": BEDS}, Role.SCHEDULER, 422, "no-beds-here"),
        (f"{LEVEL}/beds", {"beds": [BEDS[0]] * 2}, Role.SCHEDULER, 422, "bed-named-twice"),
        (f"{LEVEL}/beds", {"beds": BEDS, "turnover_minutes": 9999}, Role.SCHEDULER, 422, "malformed"),
        (f"{LEVEL}/beds", {"beds": BEDS}, Role.CLINICIAN, 403, "role-missing"),
        (f"{LEVEL}/stays/nobody/bed", {"bed_id": "b0"}, Role.SCHEDULER, 404, "not-here"),
        (f"{LEVEL}/stays/nobody/bed", {"bed_id": "attic"}, Role.SCHEDULER, 404, "no-such-bed"),
        (f"{LEVEL}/stays/nobody/leaving", {"until_at": None}, Role.SKILLS_LEADER, 403, "role-missing"),
    ],
)
async def test_what_makes_no_sense_is_answered_with_its_code(
    http: Caller, store: Store, path: str, body: dict[str, Any], role: Role, status: int, code: str
) -> None:
    """SC-B5, SC-B7: problem+json, and nothing is said."""
    answer = await http.put(path, body, role)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await told(store) == []


async def test_a_bed_goes_out_of_order_and_back(http: Caller, store: Store) -> None:
    """SC-B6: a coded reason, not a sentence; a bed somebody lies in stays theirs; a stale board is not written on."""
    out = await http.post(f"{LEVEL}/beds/b0/out-of-order", {"reason": "repair"}, Role.SCHEDULER)
    again = await http.post(f"{LEVEL}/beds/b0/out-of-order", {"reason": "repair"}, Role.SCHEDULER)
    wordy = await http.post(f"{LEVEL}/beds/b0/out-of-order", {"reason": "Anna broke it"}, Role.SCHEDULER)
    assert (out.json()["said"], again.json()["said"], wordy.status_code) == (["BedOutOfOrder.v1"], [], 422)
    await store.commit(comes(Intake(), "anna", 1))
    lies = await http.post(f"{LEVEL}/beds/b1/out-of-order", {"reason": "repair"}, Role.SCHEDULER)
    assert (lies.status_code, lies.json()["code"]) == (409, "bed-occupied")

    headers = {**http.headers([Role.SCHEDULER], uuid4().hex), "If-Match": out.headers["ETag"]}
    stale = await http.http.post(f"/v1{LEVEL}/beds/b0/in-order", headers=headers)
    assert stale.status_code == 412
    back = await http.post(f"{LEVEL}/beds/b0/in-order", {}, Role.SCHEDULER)
    assert back.json()["said"] == ["BedInOrder.v1"]


class Instances:
    """Several instances of scheduling on one database."""

    def __init__(self, desks: list[Desk]) -> None:
        self.desks = desks

    async def decide(self, at: datetime, *effects: Change[LevelBoard]) -> Any:
        """One of them takes an act."""
        return (await random.choice(self.desks).take([Act(str(uuid4()), at, effects)]))[0]


@pytest_asyncio.fixture
async def instances(store: Store) -> AsyncIterator[Instances]:
    """Three of them; a house with four beds."""
    async with AsyncExitStack() as stack:
        desks, working = [], []
        for _ in range(3):
            own = one_service.second_instance(store)
            stack.push_async_callback(own.database.close)
            desks.append(Desk(own, Clock(), lambda _: None))
            working.append(asyncio.create_task(desks[-1].run()))
        all_of_them = Instances(desks)
        await all_of_them.decide(NOON, *on_board(RESIDENTIAL, NOON, LevelBoard.set_up, None, [], STAFF, NOON))
        beds = [BedPlace(**bed) for bed in BEDS]
        await all_of_them.decide(NOON, *on_board(RESIDENTIAL, NOON, bedding.set_up_beds, beds, 60, STAFF, NOON))
        yield all_of_them
        for desk in desks:
            desk.close()
        await asyncio.gather(*working)


async def test_many_at_once_at_several_instances_never_lie_in_one_bed(store: Store, instances: Instances) -> None:
    """SC-B1: 1200 commands about four beds, a hundred at once at three instances; nobody lay with anybody.

    Run once with 100,000, in eight minutes on two busy cores: nobody did then, either.
    """
    dice = random.Random(7)
    for begin in range(0, 1200, 100):
        acts = [any_act(n, len(BEDS), dice) for n in range(begin, begin + 100)]
        await asyncio.gather(
            *(instances.decide(at, *on_board(RESIDENTIAL, at, decide, *said)) for at, decide, said in acts)
        )

    sleepers = Sleepers()
    rows = await store.database.find("journal", {}, sort=[("subject", 1), ("sequence", 1)])
    sleepers.hear(CONTRACTS[row["type"]].model_validate_json(row["data"]) for row in rows)
    assert sleepers.spans
    assert sleepers.overlaps() == []


async def test_a_hundred_identical_commands_at_once_have_one_effect(store: Store, instances: Instances) -> None:
    """SC-P3, SC-B7: the same hold, then the same confirmation, then the same move, at three instances in parallel."""
    id, who = TransitionId("t"), ParticipantId("anna")
    for act in (
        on_board(RESIDENTIAL, NOON, LevelBoard.hold, id, who, NOON),
        on_board(RESIDENTIAL, NOON, LevelBoard.confirm, id, who, NOON),
        on_board(RESIDENTIAL, NOON, bedding.change_beds, who, BedId("b3"), STAFF, later(1)),
    ):
        await asyncio.gather(*(instances.decide(NOON, *act) for _ in range(100)))

    assert await told(store) == [("BedHeld", "t"), ("BedOccupied", "t"), ("BedMoved", "t")]
