"""Skills hears who was at the meetings of groups, and which do not take place."""

from datetime import datetime, timedelta
from typing import Any

from common.contracts.groups import (
    GroupKind,
    GroupMeetingCancelled,
    GroupMeetingsMoved,
    MovedMeeting,
    session_id_at,
)
from common.contracts.lessons import SettleLesson
from common.contracts.scheduling import AttendanceReason, SessionAttendanceRecorded
from common.contracts.words import GroupId, LevelOfCare, ParticipantId, Role, SessionKind, StaffId
from common.store import Store
from services.one_service import NOON, Caller, delivery, hear, said, state

GROUP = GroupId("g-1")
PLAN = {"lessons": [{"starts_at": NOON.isoformat(), "module": "DISTRESS_TOLERANCE", "lesson": "STOP"}]}


def roster(
    who: str, there: bool, reason: AttendanceReason | None = None, at: datetime = NOON
) -> SessionAttendanceRecorded:
    """A line of a roster."""
    return SessionAttendanceRecorded(
        at=at,
        participant_id=ParticipantId(who),
        session_id=session_id_at(GROUP, at),
        kind=SessionKind.SKILLS_GROUP,
        level=LevelOfCare.IOP,
        planned_minutes=90,
        attended_minutes=90 if there else 0,
        counted_as_attended=there,
        reason=reason,
    )


async def plan(caller: Caller, body: dict[str, Any] = PLAN) -> int:
    """A leader says which lesson the meeting has."""
    return (await caller.post(f"/groups/{GROUP}/lesson-plan", body, Role.SKILLS_LEADER)).status_code


async def pass_on(store: Store, heard: int = 0) -> int:
    """What skills asked of itself reaches it, and once more; how many there were."""
    rows = await store.database.find("journal", {"topic": "skills.commands"}, sort=[("_id", 1)])
    by_subject: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: (row["subject"], row["sequence"])):
        asked = SettleLesson.model_validate_json(row["data"])
        by_subject[row["subject"]] = row["sequence"]
        for _ in range(2):
            await store.commit([delivery(asked, row["sequence"], "skills")])
    return len(rows)


async def test_a_roster_teaches_the_lesson_that_was_planned(caller: Caller, store: Store) -> None:
    """SK-C19: heard twice, before the plan or after it; a sitting typed in as well is one."""
    await hear(store, roster("p-1", True))
    assert await plan(caller) == 201
    for _ in range(2):
        await hear(store, roster("p-2", False))
        await hear(store, roster("p-3", False, AttendanceReason.THERAPIST_ABSENT))
    typed = {"module": "DISTRESS_TOLERANCE", "lesson": "STOP", "taught_at": NOON.isoformat()}
    await caller.post("/lessons", {**typed, "participant_ids": ["p-1"], "absent_ids": ["p-2"]}, Role.SKILLS_LEADER)
    assert await pass_on(store) == 2

    assert await said(store, "p-1") == ["SkillTaught"]
    assert await said(store, "p-2") == ["LessonMissed"]
    assert await said(store, "p-3") == []


async def test_a_correction_and_a_cancellation_mend_what_was_said(caller: Caller, store: Store) -> None:
    """SK-C20, SK-C21: the roster is corrected, then the meeting turns out not to have taken place."""
    await plan(caller)
    await hear(store, roster("p-1", True))
    await hear(store, roster("p-1", False), first=2)
    await pass_on(store)
    assert await said(store, "p-1") == ["SkillTaught", "LessonTakenBack", "LessonMissed"]

    id, why = session_id_at(GROUP, NOON), "snow"
    about: dict[str, Any] = {"group_id": GROUP, "session_id": id, "starts_at": NOON, "reason": why}
    off = GroupMeetingCancelled(at=NOON + timedelta(hours=1), cancelled_by=StaffId("s-2"), **about)
    for _ in range(2):
        await hear(store, off)
    await pass_on(store)

    coverage = (await state(store, "skillsrecord", "p-1"))["coverage"]
    assert (coverage["had"]["STOP"], coverage["missed"]["STOP"]) == ([], [])
    assert await said(store, f"group:{GROUP}") == [
        "LessonPlanned",
        "LessonRollMarked",
        "LessonRollMarked",
        "LessonMeetingDropped",
        "LessonUnplanned",
    ]
    assert await plan(caller) == 409


async def test_a_session_that_is_no_meeting_of_a_planned_group_is_passed_by(caller: Caller, store: Store) -> None:
    """SK-C19: an individual session, and a group nobody planned."""
    one = roster("p-1", True)
    alone = one.model_copy(update={"kind": SessionKind.INDIVIDUAL})
    unplanned = one.model_copy(update={"session_id": "IOP-2026-03-02"})
    await hear(store, alone, unplanned)

    assert await store.database.find("lessonplan", {}) == []


async def test_lessons_go_along_with_a_group_that_meets_at_other_times(caller: Caller, store: Store) -> None:
    """SK-C23, repeated: whom the roster of the new time names has the lesson; none is planned for the old one."""
    to = NOON + timedelta(days=1)
    by = StaffId("s-2")
    moved = GroupMeetingsMoved(
        at=NOON, group_id=GROUP, kind=GroupKind.SKILLS, moves=(MovedMeeting(was=NOON, now=to),), moved_by=by
    )
    process = moved.model_copy(update={"group_id": GroupId("g-2"), "kind": GroupKind.PROCESS})
    await plan(caller)
    for _ in range(2):
        await hear(store, moved, process)
    await hear(store, roster("p-1", True, at=to))
    await pass_on(store)

    assert await said(store, "p-1") == ["SkillTaught"]
    assert list((await state(store, "lessonplan", GROUP))["lessons"]) == [to.isoformat()]
    assert [row["off"] for row in await store.database.find("plannedlessons", {}, sort=[("starts_at", 1)])] == [
        True,
        False,
    ]
    assert await plan(caller) == 409
    assert len(await store.database.find("lessonplan", {})) == 1
