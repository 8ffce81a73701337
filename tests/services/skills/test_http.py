"""What skills does over HTTP: who may, what cannot be, what happens once."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from common.change import Invalid
from common.contracts.words import Role, SkillModule
from common.store import Store
from rules.skills.records import SYLLABUS
from services.one_service import Caller, said, state
from skills.doors.http import begun, happened

CARD: dict[str, Any] = {
    "day": "2026-03-02",
    "suicide_urge": 1,
    "self_harm_urge": 0,
    "self_harm": False,
    "skill_codes": [5],
}
SCREEN = {"instrument": "C-SSRS", "version": "SINCE_LAST_CONTACT", "level": "HIGH"}
PHQ9 = {"instrument": "PHQ9", "score": 21, "risk_item": 2}
LESSON = {"module": "DISTRESS_TOLERANCE", "lesson": "STOP", "participant_ids": ["p-1", "p-2", "p-3"]}
FLAG = {"level": "HIGH", "rule": "family-report"}
LATER = (datetime.now(UTC) + timedelta(days=2)).isoformat()

WRITES: list[tuple[str, dict[str, Any], set[Role]]] = [
    (
        "/participants/p-1/diary-cards",
        CARD,
        {Role.CLINICIAN, Role.MEDICAL, Role.FAMILY_CLINICIAN, Role.SKILLS_LEADER, Role.INTEGRATION},
    ),
    (
        "/participants/p-1/measures",
        PHQ9,
        {Role.CLINICIAN, Role.MEDICAL, Role.FAMILY_CLINICIAN, Role.SKILLS_LEADER, Role.INTEGRATION},
    ),
    ("/participants/p-1/suicide-screens", SCREEN, {Role.CLINICIAN, Role.MEDICAL}),
    (
        "/participants/p-1/target-behaviours",
        {"kind": "SELF_HARM"},
        {Role.CLINICIAN, Role.MEDICAL, Role.FAMILY_CLINICIAN, Role.SKILLS_LEADER, Role.INTEGRATION},
    ),
    ("/participants/p-1/risk-flags", FLAG, {Role.CLINICIAN, Role.MEDICAL}),
    ("/lessons", LESSON, {Role.SKILLS_LEADER, Role.CLINICIAN}),
    ("/participants/p-1/dit-sessions", {}, {Role.CLINICIAN}),
]


@pytest.mark.parametrize(("path", "body", "entitled"), WRITES)
async def test_only_the_entitled_may_write(
    caller: Caller, store: Store, path: str, body: dict[str, Any], entitled: set[Role]
) -> None:
    """SK-R7 and the roles of the HTTP table: everybody else is told so, and nothing is said."""
    for role in set(Role) - entitled:
        answer = await caller.post(path, body, role)
        assert (answer.status_code, answer.json()["code"]) == (403, "role-missing")
    assert await said(store, "p-1") == []
    for role in entitled:
        assert (await caller.post(path, body, role)).status_code == 201


@pytest.mark.parametrize(("path", "body", "_"), WRITES)
async def test_the_same_key_again_is_answered_alike_and_happens_once(
    caller: Caller, store: Store, path: str, body: dict[str, Any], _: set[Role]
) -> None:
    """A retried request happens once, also when its twin is still under way."""
    answers = await asyncio.gather(*(caller.post(path, body, key="k") for _ in range(3)))
    once = await said(store, "p-1")
    again = await caller.post(path, body, key="k")

    receipts = [{**answer.json(), "repeated": None} for answer in (*answers, again)]
    assert receipts.count(receipts[0]) == 4
    assert again.json()["repeated"]
    assert await said(store, "p-1") == once
    assert len(once) == len(set(once)) > 0


async def test_a_write_without_a_key_or_token_is_refused(caller: Caller, store: Store) -> None:
    """Every write has an Idempotency-Key and a person."""
    keyless = await caller.http.post(
        "/v1/participants/p-1/diary-cards", json=CARD, headers=caller.headers([Role.CLINICIAN], "")
    )
    nobody = await caller.http.post("/v1/participants/p-1/diary-cards", json=CARD)

    assert (keyless.status_code, keyless.json()["code"]) == (400, "idempotency-key-missing")
    assert nobody.status_code == 401
    assert await said(store, "p-1") == []


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/participants/p-1/diary-cards", {**CARD, "day": LATER[:10]}, "in-the-future"),
        ("/participants/p-1/diary-cards", {**CARD, "suicide_urge": 6}, "urge-out-of-range"),
        ("/participants/p-1/diary-cards", {**CARD, "self_harm_urge": -1}, "urge-out-of-range"),
        ("/participants/p-1/diary-cards", {**CARD, "skill_codes": [8]}, "skill-code-out-of-range"),
        ("/participants/p-1/diary-cards", {**CARD, "suicide_urge": 3.5}, "malformed"),
        ("/participants/p-1/diary-cards", {**CARD, "mood": 3}, "malformed"),
        ("/participants/p-1/measures", {**PHQ9, "score": 28}, "score-out-of-range"),
        ("/participants/p-1/measures", {**PHQ9, "score": "nan"}, "malformed"),
        ("/participants/p-1/measures", {**PHQ9, "risk_item": 4}, "risk-item-out-of-range"),
        (
            "/participants/p-1/measures",
            {**PHQ9, "instrument": "GAD7"},
            "risk-item-not-asked",
        ),
        ("/participants/p-1/measures", {**PHQ9, "instrument": "WAIS"}, "malformed"),
        ("/participants/p-1/measures", {**PHQ9, "administered_at": LATER}, "in-the-future"),
        ("/participants/p-1/measures", {**PHQ9, "administered_at": "2026-03-02T12:00:00"}, "malformed"),
        ("/participants/p-1/suicide-screens", {**SCREEN, "screened_at": LATER}, "in-the-future"),
        ("/participants/p-1/suicide-screens", {**SCREEN, "instrument": "a whole sentence"}, "malformed"),
        (
            "/participants/p-1/target-behaviours",
            {"kind": "SELF_HARM", "happened_at": LATER},
            "in-the-future",
        ),
        ("/participants/p-1/risk-flags", {**FLAG, "level": "NONE"}, "flag-without-risk"),
        ("/lessons", {**LESSON, "lesson": "WISE_MIND"}, "lesson-unknown"),
        ("/lessons", {**LESSON, "taught_at": LATER}, "in-the-future"),
        ("/lessons", {**LESSON, "participant_ids": []}, "malformed"),
        ("/participants/p-1/dit-sessions", {"held_at": LATER}, "in-the-future"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_stable_code(
    caller: Caller, store: Store, path: str, body: dict[str, Any], code: str
) -> None:
    """SK-D4, SK-M1, SK-C3, SK-R8: nothing impossible is remembered."""
    answer = await caller.post(path, body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert await said(store, "p-1") == []


async def test_a_second_card_for_a_day_is_a_revision_and_the_same_card_is_not(caller: Caller, store: Store) -> None:
    """SK-D1, SK-D2, repeated under another key"""
    await caller.post("/participants/p-1/diary-cards", CARD)
    same = await caller.post("/participants/p-1/diary-cards", CARD)
    other = await caller.post("/participants/p-1/diary-cards", {**CARD, "suicide_urge": 4})

    assert same.json()["said"] == []
    assert other.json()["said"] == ["DiaryCardSubmitted.v1", "RiskFlagRaised.v1"]
    assert [kept["revision"] for kept in (await state(store, "skillsrecord", "p-1"))["diary"]["kept"]] == [2]


async def test_cards_sent_late_and_at_once_all_count(caller: Caller) -> None:
    """SK-D1, late and out of order: no card is lost to another that is written at the same time."""
    days = [f"2026-03-{day:02}" for day in (9, 2, 5, 1, 7, 3)]
    await asyncio.gather(*(caller.post("/participants/p-1/diary-cards", {**CARD, "day": day}) for day in days))
    view = (await caller.get("/participants/p-1", Role.CLINICIAN)).json()

    assert [card["day"] for card in view["diary"]] == sorted(days, reverse=True)


async def test_a_version_that_is_not_the_latest_is_not_overwritten(caller: Caller) -> None:
    """Who read before somebody else wrote is told to read again."""
    first = await caller.post("/participants/p-1/diary-cards", CARD)
    path, body = "/v1/participants/p-1/diary-cards", {**CARD, "self_harm": True}
    headers = caller.headers([Role.CLINICIAN], "k")
    stale = await caller.http.post(path, json=body, headers={**headers, "If-Match": '"0"'})
    good = await caller.http.post(path, json=body, headers={**headers, "If-Match": first.headers["etag"]})

    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    assert good.status_code == 201


async def test_a_measure_is_recorded_voided_once_and_never_found_elsewhere(caller: Caller, store: Store) -> None:
    """SK-M3, SK-M5, SK-R3"""
    recorded = (await caller.post("/participants/p-1/measures", PHQ9)).json()
    path = f"/measures/{recorded['extra']['measure_id']}/void"
    voided = [await caller.post(f"/participants/p-1{path}", {}) for _ in range(2)]
    elsewhere = await caller.post(f"/participants/p-2{path}", {})

    assert recorded["said"] == ["MeasureRecorded.v1", "RiskFlagRaised.v1", "SuicideScreenAsked.v1"]
    assert [answer.json()["said"] for answer in voided] == [["MeasureVoided.v1"], []]
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "measure-unknown")
    (measure,) = (await caller.get("/participants/p-1", Role.CLINICIAN)).json()["measures"]
    assert (measure["void"], measure["counts"], measure["band"]) == (True, False, "severe")


async def test_only_an_entitled_person_clears_a_flag_and_once(caller: Caller, store: Store) -> None:
    """SK-R4, SK-R7: a lower screen afterwards does not."""
    await caller.post("/participants/p-1/suicide-screens", SCREEN)
    await caller.post("/participants/p-1/suicide-screens", {**SCREEN, "level": "NONE"})
    (flag,) = (await caller.get("/participants/p-1", Role.CLINICIAN)).json()["flags"]
    path = f"/participants/p-1/risk-flags/{flag['flag_id']}/clear"

    refused = [await caller.post(path, {}, role) for role in set(Role) - {Role.CLINICIAN, Role.MEDICAL}]
    cleared = [await caller.post(path, {}, Role.MEDICAL) for _ in range(2)]

    assert flag["open"]
    assert {answer.status_code for answer in refused} == {403}
    assert [answer.json()["said"] for answer in cleared] == [["RiskFlagCleared.v1"], []]
    assert not (await caller.get("/participants/p-1", Role.CLINICIAN)).json()["flags"][0]["open"]
    assert (await said(store, "p-1")).count("RiskFlagCleared") == 1


async def test_a_flag_raised_by_a_person_is_cleared_by_the_id_they_were_told(caller: Caller) -> None:
    """SK-R8"""
    raised = (await caller.post("/participants/p-1/risk-flags", FLAG)).json()
    cleared = await caller.post(f"/participants/p-1/risk-flags/{raised['extra']['flag_id']}/clear", {})
    unknown = await caller.post("/participants/p-1/risk-flags/f-0/clear", {})

    assert cleared.json()["said"] == ["RiskFlagCleared.v1"]
    assert (unknown.status_code, unknown.json()["code"]) == (404, "flag-unknown")


async def test_one_lesson_reaches_a_whole_group_once(caller: Caller, store: Store) -> None:
    """SK-C3: one act, each participant once, whoever is named twice or was there before."""
    await caller.post("/lessons", {**LESSON, "participant_ids": ["p-2"]})
    group = await caller.post("/lessons", {**LESSON, "participant_ids": ["p-1", "p-2", "p-3", "p-1"]})

    assert group.json()["said"] == ["SkillTaught.v1"] * 2
    for participant in ("p-1", "p-2", "p-3"):
        assert await said(store, participant) == ["SkillTaught"]


@pytest.mark.parametrize(("module", "lesson"), [(m, one) for one, m in SYLLABUS.module_of.items()])
async def test_every_lesson_of_the_curriculum_can_be_taught(
    caller: Caller, store: Store, module: SkillModule, lesson: str
) -> None:
    """SK-C3: no official name is too long for the door."""
    taught = await caller.post("/lessons", {"module": module, "lesson": lesson, "participant_ids": ["p-1"]})

    assert (taught.status_code, taught.json()["said"]) == (201, ["SkillTaught.v1"])
    assert await said(store, "p-1") == ["SkillTaught"]


async def test_the_course_of_sixteen_is_complete(caller: Caller) -> None:
    """SK-T2"""
    answers = [
        await caller.post("/participants/p-1/dit-sessions", {"held_at": f"2026-03-{day:02}T10:00:00Z"})
        for day in range(1, 18)
    ]
    view = (await caller.get("/participants/p-1", Role.CLINICIAN)).json()

    assert {answer.status_code for answer in answers[:16]} == {201}
    assert (answers[16].status_code, answers[16].json()["code"]) == (409, "dit-complete")
    assert view["dit"] == {"session_index": 16, "of": 16, "phase": "ENDING"}


async def test_a_target_behaviour_at_one_instant_counts_once(caller: Caller, store: Store) -> None:
    """SK-T1, SK-R5, repeated under another key and in another zone"""
    for at in ("2026-03-02T12:00:00Z", "2026-03-02T07:00:00-05:00"):
        await caller.post("/participants/p-1/target-behaviours", {"kind": "SUICIDAL_ACT", "happened_at": at})

    assert await said(store, "p-1") == ["TargetBehaviourRecorded", "RiskFlagRaised"]


async def test_any_staff_may_read_a_participant_and_the_curriculum(caller: Caller) -> None:
    """SK-C1: the cycle is 24 weeks; who was never heard of is not found."""
    await caller.post("/lessons", LESSON)
    view = await caller.get("/participants/p-1", Role.CLINICIAN)
    cycle = (await caller.get("/curriculum")).json()

    assert view.json()["curriculum"]["lessons_taught"] == ["STOP"]
    assert view.headers["etag"] == '"1"'
    assert (cycle["weeks"], cycle["lessons"], len(cycle["blocks"])) == (24, 30, 6)
    assert (await caller.get("/participants/p-9", Role.CLINICIAN)).json()["code"] == "participant-unknown"
    assert (await caller.http.get("/v1/participants/p-1")).status_code == 401


@pytest.mark.parametrize(
    ("zone", "hour", "last_day"),
    [("America/New_York", 2, 3), ("America/New_York", 23, 3), ("Europe/Berlin", 23, 4), ("UTC", 12, 3)],
)
def test_a_day_has_begun_once_it_has_for_the_program_or_in_utc(zone: str, hour: int, last_day: int) -> None:
    """SK-D6: tomorrow's card cannot be handed in, today's can wherever the participant is."""
    now = datetime(2026, 3, 3, hour, tzinfo=UTC)

    assert begun(date(2026, 3, last_day), now, zone) == date(2026, 3, last_day)
    with pytest.raises(Invalid) as refused:
        begun(date(2026, 3, last_day + 1), now, zone)
    assert refused.value.code == "in-the-future"


def test_an_instant_is_past_up_to_now_and_now_where_none_is_given() -> None:
    """SK-D6: one microsecond later is the future."""
    now = datetime(2026, 3, 3, 12, tzinfo=UTC)

    assert happened(None, now) == happened(now, now) == now
    with pytest.raises(Invalid) as refused:
        happened(now + timedelta(microseconds=1), now)
    assert refused.value.code == "in-the-future"
