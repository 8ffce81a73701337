"""Coverage: no lesson silently missed, none silently repeated, whatever the level and the cycle."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.change import Invalid
from common.contracts.message import Contract
from common.contracts.skills import CarryCurriculum
from common.contracts.words import ExposureSource, LevelOfCare, SkillModule, TransitionId
from rules.skills.records import NOW, PID, STAFF, SYLLABUS, after, blank, enrolled, kinds, module_of, taught
from skills.domain.coverage import Report, Standing, report
from skills.domain.curriculum import Manner
from skills.domain.record import IN_GROUP, SkillsRecord

LESSONS = list(SYLLABUS.module_of)
DAY = timedelta(days=1)


def told(record: SkillsRecord) -> Report:
    """What the coverage says."""
    return report(SYLLABUS, record.curriculum, record.coverage)


def standing(record: SkillsRecord, lesson: str) -> Standing:
    """How one lesson stands."""
    return next(one.standing for one in told(record).lessons if one.lesson == lesson)


def teach(record: SkillsRecord, lesson: str, at: datetime, manner: Manner = IN_GROUP) -> list[Contract]:
    """What is said when a lesson reaches somebody."""
    return record.teach(SYLLABUS, module_of(lesson), lesson, at, manner)


def miss(record: SkillsRecord, lesson: str, at: datetime) -> list[Contract]:
    """What is said when a lesson is given without somebody."""
    return record.miss_lesson(SYLLABUS, module_of(lesson), lesson, at)


def to(record: SkillsRecord, level: LevelOfCare) -> SkillsRecord:
    """The record at another level."""
    asked = CarryCurriculum(at=NOW, participant_id=PID, transition_id=TransitionId(f"t-{level}"), to_level=level)
    return after(record, record.carry_curriculum(SYLLABUS, asked))


def test_a_lesson_given_without_somebody_is_missing_until_it_reaches_them() -> None:
    """SK-C12, SK-C13"""
    record = enrolled()
    missed = after(record, miss(record, "STOP", NOW))
    made_up = after(missed, teach(missed, "STOP", NOW + DAY, Manner(make_up=True)))

    assert standing(missed, "STOP") is Standing.MISSED
    assert "STOP" in {one.lesson for one in told(missed).missing}
    assert standing(made_up, "STOP") is Standing.MADE_UP
    assert "STOP" not in {one.lesson for one in told(made_up).missing}


def test_the_place_follows_the_group_also_past_a_lesson_somebody_missed() -> None:
    """SK-C4, SK-C12: a make-up, and what a therapist teaches, are no news of the group."""
    start = taught(enrolled(), "WISE_MIND")
    missed = after(start, miss(start, "OBSERVE_DESCRIBE_PARTICIPATE", NOW + DAY))
    alone = after(start, teach(start, "VALIDATION", NOW + DAY, Manner(source=ExposureSource.INDIVIDUAL)))
    made_up = after(start, teach(start, "STOP", NOW + DAY, Manner(make_up=True)))
    second = after(start, teach(start, "STOP", NOW + DAY))
    again = after(second, teach(second, "STOP", NOW + 30 * DAY))

    indices = [record.curriculum.place.index for record in (start, missed, alone, made_up, second, again)]
    assert indices == [1, 2, 1, 1, 4, 4]
    assert again.curriculum.place.next == "PROS_AND_CONS"


def test_the_second_time_round_the_place_goes_along() -> None:
    """SK-C4, SK-C11: a lesson repeated moves it as the first time did."""
    record = taught(enrolled(), *LESSONS)
    assert record.curriculum.place.index == 0
    for day, lesson in enumerate(LESSONS[:3], 30):
        record = after(record, teach(record, lesson, NOW + day * DAY))

    assert (record.curriculum.place.index, record.curriculum.place.next) == (3, "STOP")


def test_what_the_group_passed_before_somebody_came_is_missing_too() -> None:
    """SK-C13: joining in the middle, nobody has to remember what came before."""
    record = taught(enrolled(), "TIP")

    missing = {one.lesson: one.standing for one in told(record).missing}
    assert set(missing.values()) == {Standing.PASSED}
    assert list(missing) == [*list(SYLLABUS.modules[SkillModule.MINDFULNESS].lessons), "STOP", "PROS_AND_CONS"]


def test_what_the_cycle_has_in_front_of_somebody_is_ahead_not_missing() -> None:
    """SK-C13: recurring mindfulness comes again before the next module."""
    record = taught(enrolled(LevelOfCare.IOP), "TIP")

    assert standing(record, "WISE_MIND") is Standing.AHEAD
    assert standing(record, "STOP") is Standing.PASSED
    assert standing(record, "ACCEPTS") is Standing.AHEAD


def test_a_miss_is_said_once_and_not_where_they_were_there() -> None:
    """SK-C12, repeated and contradictory"""
    record = enrolled()
    once = after(record, miss(record, "STOP", NOW))
    there = taught(enrolled(), "STOP")

    assert miss(once, "STOP", NOW + timedelta(hours=1)) == []
    assert kinds(miss(once, "STOP", NOW + 30 * DAY)) == ["LessonMissed"]
    assert miss(there, "STOP", NOW) == []


def test_a_miss_told_of_after_the_make_up_is_late_not_new() -> None:
    """SK-C12, SK-C13, out of order: the lesson was had, and made up."""
    record = after(enrolled(), teach(enrolled(), "STOP", NOW + DAY, Manner(make_up=True)))
    late = after(record, miss(record, "STOP", NOW))

    assert standing(record, "STOP") is standing(late, "STOP") is Standing.MADE_UP


def test_a_lesson_that_reaches_somebody_again_is_said_so_once_a_sitting() -> None:
    """SK-C11: the first time is SkillTaught, as ever."""
    record = enrolled()
    said = [teach(record, "STOP", NOW)]
    record = after(record, said[-1])
    for hours in (1, 24, 25):
        said.append(teach(record, "STOP", NOW + timedelta(hours=hours)))
        record = after(record, said[-1])

    assert [kinds(facts) for facts in said] == [["SkillTaught"], [], ["LessonRepeated"], []]
    assert [one.lesson for one in told(record).lessons if len(one.had) == 2] == ["STOP"]


def test_who_taught_it_and_at_which_level_is_kept() -> None:
    """SK-C11: with the therapist, in the group, in the family, in coaching."""
    record = enrolled(LevelOfCare.PHP)
    for day, source in enumerate(ExposureSource):
        record = after(record, teach(record, "STOP", NOW + day * DAY, Manner(source=source)))

    had = record.coverage.had["STOP"]
    assert [one.source for one in had] == list(ExposureSource)
    assert {one.level for one in had} == {LevelOfCare.PHP}


def test_no_lesson_but_the_programs_is_missed() -> None:
    """SK-C3, SK-C12"""
    with pytest.raises(Invalid) as refused:
        enrolled().miss_lesson(SYLLABUS, SkillModule.MINDFULNESS, "STOP", NOW)
    assert refused.value.code == "lesson-unknown"


def test_lessons_taught_before_there_was_coverage_count() -> None:
    """SK-C13: a record stored before says when, and no more."""
    record = taught(enrolled(), "STOP")
    stored = record.model_dump(mode="json")
    del stored["coverage"]

    assert standing(SkillsRecord.model_validate(stored), "STOP") is Standing.HAD


def test_a_cycle_is_complete_with_80_percent_of_its_lessons() -> None:
    """SK-C13: 20 of 24 are enough, 19 are not."""
    assert len(LESSONS) == 24
    assert not told(taught(enrolled(), *LESSONS[:19])).complete
    assert told(taught(enrolled(), *LESSONS[:20])).complete


def test_what_comes_next_begins_at_the_place_and_goes_once_round() -> None:
    """SK-C13"""
    coming = told(taught(enrolled(), "STOP")).coming

    assert coming[0].lesson == "PROS_AND_CONS"
    assert sorted(coming) == sorted(SYLLABUS.slots("compressed"))


STEPS = st.tuples(st.sampled_from(["teach", "miss", "level", "cycle"]), st.integers(0, 40))


@given(st.lists(STEPS, max_size=25))
def test_no_lesson_is_silently_missed_or_repeated(steps: list[tuple[str, int]]) -> None:
    """SK-C11, SK-C12, SK-C13: whatever happens at whatever level on whatever cycle, each lesson is accounted for."""
    levels, cycles = list(SYLLABUS.levels), list(SYLLABUS.cycles)
    record, had, missed = blank(), dict[str, int](), set[str]()
    for n, (step, which) in enumerate(steps):
        lesson, at = LESSONS[which % len(LESSONS)], NOW + n * DAY
        if step == "teach":
            facts = teach(record, lesson, at)
            assert kinds(facts) == ["LessonRepeated" if lesson in had else "SkillTaught"]
            record, had[lesson] = after(record, facts), had.get(lesson, 0) + 1
        elif step == "miss":
            facts = miss(record, lesson, at)
            assert kinds(facts) == ["LessonMissed"]
            record, missed = after(record, facts), missed | {lesson}
        elif step == "level":
            level = levels[which % len(levels)]
            record = to(after(record, record.enrol(SYLLABUS, level, at)), level)
        else:
            record = after(record, record.choose_cycle(SYLLABUS, cycles[which % len(cycles)], STAFF, at))

    lessons = {one.lesson: one for one in told(record).lessons}
    coming = {slot.lesson for slot in told(record).coming}
    assert set(lessons) == set(LESSONS) == coming
    assert {lesson: len(one.had) for lesson, one in lessons.items() if one.had} == had
    assert {one.lesson for one in told(record).missing} >= missed - had.keys()
