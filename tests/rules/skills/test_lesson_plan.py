"""The lessons a group will have."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from common.change import Ask, Invalid, Outcome, Refused
from common.contracts.groups import MovedMeeting
from common.contracts.lessons import SettleLesson
from common.contracts.message import Contract
from common.contracts.words import SkillModule
from rules.skills.records import NOW, PID, STAFF, SYLLABUS, kinds
from skills.domain.lesson_plan import KEEP, LessonPlan, Mark, Planned


def planned(lesson: str = "STOP", starts_at: datetime = NOW) -> Planned:
    """One lesson at one meeting."""
    return Planned(starts_at=starts_at, module=SYLLABUS.module_of.get(lesson, SkillModule.MINDFULNESS), lesson=lesson)


def facts(said: Iterable[Outcome]) -> list[Contract]:
    """What was said, where nobody is asked for anything."""
    return [one for one in said if isinstance(one, Contract)]


def plan(*some: Planned) -> LessonPlan:
    """A group with these."""
    found = LessonPlan(id="g-1")
    for fact in facts(found.plan(SYLLABUS, some, STAFF, NOW)):
        found = found.after(fact)
    return found


def test_a_plan_is_said_once_and_another_lesson_replaces() -> None:
    """SK-C14, repeated, also in another zone"""
    once = plan(planned())
    elsewhere = planned(starts_at=NOW.astimezone(ZoneInfo("America/New_York")))

    assert once.plan(SYLLABUS, [planned(), elsewhere], STAFF, NOW) == []
    assert kinds(facts(once.plan(SYLLABUS, [planned("TIP")], STAFF, NOW))) == ["LessonPlanned"]
    assert [one.lesson for one in plan(planned(), planned("TIP")).lessons.values()] == ["TIP"]


def test_a_lesson_taken_off_the_plan_is_taken_off_once() -> None:
    """SK-C14: and one that was never on it is no error."""
    once = plan(planned())
    (off,) = facts(once.unplan(NOW, STAFF, NOW))

    assert once.after(off).lessons == {}
    assert once.after(off).unplan(NOW, STAFF, NOW) == plan().unplan(NOW, STAFF, NOW) == []


def test_a_plan_with_no_lesson_of_the_program_is_refused_whole() -> None:
    """SK-C3, SK-C14"""
    with pytest.raises(Invalid) as refused:
        LessonPlan(id="g-1").plan(SYLLABUS, [planned(), planned("HALT")], STAFF, NOW)
    assert refused.value.code == "lesson-unknown"


def test_of_meetings_that_were_the_latest_are_kept() -> None:
    """SK-C14: planned far ahead, the next one stays."""
    past = [planned(starts_at=NOW - timedelta(days=n + 1)) for n in range(KEEP + 3)]
    ahead = [planned(starts_at=NOW + timedelta(days=n)) for n in range(KEEP + 3)]
    found = plan(*past, *ahead)

    assert next(one.starts_at for one in found.lessons.values()) == NOW - timedelta(days=KEEP)
    assert len(found.lessons) == 2 * KEEP + 3


WEEK, TO = timedelta(weeks=1), timedelta(days=1)
MOVES = [MovedMeeting(was=NOW + n * WEEK, now=NOW + n * WEEK + TO if n < 2 else None) for n in range(3)]


def follow(group: LessonPlan, moves: list[MovedMeeting] = MOVES, days: int = 0) -> list[Outcome]:
    """What is said to a group that meets at other times."""
    at = NOW + timedelta(days=days)
    return group.follow(moves, STAFF, at, at)


def after(group: LessonPlan, said: Iterable[Outcome]) -> LessonPlan:
    """The group once it was said."""
    for fact in facts(said):
        group = group.after(fact)
    return group


def lessons(group: LessonPlan) -> dict[datetime, str]:
    """Which lesson it has when."""
    return {one.starts_at: one.lesson for one in group.lessons.values()}


def test_the_lessons_of_a_group_go_along_to_its_new_times() -> None:
    """SK-C23, repeated: in order; what nothing stands in for is no lesson; others stay; moved back they are back."""
    group = plan(
        planned(), planned("TIP", NOW + WEEK), planned("PROS_AND_CONS", NOW + 2 * WEEK), planned("STOP", NOW - WEEK)
    )
    moved = after(group, follow(group))
    home = [MovedMeeting(was=one.now, now=one.was) for one in MOVES if one.now]
    back = after(moved, follow(moved, home, days=1))

    assert lessons(moved) == {NOW - WEEK: "STOP", NOW + TO: "STOP", NOW + WEEK + TO: "TIP"}
    assert follow(moved) == follow(back) == []
    assert lessons(back) == {NOW - WEEK: "STOP", NOW: "STOP", NOW + WEEK: "TIP"}


def test_what_is_planned_for_a_new_time_stands_whichever_was_heard_first() -> None:
    """SK-C23, late: the leader plans for the new time before skills hears of it, or after."""
    old, new = plan(planned()), planned("TIP", NOW + TO)
    first = after(old, old.plan(SYLLABUS, [new], STAFF, NOW))
    then = after(old, follow(old))

    assert lessons(after(first, follow(first))) == lessons(after(then, then.plan(SYLLABUS, [new], STAFF, NOW)))
    assert lessons(after(first, follow(first))) == {NOW + TO: "TIP"}


def test_no_lesson_is_planned_for_a_time_the_group_left() -> None:
    """SK-C23, SK-C20: but a make-up is; nor does one go to a meeting that does not take place."""
    left = after(plan(), follow(plan()))
    with pytest.raises(Refused) as refused:
        left.plan(SYLLABUS, [planned()], STAFF, NOW)
    make_up = planned().model_copy(update={"make_up": True})
    off = after(plan(planned()), plan(planned()).drop(NOW + TO, STAFF, NOW))

    assert refused.value.code == "meeting-moved"
    assert lessons(after(left, left.plan(SYLLABUS, [make_up], STAFF, NOW))) == {NOW: "STOP"}
    assert lessons(after(off, follow(off))) == {}


def test_rosters_of_the_new_time_have_the_lesson_whichever_was_heard_first() -> None:
    """SK-C23, SK-C19: and those of the time that was left have none."""
    group, there = plan(planned()), Mark(there=True)
    marked = after(group, group.mark(NOW + TO, PID, there, NOW))
    moved = after(group, follow(group))
    early = after(group, group.mark(NOW, PID, there, NOW))

    def asked(said: Iterable[Outcome]) -> list[tuple[datetime, bool, bool]]:
        commands = [one.command for one in said if isinstance(one, Ask)]
        return [(c.starts_at, bool(c.was), bool(c.now)) for c in commands if isinstance(c, SettleLesson)]

    assert asked(follow(marked)) == asked(moved.mark(NOW + TO, PID, there, NOW)) == [(NOW + TO, False, True)]
    assert asked(follow(early)) == [(NOW, True, False)]
    assert asked(moved.mark(NOW, PID, there, NOW)) == []
