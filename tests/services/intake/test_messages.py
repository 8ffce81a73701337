"""What intake hears: said once, repeated, late and out of order."""

import json
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

from common.contracts import dit, family, lessons, measuring, scheduling, skills
from common.contracts.message import Contract
from common.contracts.words import FlagId, Instrument, LevelOfCare, ParticipantId, RiskLevel, SkillModule
from services.intake.conftest import House
from services.one_service import NOON, hear, said, state

REFERRAL = {"given_name": "Test", "family_name": "Person", "birth_date": "1990-01-01", "conditions": ["depression"]}
ACCEPT = {"decision": "accept", "level": "PHP", "primary_therapist": "th-1"}
HOUR = timedelta(hours=1)


async def admitted(house: House) -> tuple[ParticipantId, dict[str, Any]]:
    """A participant in care at PHP, and the ids around them."""
    pid, ids = await accepted(house)
    about = {"at": NOON, "participant_id": pid, "transition_id": ids["transition_id"], "level": LevelOfCare.PHP}
    await hear(house.store, scheduling.PlaceHeld(**about), scheduling.PlaceConfirmed(**about))
    return pid, ids


async def accepted(house: House) -> tuple[ParticipantId, dict[str, Any]]:
    """A participant whose admission has begun, and the ids around them."""
    somebody_new = {**REFERRAL, "family_name": f"Person{uuid4().hex[:8]}"}
    received = (await house.caller.post("/referrals", somebody_new)).json()["extra"]
    answer = await house.caller.post(f"/referrals/{received['referral_id']}/decision", ACCEPT)
    return ParticipantId(received["participant_id"]), answer.json()["extra"]


async def episode(house: House, pid: str) -> dict[str, Any]:
    """The stored episode."""
    return await state(house.store, "episode", pid)


async def test_a_held_and_confirmed_place_admits(house: House) -> None:
    """IN-E1, IN-T2, IN-T3"""
    pid, _ = await admitted(house)
    now = await episode(house, pid)
    assert (now["level"], now["transition"]) == ("PHP", None)
    assert (await said(house.store, pid))[-5:] == [
        "TransitionReady",
        "TransitionDue",
        "TransitionStepDone",
        "LevelOfCareChanged",
        "TransitionCompleted",
    ]


async def test_place_news_said_twice_admits_once(house: House) -> None:
    """IN-T3: repeated with a new sequence, as a resent command's second answer would be."""
    pid, ids = await accepted(house)
    about = {"at": NOON, "participant_id": pid, "transition_id": ids["transition_id"], "level": LevelOfCare.PHP}
    held, confirmed = scheduling.PlaceHeld(**about), scheduling.PlaceConfirmed(**about)
    outcome = await hear(house.store, held, held, confirmed, confirmed, held)
    assert outcome.parked == []
    assert (await said(house.store, pid)).count("LevelOfCareChanged") == 1


async def test_place_news_in_the_wrong_order_changes_no_level(house: House) -> None:
    """IN-T3: a confirmation nobody asked for is no admission."""
    pid, ids = await accepted(house)
    about = {"at": NOON, "participant_id": pid, "transition_id": ids["transition_id"], "level": LevelOfCare.PHP}
    await hear(house.store, scheduling.PlaceConfirmed(**about))
    assert (await episode(house, pid))["level"] is None


async def test_a_full_house_holds_the_admission_until_a_place_comes(house: House) -> None:
    """IN-T4"""
    pid, ids = await accepted(house)
    about = {"at": NOON, "participant_id": pid, "transition_id": ids["transition_id"], "level": LevelOfCare.PHP}
    full = scheduling.PlaceUnavailable(**about, waiting=1)
    await hear(house.store, full, full)
    assert (await episode(house, pid))["transition"]["phase"] == "held"
    await hear(house.store, scheduling.PlaceHeld(**about), scheduling.PlaceConfirmed(**about), first=3)
    assert (await episode(house, pid))["level"] == "PHP"
    assert (await said(house.store, pid)).count("TransitionHeld") == 1


def evidence(pid: ParticipantId) -> list[Contract]:
    """One of every kind of evidence other services say."""
    about: dict[str, Any] = {"at": NOON - HOUR, "participant_id": pid}
    day = NOON.date()
    return [
        skills.DiaryCardSubmitted(**about, day=day, suicide_urge=0, self_harm_urge=0, self_harm=False, helped=True),
        skills.MeasureRecorded(**about, measure_id="m", instrument=Instrument.PHQ9, score=12, band="moderate"),
        skills.SuicideScreenRecorded(
            **about, instrument="C-SSRS", version="SINCE_LAST_CONTACT", level=RiskLevel.LOW, clinician="c"
        ),
        skills.RiskFlagRaised(**about, flag_id=FlagId("f"), level=RiskLevel.LOW, rule="SK-R3"),
        measuring.RiskFlagReviewed(**about, flag_id=FlagId("f"), review_on=day, reviewed_by="c"),
        skills.RiskFlagCleared(**about, flag_id=FlagId("f"), cleared_by="c"),
        skills.SkillTaught(**about, module=SkillModule.MINDFULNESS, lesson="WISE_MIND"),
        skills.TargetBehaviourRecorded(**about, kind="SELF_HARM"),
        skills.MeasureVoided(**about, measure_id="m", voided_by="c"),
    ]


async def test_every_kind_of_evidence_counts_once(house: House) -> None:
    """IN-V1: the same messages again, in another batch, change nothing."""
    pid, _ = await admitted(house)
    several = evidence(pid)
    await hear(house.store, *several)
    await hear(house.store, *several)
    once = (await episode(house, pid))["evidence"]
    noted = (await said(house.store, pid, "intake.reviews")).count("EvidenceNoted")

    assert noted == len(several)
    assert {place for place, items in once.items() if items} == {
        "diary",
        "scores",
        "screens",
        "flags",
        "flags_cleared",
        "flag_reviews",
        "lessons",
        "targets",
        "voided",
    }


async def noted_of(house: House, pid: str) -> dict[str, list[dict[str, Any]]]:
    """The evidence of a participant without the ids and numbers of the messages that brought it."""
    evidence = (await episode(house, pid))["evidence"]
    return {
        place: [{name: value for name, value in item.items() if name not in ("event_id", "told")} for item in items]
        for place, items in evidence.items()
    }


async def test_evidence_out_of_order_ends_in_the_same_evidence(house: House) -> None:
    """IN-V1: a flag cleared before it was raised, a measure voided before it was recorded."""
    (first, _), (second, _) = await admitted(house), await admitted(house)
    await hear(house.store, *evidence(first))
    await hear(house.store, *reversed(evidence(second)))
    one, two = await noted_of(house, first), await noted_of(house, second)
    assert one == two
    assert one["flags_cleared"]


def corrected(pid: ParticipantId) -> list[Contract]:
    """An act on a card and a lesson, each taken back later, as skills says it."""
    about: dict[str, Any] = {"at": NOON - HOUR, "participant_id": pid}
    lesson: dict[str, Any] = {"module": SkillModule.MINDFULNESS, "lesson": "WISE_MIND"}
    held: dict[str, Any] = {"held_at": NOON - HOUR, "missed": False, "taught_at": None}
    act: dict[str, Any] = {"kind": "SUICIDAL_ACT", "card_day": NOON.date()}
    return [
        skills.TargetBehaviourRecorded(**about, **act),
        skills.SkillTaught(**about, **lesson),
        lessons.TargetBehaviourSetAside(**about, **act, happened_at=NOON - HOUR),
        lessons.LessonTakenBack(**about, **lesson, **held, lesson_index=None, next_lesson=""),
    ]


async def test_what_skills_takes_back_counts_no_more_in_any_order(house: House) -> None:
    """IN-V9, IN-V10: repeated and out of order; the emergency waits for a person all the same."""
    (first, _), (second, _) = await admitted(house), await admitted(house)
    for _ in range(2):
        await hear(house.store, *corrected(first))
    for number in (4, 3, 1, 2, 3):
        await hear(house.store, corrected(second)[number - 1], first=number)
    one = await noted_of(house, first)
    assert one == await noted_of(house, second)
    assert [(kept["set_aside"], kept["card_day"]) for kept in one["targets"]] == [(True, str(NOON.date()))]
    assert [kept["taken_back"] for kept in one["lessons"]] == [True]
    assert [(await episode(house, pid))["answer"] for pid in (first, second)] == ["emergency", "emergency"]


async def test_what_is_late_or_missing_is_told_once(house: House) -> None:
    """IN-V6, IN-V7, IN-V8: the same messages again, and in another order, ask for nothing more than once."""
    (pid, _), (second, _) = await admitted(house), await admitted(house)

    def found(who: ParticipantId) -> list[Contract]:
        about: dict[str, Any] = {"at": NOON, "participant_id": who}
        score = {"since_previous": True, "since_baseline": False, "below_cut": False}
        late = (measuring.MissedMeasure(measure="PHQ9", due_at=NOON),)
        past = {"measured_at": NOON, "level": RiskLevel.LOW, "rule": "SK-R20", "review_on": NOON.date()}
        return [
            measuring.SuicideScreenLate(**about, flag_id=FlagId("f"), due_at=NOON),
            measuring.RiskFlagReviewLate(**about, flag_id=FlagId("f"), review_on=NOON.date()),
            measuring.MeasuresMissed(**about, level=LevelOfCare.PHP, missed=late),
            measuring.RiskItemUnanswered(**about, measure_id="m", instrument="PHQ9", item=9),
            measuring.AllianceDropped(**about, measure_id="m", instrument="WAI_SR", **score),
            dit.MilestonesMissed(**about, session_index=4, milestones=(dit.Milestone.FOCUS_AGREED,)),
            dit.DitGapSeen(**about, since=NOON),
            lessons.HistoricalRiskFound(**about, flag_id=FlagId("old"), **past),
        ]

    for first in (1, 9):
        await hear(house.store, *found(pid), first=first)
    await hear(house.store, *reversed(found(second)))
    sent = {"type": "SendNotice.v1", "data": {"$regex": "-late|-missed|-fell|-missing|-paused|-found"}}
    ids = [
        {json.loads(row["data"])["notice_id"] for row in await house.store.database.find("journal", query)}
        for query in ({**sent, "subject": who} for who in (pid, second))
    ]

    assert [len(some) for some in ids] == [8, 8]


async def test_evidence_of_a_stranger_is_no_error(house: House) -> None:
    """IN-V1: services may know participants before intake opens an episode."""
    outcome = await hear(house.store, *evidence(ParticipantId("stranger")))
    assert outcome.parked == []
    assert await said(house.store, "stranger") == []


async def signed_step_up(house: House) -> tuple[ParticipantId, str]:
    """A participant at PHP whose step up is being prepared."""
    pid, _ = await admitted(house)
    body = {"to_level": "RESIDENTIAL", "reason": "needs-more-support"}
    answer = await house.caller.post(f"/participants/{pid}/transitions", body)
    return pid, answer.json()["extra"]["transition_id"]


def answers(pid: ParticipantId, transition: str, level: LevelOfCare) -> dict[str, Contract]:
    """The good answers to a preparation."""
    about: dict[str, Any] = {"at": NOON, "participant_id": pid, "transition_id": transition}
    carried = {"module": SkillModule.MINDFULNESS, "lesson_index": 3, "lessons_taught": 3, "dit_session_index": 0}
    return {
        "held": scheduling.PlaceHeld(**about, level=level),
        "family": family.AlternativeSupportPlanUsed(**about, to_write=True),
        "skills": skills.CurriculumCarried(**about, to_level=level, **carried),
        "confirmed": scheduling.PlaceConfirmed(**about, level=level),
        "freed": scheduling.PlaceReleased(**about, level=LevelOfCare.PHP),
    }


async def test_a_whole_transition_by_messages(house: House) -> None:
    """IN-T2, IN-T3: place, family, skills, confirmation, old place freed."""
    pid, transition = await signed_step_up(house)
    told = answers(pid, transition, LevelOfCare.RESIDENTIAL)
    await hear(house.store, told["held"], first=3)
    await hear(house.store, told["family"])
    await hear(house.store, told["skills"])
    assert (await episode(house, pid))["level"] == "PHP"
    await hear(house.store, told["confirmed"], told["freed"], told["freed"], told["confirmed"], first=4)

    now = await episode(house, pid)
    assert (now["level"], now["transition"]) == ("RESIDENTIAL", None)
    assert (await said(house.store, pid)).count("TransitionCompleted") == 2


async def test_without_family_the_alternative_plan_stands_in_and_nothing_waits(house: House) -> None:
    """IN-T5: family never blocks; a meeting or the alternative plan both lead on to the skills."""
    for part in ("meeting", "plan"):
        pid, transition = await signed_step_up(house)
        about: dict[str, Any] = {"at": NOON, "participant_id": pid, "transition_id": transition}
        await hear(house.store, answers(pid, transition, LevelOfCare.RESIDENTIAL)["held"], first=3)
        meeting = family.TransitionMeetingArranged(**about, supporter_ids=("s",), starts_at=NOON)
        plan = family.AlternativeSupportPlanUsed(**about, to_write=True)
        await hear(house.store, meeting if part == "meeting" else plan, plan)
        assert (await episode(house, pid))["transition"]["done"] == ["place", "family"]
        assert (await said(house.store, pid, "skills.commands")).count("CarryCurriculum") == 1


async def test_answers_of_any_order_of_services_never_skip_a_step(house: House) -> None:
    """IN-T2: every interleaving of early answers leaves the old level active until all is in place."""
    for order in permutations(("held", "family", "skills")):
        pid, transition = await signed_step_up(house)
        told = answers(pid, transition, LevelOfCare.RESIDENTIAL)
        for step in order:
            await hear(house.store, told[step], first=3 if step == "held" else 1)
        now = await episode(house, pid)
        assert now["level"] == "PHP"
        assert (now["transition"]["phase"] == "confirming") == (order == ("held", "family", "skills"))


async def test_a_step_that_cannot_be_done_gives_everything_back(house: House) -> None:
    """IN-T6: answers arrive in any order, twice; the transition ends compensated, once."""
    pid, transition = await signed_step_up(house)
    told = answers(pid, transition, LevelOfCare.RESIDENTIAL)
    about: dict[str, Any] = {"at": NOON, "participant_id": pid, "transition_id": transition}
    await hear(house.store, told["held"], first=3)
    await hear(house.store, told["family"])
    undone = skills.CurriculumCarryUndone(**about)
    await hear(house.store, skills.CurriculumNotCarried(**about, reason="not-enrolled"), undone, undone)
    cancelled = family.TransitionMeetingCancelled(**about)
    await hear(house.store, cancelled, cancelled, first=2)
    released = scheduling.PlaceReleased(**about, level=LevelOfCare.RESIDENTIAL)
    await hear(house.store, released, released, told["held"], first=4)

    now = await episode(house, pid)
    assert (now["level"], now["transition"]) == ("PHP", None)
    assert (await said(house.store, pid)).count("TransitionCompensated") == 1


async def test_deadlines_survive_and_end_in_giving_back(house: House) -> None:
    """IN-T7: durable timers; three tries an hour apart, then everything is given back."""
    pid, _ = await signed_step_up(house)
    for hours in range(1, 5):
        await house.wait_until(NOON + hours * HOUR)
    types = await said(house.store, pid)
    assert types.count("TransitionStepLate") >= 3
    assert types.count("TransitionCompensating") == 1
