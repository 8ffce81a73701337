"""Lessons reach those whom a roster counts as there, whatever is heard of first, and mistakes are mended."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.change import Ask, Outcome, Refused
from common.contracts.groups import meeting_of, session_id_at
from common.contracts.lessons import SettleLesson
from common.contracts.message import Contract
from common.contracts.words import GroupId, ParticipantId, SessionId
from rules.skills.records import NOW, PID, STAFF, SYLLABUS, enrolled, module_of, taught
from skills.domain.coverage import Standing, report
from skills.domain.lesson_plan import KEEP_ROLLS, LessonPlan, Mark, Planned
from skills.domain.record import SkillsRecord
from skills.domain.sitting import settle

LATER = NOW + timedelta(weeks=1)
OTHER = ParticipantId("p-2")


class Floor:
    """A group, and the records of those on its rosters; a request to settle reaches them twice."""

    def __init__(self) -> None:
        self.group = LessonPlan(id="g-1")
        self.records: dict[str, SkillsRecord] = {}
        self.said: list[str] = []

    def hear(self, decide: Callable[[LessonPlan], Iterable[Outcome]]) -> "Floor":
        """One decision of the group, and what follows from it."""
        for one in decide(self.group):
            if isinstance(one, Ask):
                assert isinstance(one.command, SettleLesson)
                self.settle(one.command)
                self.settle(one.command)
            elif isinstance(one, Contract):
                self.group = self.group.after(one)
        return self

    def settle(self, asked: SettleLesson) -> None:
        """A record is asked to follow."""
        record = self.record(asked.participant_id)
        for fact in settle(record, SYLLABUS, asked):
            record = record.after(fact)
            self.said.append(type(fact).__name__)
        self.records[asked.participant_id] = record

    def record(self, who: str = PID) -> SkillsRecord:
        """Somebody's record."""
        return self.records.get(who, enrolled())

    def plan(self, lesson: str = "STOP", make_up: bool = False) -> "Floor":
        """The lesson of the meeting."""
        one = Planned(starts_at=NOW, module=module_of(lesson), lesson=lesson, make_up=make_up)
        return self.hear(lambda group: group.plan(SYLLABUS, [one], STAFF, NOW))

    def mark(self, there: bool | None, who: ParticipantId = PID) -> "Floor":
        """A line of the roster."""
        return self.hear(lambda group: group.mark(NOW, who, Mark(there=there), LATER))

    def drop(self) -> "Floor":
        """The meeting does not take place."""
        return self.hear(lambda group: group.drop(NOW, STAFF, LATER))

    def type_in(self, there: bool, lesson: str = "STOP") -> "Floor":
        """A leader says by hand who was there, some minutes later."""
        record, at = self.record(), NOW + timedelta(minutes=20)
        decide = record.teach if there else record.miss_lesson
        for fact in decide(SYLLABUS, module_of(lesson), lesson, at):
            record = record.after(fact)
        self.records[PID] = record
        return self

    def counts(self, who: str = PID, lesson: str = "STOP") -> tuple[int, int]:
        """How often a lesson reached somebody, and how often they missed it."""
        covered = self.record(who).coverage
        return len(covered.had.get(lesson, ())), len(covered.missed.get(lesson, ()))


STEPS: list[Callable[[Floor], Floor]] = [
    lambda floor: floor.plan(),
    lambda floor: floor.mark(True),
    lambda floor: floor.mark(False, OTHER),
]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_planned_lesson_reaches_exactly_those_who_were_there(order: tuple[int, ...]) -> None:
    """SK-C19: whichever is heard of first, and said twice."""
    floor = Floor()
    for number in (*order, *order):
        STEPS[number](floor)

    assert (floor.counts(), floor.counts(OTHER)) == ((1, 0), (0, 1))
    assert sorted(floor.said) == ["LessonMissed", "SkillTaught"]


@pytest.mark.parametrize("typed", [True, False])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("there", [True, False])
def test_what_is_typed_in_too_is_counted_once(there: bool, typed: bool, first: bool) -> None:
    """SK-C19, SK-C11: before the roster or after it; where they differ, who is told of as there was there."""
    floor = Floor().plan()
    if first:
        floor.type_in(typed).mark(there)
    else:
        floor.mark(there).type_in(typed)
    had, missed = floor.counts()

    assert had == int(there or typed)
    assert missed <= 1
    if there == typed or (there and first):
        assert missed == int(not there)


def test_a_corrected_roster_mends_both_ways() -> None:
    """SK-C21: also the place, and whoever was there after all did not miss it."""
    there = Floor().plan("STOP").mark(True)
    place = there.record().curriculum.place
    absent = there.mark(False)
    assert (absent.counts(), absent.record().curriculum.taught) == ((0, 1), {})
    assert absent.record().curriculum.place.index == place.index

    again = absent.mark(True)
    assert (again.counts(), list(again.record().curriculum.taught)) == ((1, 0), ["STOP"])
    assert again.said == ["SkillTaught", "LessonTakenBack", "LessonMissed", "LessonTakenBack", "SkillTaught"]


def test_another_lesson_after_the_roster_takes_the_first_one_back() -> None:
    """SK-C21: the place steps back and goes by the other lesson."""
    wrong, right = Floor().plan("TIP").mark(True).plan("STOP"), Floor().plan("STOP").mark(True)

    assert (wrong.counts(lesson="TIP"), wrong.counts()) == ((0, 0), (1, 0))
    assert wrong.record().curriculum.place == right.record().curriculum.place


def test_what_was_had_before_stays_had() -> None:
    """SK-C21: only the sitting in question is taken back, and no lesson since moves the place again."""
    floor = Floor().plan().mark(True)
    record = taught(floor.record(), "STOP", "TIP", at=LATER)
    floor.records[PID] = record
    floor.mark(False)

    assert floor.counts() == (1, 1)
    assert floor.record().curriculum.taught["STOP"] == LATER
    assert floor.record().curriculum.place == record.curriculum.place


@pytest.mark.parametrize("order", list(permutations(("plan", "mark", "drop"))))
def test_a_meeting_that_does_not_take_place_has_no_lesson(order: tuple[str, ...]) -> None:
    """SK-C20: heard of before or after; a lesson planned for it afterwards is refused."""
    floor = Floor()
    for step in order:
        if step == "plan" and floor.group.dropped:
            with pytest.raises(Refused) as refused:
                floor.plan()
            assert refused.value.code == "meeting-cancelled"
        else:
            {"plan": floor.plan, "drop": floor.drop}.get(step, lambda: floor.mark(True))()
    floor.drop()

    assert floor.group.lessons == {}
    assert floor.counts() == (0, 0)


def test_a_group_that_ends_has_no_lessons_to_come() -> None:
    """SK-C20: what it had stays."""
    floor = Floor().plan()
    floor.hear(lambda group: group.end(NOW + timedelta(hours=1), STAFF, NOW))
    assert len(floor.group.lessons) == 1
    floor.hear(lambda group: group.end(NOW, STAFF, NOW))
    assert floor.group.lessons == {}


def test_nobody_misses_what_was_not_given_nor_a_make_up() -> None:
    """SK-C19: the therapist away; a make-up reaches those who come, and the place stays."""
    assert Floor().plan().mark(None).counts() == (0, 0)
    assert Floor().plan(make_up=True).mark(False).counts() == (0, 0)
    made_up = Floor().plan(make_up=True).mark(True)
    (lesson,) = [
        one for one in report(SYLLABUS, made_up.record().curriculum, made_up.record().coverage).lessons if one.had
    ]
    assert (lesson.lesson, lesson.standing) == ("STOP", Standing.MADE_UP)
    assert made_up.record().curriculum.place == enrolled().curriculum.place


@given(st.lists(st.sampled_from(["plan STOP", "plan TIP", "there", "absent", "away", "unplan"]), max_size=12))
@settings(deadline=None, max_examples=150)
def test_however_often_it_is_corrected_the_last_word_counts_once(steps: list[str]) -> None:
    """SK-C21: lesson and roster, in any order and number, end as if only the last of each had been said."""
    floor, lesson, there = Floor(), "", None
    for step in steps:
        if step.startswith("plan"):
            lesson = step.removeprefix("plan ")
            floor.plan(lesson)
        elif step == "unplan":
            lesson = ""
            floor.hear(lambda group: group.unplan(NOW, STAFF, NOW))
        else:
            there = {"there": True, "absent": False, "away": None}[step]
            floor.mark(there)

    for code in ("STOP", "TIP"):
        counted = code == lesson and there is not None
        assert floor.counts(lesson=code) == (int(counted and there is True), int(counted and there is False))


def test_the_id_of_a_meeting_says_which_it_is() -> None:
    """SK-C19: what scheduling makes of group and instant is read back; other sessions are no meeting."""
    group = GroupId("evening.sun")
    for mark in ("", "m"):
        assert meeting_of(session_id_at(group, NOW, mark)) == (group, NOW, bool(mark))
    for other in ("IOP-2026-03-02", "g.20261399T0000Z", ".20260302T1500Z", "s-1"):
        assert meeting_of(SessionId(other)) is None


def test_the_newest_rosters_are_kept() -> None:
    """SK-C19"""
    floor = Floor()
    for week in range(KEEP_ROLLS + 2):
        at = NOW + timedelta(weeks=week)
        floor.hear(lambda group, at=at: group.mark(at, PID, Mark(there=True), at))  # type: ignore[misc]

    assert len(floor.group.rolls) == KEEP_ROLLS
