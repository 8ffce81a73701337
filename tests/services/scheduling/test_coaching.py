"""Coaching calls on a real mongod: over HTTP, by messages, and by the timer."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from common.contracts.intake import LevelOfCareChanged, PrimaryTherapistChanged
from common.contracts.notifications import NoticeAcknowledged
from common.contracts.skills import DiaryCardSubmitted, TargetBehaviourRecorded
from common.contracts.words import (
    EpisodeId,
    LevelOfCare,
    NoticeId,
    ParticipantId,
    RecipientKind,
    Role,
    StaffId,
    TargetKind,
    TransitionId,
    TransitionKind,
)
from common.store import Store
from scheduling.app import SERVICE, app
from scheduling.domain.coaching import notice_of
from scheduling.settings import Settings
from services.one_service import (
    NOON,
    Caller,
    doors_open,
    fire_timers_until,
    forget,
    fresh_store,
    hear,
    said,
    signing_key,
    stopped_clock,
)

ANNA = ParticipantId("anna")


class House:
    """Scheduling with a door and a clock that is moved."""

    def __init__(self, door: Caller, store: Store, clock: Any, face: Path) -> None:
        self.door, self.store, self._clock, self._face = door, store, clock, face

    async def pass_until(self, at: datetime) -> None:
        """Time passes, and what is due fires."""
        await fire_timers_until(self.store, self._clock, self._face, at)

    async def call(self, call: str = "c1", **more: Any) -> dict[str, Any]:
        """Anna asks for a call."""
        body = {"call_id": call, "purpose": "SKILL", "in_danger": False} | more
        answer = await self.door.post("/participants/anna/coaching-calls", body, Role.INTEGRATION)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest_asyncio.fixture
async def house(mongo_uri: str, tmp_path: Path) -> AsyncIterator[House]:
    """Scheduling, where Anna is at IOP and somebody is on call."""
    clock, face = stopped_clock(tmp_path, NOON)
    store = await fresh_store(mongo_uri, SERVICE, clock)
    async with doors_open(app(Settings(jwks=signing_key(tmp_path))), store, tmp_path, clock) as door:
        until = (NOON + timedelta(days=2)).isoformat()
        await door.put("/on-call/w10", {"staff": "s-on", "starts_at": NOON.isoformat(), "ends_at": until})
        await hear(store, at_level(LevelOfCare.IOP))
        yield House(door, store, clock, face)
    await forget(store)


def at_level(level: LevelOfCare) -> LevelOfCareChanged:
    """Anna is at a level, with her therapist."""
    return LevelOfCareChanged(
        at=NOON,
        participant_id=ANNA,
        episode_id=EpisodeId("e1"),
        transition_id=TransitionId("t1"),
        kind=TransitionKind.ADMISSION,
        from_level=None,
        to_level=level,
        primary_therapist=StaffId("s-th"),
    )


def self_harm(at: datetime) -> TargetBehaviourRecorded:
    """Anna harmed herself."""
    return TargetBehaviourRecorded(at=at, participant_id=ANNA, kind=TargetKind.SELF_HARM)


async def test_a_call_goes_to_the_therapist_and_back_to_them_after_the_pause(house: House) -> None:
    """SC-K1, SC-K2: self-harm as skills tells of it, twice; the participant is told when, in neutral words."""
    before = await house.call("c1")
    await hear(house.store, self_harm(NOON), self_harm(NOON))
    during = await house.call("c2")
    again = await house.call("c2")
    await house.pass_until(NOON + timedelta(hours=24))
    later = await house.call("c3")

    assert [told["to"] for told in (before, during, later)] == ["s-th", "s-on", "s-th"]
    assert [told["therapist_again_at"] for told in (before, during)] == [None, "2026-03-03T12:00:00Z"]
    assert "harm" not in during["words"]
    assert (again["said"], again["route"]) == ([], "ON_CALL_PAUSE")
    assert (await said(house.store, "anna")).count("CoachingPaused") == 1


async def test_danger_is_told_the_numbers_and_overrides_the_pause(house: House) -> None:
    """SC-K3: 988 and 911, whatever the route."""
    await hear(house.store, self_harm(NOON))
    told = await house.call(in_danger=True)

    assert (told["route"], told["to"], told["crisis_line"], told["emergency"]) == (
        "ON_CALL_DANGER",
        "s-on",
        "988",
        "911",
    )


async def test_a_diary_card_with_self_harm_pauses_too_but_not_an_old_one(house: House) -> None:
    """SC-K2: told of on its day or the next, from then; a card of last week says nothing about now."""
    for day, route in ((NOON.date() - timedelta(days=7), "THERAPIST"), (NOON.date(), "ON_CALL_PAUSE")):
        card = DiaryCardSubmitted(
            at=NOON, participant_id=ANNA, day=day, suicide_urge=1, self_harm_urge=1, self_harm=True, helped=False
        )
        await hear(house.store, card, first=1 if route == "THERAPIST" else 2)
        assert (await house.call(f"c-{route}"))["route"] == route


async def test_somebody_nobody_heard_of_is_called_back_too(house: House) -> None:
    """SC-K1, SC-K6: no therapist, nobody on call any more: every clinician hears."""
    await house.door.post("/on-call/w10/remove", {}, Role.SCHEDULER)
    body = {"call_id": "c9", "purpose": "REPAIR", "in_danger": False}
    answer = await house.door.post("/participants/stranger/coaching-calls", body, Role.SCHEDULER)

    assert (answer.json()["route"], answer.json()["to"]) == ("ON_CALL_NO_THERAPIST", "clinician")


async def test_an_unanswered_call_is_told_of_again_and_stays_on_the_list_until_it_is_answered(house: House) -> None:
    """SC-K5: by the timer, after an hour; answered, it leaves the list and nobody is told again."""
    await house.call()
    await house.pass_until(NOON + timedelta(minutes=61))
    waiting = (await house.door.get("/coaching-calls", Role.CLINICIAN)).json()
    await house.door.post("/participants/anna/coaching-calls/c1/answer", {}, by="s-on")
    await house.pass_until(NOON + timedelta(hours=9))

    assert [(call["call_id"], call["to"]) for call in waiting] == [("c1", "clinician")]
    assert (await house.door.get("/coaching-calls", Role.CLINICIAN)).json() == []
    assert await said(house.store, "anna") == ["CoachingRequested", "CoachingUnanswered", "CoachingAnswered"]
    sent = await said(house.store, "anna", "notifications.commands")
    assert sent == ["SendNotice", "SendNotice"]


async def test_who_was_told_and_saw_it_is_shown_and_a_record_closes_the_call(house: House) -> None:
    """SC-K5, SC-K7: seen is not answered."""
    await house.call()
    seen = NoticeAcknowledged(
        at=NOON,
        participant_id=ANNA,
        notice_id=NoticeId(notice_of("c1", "s-th", 0)),
        recipient_kind=RecipientKind.STAFF,
        recipient_id="s-th",
        template="coaching-requested",
    )
    await hear(house.store, seen)
    shown = (await house.door.get("/participants/anna/coaching", Role.CLINICIAN)).json()["calls"]
    record = {"starts_at": NOON.isoformat(), "ends_at": NOON.isoformat(), "target": 3, "skill": "stop"}
    path = "/participants/anna/coaching-calls/c1/record"
    done = await house.door.post(path, record | {"risk_asked": True, "follow_up": False}, by="s-th")

    assert (shown[0]["seen_at"], shown[0]["answered_by"]) == ("2026-03-02T12:00:00Z", None)
    assert done.json()["said"] == ["CoachingRecorded.v1"]
    assert (await house.door.get("/coaching-calls", Role.CLINICIAN)).json() == []


async def test_a_clinician_pauses_and_lifts_by_name_and_nobody_else_reads_it(house: House) -> None:
    """SC-K2, SC-K4: told of in person; the roles that take no calls do not see the pause."""
    await house.door.post("/participants/anna/coaching-pause", {})
    paused = (await house.door.get("/participants/anna/coaching", Role.MEDICAL)).json()
    lifted = await house.door.post("/participants/anna/coaching-pause/lift", {}, by="s-th")
    ahead = {"act_at": datetime(2027, 1, 1, tzinfo=UTC).isoformat()}

    assert (paused["paused"], lifted.json()["said"]) == (True, ["CoachingPauseLifted.v1"])
    assert (await house.door.get("/participants/anna/coaching")).status_code == 403
    assert (await house.door.post("/participants/anna/coaching-pause", ahead)).json()["code"] == "in-the-future"


async def test_a_new_therapist_answers_from_then_on(house: House) -> None:
    """SC-K1: as intake said it last."""
    changed = PrimaryTherapistChanged(
        at=NOON,
        participant_id=ANNA,
        episode_id=EpisodeId("e1"),
        from_staff=StaffId("s-th"),
        to_staff=StaffId("s-new"),
        reason="leave",
    )
    await hear(house.store, changed, first=2)

    assert (await house.call())["to"] == "s-new"
