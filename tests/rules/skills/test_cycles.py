"""Cycles: which one somebody follows, and where they stand on another."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.change import Invalid
from common.contracts.skills import CarryCurriculum
from common.contracts.words import LevelOfCare, SkillModule, TransitionId
from rules.skills.records import NOW, PID, STAFF, SYLLABUS, after, blank, enrolled, kinds, module_of, taught
from skills.domain.curriculum import Place
from skills.domain.record import SkillsRecord
from skills.domain.syllabus import Syllabus

LESSONS = list(SYLLABUS.module_of)
CYCLES = list(SYLLABUS.cycles)


def at(record: SkillsRecord) -> tuple[str, str]:
    """The cycle somebody is on and the lesson that comes next."""
    place = record.curriculum.place
    return SYLLABUS.cycle(place.cycle), place.slot(SYLLABUS)[1].lesson


def moved(record: SkillsRecord, to: LevelOfCare) -> SkillsRecord:
    """The record at another level."""
    asked = CarryCurriculum(at=NOW, participant_id=PID, transition_id=TransitionId(f"t-{to}"), to_level=to)
    return after(record, record.carry_curriculum(SYLLABUS, asked))


def chosen(record: SkillsRecord, cycle: str) -> SkillsRecord:
    """The record once a person chose a cycle."""
    return after(record, record.choose_cycle(SYLLABUS, cycle, STAFF, NOW))


def without(lesson: str) -> Syllabus:
    """The program's file once a lesson has gone from it."""
    raw = SYLLABUS.model_dump(mode="json")
    del raw["modules"][module_of(lesson)]["lessons"][lesson]
    return Syllabus.model_validate(raw)


def test_the_level_decides_the_cycle() -> None:
    """SK-C10: compressed in PHP, the standard one from IOP on."""
    record = enrolled(LevelOfCare.PHP)

    assert at(record)[0] == "compressed"
    assert at(moved(record, LevelOfCare.IOP))[0] == "standard"


def test_another_cycle_goes_on_with_the_lesson_that_comes_next() -> None:
    """SK-C10: after distress tolerance in PHP comes emotion regulation in IOP, not distress tolerance again."""
    record = taught(enrolled(LevelOfCare.PHP), *(s.lesson for s in SYLLABUS.slots("compressed")[:12]))

    assert at(record) == ("compressed", "MODEL_OF_EMOTIONS")
    assert at(moved(record, LevelOfCare.IOP)) == ("standard", "MODEL_OF_EMOTIONS")


def test_a_cycle_a_person_chose_is_kept_at_every_level() -> None:
    """SK-C10: an adolescent stays in the adolescent form."""
    record = moved(chosen(enrolled(), "adolescent"), LevelOfCare.IOP)

    assert at(record)[0] == "adolescent"
    assert at(moved(record, LevelOfCare.OUTPATIENT_BOOSTER))[0] == "adolescent"


def test_a_cycle_chosen_before_the_first_level_is_kept_when_it_comes() -> None:
    """SK-C10, out of order"""
    early = chosen(blank(), "adolescent")

    assert at(after(early, early.enrol(SYLLABUS, LevelOfCare.PHP, NOW)))[0] == "adolescent"


def test_a_cycle_is_chosen_once_and_only_one_there_is() -> None:
    """SK-C10, repeated"""
    record = chosen(enrolled(), "standard")

    assert record.choose_cycle(SYLLABUS, "standard", STAFF, NOW + timedelta(days=1)) == []
    assert kinds(record.choose_cycle(SYLLABUS, "adolescent", STAFF, NOW)) == ["CycleChosen"]
    with pytest.raises(Invalid) as refused:
        record.choose_cycle(SYLLABUS, "yearly", STAFF, NOW)
    assert refused.value.code == "cycle-unknown"


@given(st.lists(st.sampled_from([*LESSONS, *CYCLES]), max_size=25))
def test_the_next_lesson_is_the_same_before_and_after_a_change_of_cycle(steps: list[str]) -> None:
    """SK-C10: whatever was taught on whatever cycle, a change of cycle moves nobody to another lesson."""
    record = enrolled()
    for hour, step in enumerate(steps):
        before = at(record)[1]
        if step in CYCLES:
            record = chosen(record, step)
            assert at(record)[1] == before
        else:
            record = taught(record, step, at=NOW + timedelta(hours=hour))
            index, slot = record.curriculum.place.slot(SYLLABUS)
            assert SYLLABUS.slots(record.curriculum.place.cycle)[index] == slot


def test_a_place_stored_before_there_were_cycles_is_one_on_the_first() -> None:
    """SK-C9: an index alone still says where somebody stands."""
    place = Place.model_validate({"level": "PHP", "index": 15, "as_of": NOW})

    assert place.slot(SYLLABUS)[1].lesson == "MODEL_OF_EMOTIONS"


def test_a_file_that_changed_moves_the_number_not_the_person() -> None:
    """SK-C9: the lesson that comes next counts."""
    record = taught(enrolled(), "STOP")
    index, slot = record.curriculum.place.slot(without("WISE_MIND"))

    assert (index, slot.lesson) == (3, "PROS_AND_CONS")


def test_a_lesson_that_is_gone_leads_to_some_lesson_not_to_an_error() -> None:
    """SK-C9: also where it was the last one."""
    record = taught(enrolled(), "WALKING_THE_MIDDLE_PATH")

    assert at(record)[1] == "VALIDATION"
    assert record.curriculum.place.slot(without("VALIDATION"))[1].lesson in LESSONS


def test_a_lesson_of_a_module_may_move_but_keeps_its_code() -> None:
    """SK-C3"""
    assert module_of("TIP") is SkillModule.DISTRESS_TOLERANCE
