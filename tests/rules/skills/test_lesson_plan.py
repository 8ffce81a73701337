"""The lessons a group will have."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from common.change import Invalid, Outcome
from common.contracts.message import Contract
from common.contracts.words import SkillModule
from rules.skills.records import NOW, STAFF, SYLLABUS, kinds
from skills.domain.lesson_plan import KEEP, LessonPlan, Planned


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


def test_the_latest_meetings_are_kept() -> None:
    """SK-C14"""
    found = plan(*(planned(starts_at=NOW + timedelta(weeks=n)) for n in range(KEEP + 3)))

    assert next(one.starts_at for one in found.lessons.values()) == NOW + timedelta(weeks=3)
    assert len(found.lessons) == KEEP
