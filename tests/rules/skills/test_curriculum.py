"""Curriculum: the cycle, enrolment, teaching, position, carrying."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.change import Invalid
from common.contracts.message import Contract
from common.contracts.skills import (
    CarryCurriculum,
    CurriculumCarried,
    CurriculumEnrolled,
    CurriculumNotCarried,
    SkillTaught,
    UndoCarryCurriculum,
)
from common.contracts.words import LevelOfCare, SkillModule, TransitionId
from rules.skills.records import NOW, PID, SYLLABUS, after, blank, enrolled, kinds, module_of, taught
from skills.domain.record import SkillsRecord

REQUIRED_BY_S5 = {
    "STOP",
    "PROS_AND_CONS",
    "TIP",
    "ACCEPTS",
    "SELF_SOOTHE",
    "IMPROVE",
    "WISE_MIND",
    "OBSERVE_DESCRIBE_PARTICIPATE",
    "NONJUDGMENTALLY_ONE_MINDFULLY_EFFECTIVELY",
}
CYCLE = SYLLABUS.cycles["standard"].blocks
LESSONS = {module: tuple(one.lessons) for module, one in SYLLABUS.modules.items()}
ALL_LESSONS = list(SYLLABUS.module_of)


def carry(transition: str = "t-1", to: LevelOfCare = LevelOfCare.IOP) -> CarryCurriculum:
    """A carry asked for."""
    return CarryCurriculum(at=NOW, participant_id=PID, transition_id=TransitionId(transition), to_level=to)


def undo(transition: str = "t-1") -> UndoCarryCurriculum:
    """An undo asked for."""
    return UndoCarryCurriculum(at=NOW, participant_id=PID, transition_id=TransitionId(transition))


def carried(record: SkillsRecord, asked: CarryCurriculum) -> SkillsRecord:
    """The record once asked to carry."""
    return after(record, record.carry_curriculum(SYLLABUS, asked))


def undone(record: SkillsRecord, asked: UndoCarryCurriculum) -> SkillsRecord:
    """The record once asked to undo."""
    return after(record, record.undo_carry(asked))


def test_the_cycle_is_24_weeks_and_mindfulness_comes_before_every_module() -> None:
    """SK-C1"""
    modules = [block.module for block in CYCLE]
    others = [module for module in modules if module is not SkillModule.MINDFULNESS]

    assert sum(block.weeks for block in CYCLE) == 24
    assert set(modules[0::2]) == {SkillModule.MINDFULNESS}
    assert others == modules[1::2]
    assert [block.weeks for block in CYCLE] == [2, 6, 2, 7, 2, 5]
    assert set(modules) == set(SkillModule)


def test_the_lessons_the_transition_policy_asks_for_are_in_the_cycle() -> None:
    """SK-C1: crisis survival and core mindfulness are nine lessons, known by the codes policy 1.0 uses."""
    assert set(ALL_LESSONS) >= REQUIRED_BY_S5
    assert len(ALL_LESSONS) == len(set(ALL_LESSONS))


def test_the_first_level_with_skills_groups_enrols_at_the_start_of_the_cycle() -> None:
    """SK-C2"""
    facts = blank().enrol(SYLLABUS, LevelOfCare.PHP, NOW)

    assert facts == [
        CurriculumEnrolled(
            at=NOW,
            participant_id=PID,
            level=LevelOfCare.PHP,
            module=SkillModule.MINDFULNESS,
            lesson_index=0,
            cycle="compressed",
            next_lesson="WISE_MIND",
        )
    ]


@pytest.mark.parametrize("level", list(LevelOfCare))
def test_whoever_is_enrolled_is_not_enrolled_again(level: LevelOfCare) -> None:
    """SK-C2: a repeated, later or late change of level loses nothing and says nothing."""
    record = taught(enrolled(), "WISE_MIND")

    assert record.enrol(SYLLABUS, level, NOW + timedelta(days=1)) == []


@pytest.mark.parametrize("level", [LevelOfCare.CLOSED, LevelOfCare.ALUMNI, LevelOfCare.EXTERNAL_ACUTE])
def test_a_level_without_skills_groups_does_not_enrol(level: LevelOfCare) -> None:
    """SK-C2"""
    assert blank().enrol(SYLLABUS, level, NOW) == []


def test_lessons_heard_of_before_the_first_level_count_when_it_comes() -> None:
    """SK-C2, out of order: the place is the same whichever came first."""
    early = taught(blank(), "WISE_MIND")
    late = after(early, early.enrol(SYLLABUS, LevelOfCare.PHP, NOW))

    assert late.curriculum == taught(enrolled(), "WISE_MIND").curriculum


def test_a_lesson_is_taught_once_however_often_it_is_said() -> None:
    """SK-C3"""
    record = taught(enrolled(), "WISE_MIND")

    assert record.teach(SYLLABUS, SkillModule.MINDFULNESS, "WISE_MIND", NOW + timedelta(hours=1)) == []
    assert kinds(record.teach(SYLLABUS, SkillModule.MINDFULNESS, "WISE_MIND", NOW + timedelta(weeks=9))) == [
        "LessonRepeated"
    ]


def test_a_lesson_of_another_module_is_no_lesson() -> None:
    """SK-C3"""
    with pytest.raises(Invalid) as refused:
        enrolled().teach(SYLLABUS, SkillModule.MINDFULNESS, "STOP", NOW)

    assert refused.value.code == "lesson-unknown"


@given(st.permutations(ALL_LESSONS), st.data())
def test_any_order_and_repetition_of_lessons_teaches_the_same_set(order: list[str], data: st.DataObject) -> None:
    """SK-C3, repeated and out of order."""
    again = data.draw(st.lists(st.sampled_from(order), max_size=5))
    record = taught(enrolled(), *order, *again)

    assert set(record.curriculum.taught) == set(ALL_LESSONS)


def test_the_whole_cycle_in_order_comes_back_to_its_start() -> None:
    """SK-C4: recurring mindfulness is passed with the module that follows it."""
    record = enrolled(LevelOfCare.IOP)
    for week in range(0, len(CYCLE), 2):
        at = NOW + timedelta(weeks=week)
        mindfulness, lessons = (LESSONS[block.module] for block in CYCLE[week : week + 2])
        record = taught(record, *mindfulness, *lessons[:-1], at=at)
        assert record.curriculum.place.slot(SYLLABUS)[1].lesson == lessons[-1]
        record = taught(record, lessons[-1], at=at + timedelta(days=1))

    assert record.curriculum.place.slot(SYLLABUS)[0] == 0


def test_position_stands_behind_the_lesson_taught() -> None:
    """SK-C4"""
    place = taught(enrolled(), "WISE_MIND", "OBSERVE_DESCRIBE_PARTICIPATE").curriculum.place
    index, slot = place.slot(SYLLABUS)

    assert (slot.module, index) == (SkillModule.MINDFULNESS, 2)


def test_who_joins_mid_cycle_stands_where_the_group_is() -> None:
    """SK-C4: modules may come in another order."""
    _, slot = taught(enrolled(), "MODEL_OF_EMOTIONS").curriculum.place.slot(SYLLABUS)

    assert (slot.module, slot.lesson) == (SkillModule.EMOTION_REGULATION, "CHECK_THE_FACTS")


def test_a_make_up_lesson_does_not_move_the_position_back() -> None:
    """SK-C4"""
    record = taught(enrolled(), "MODEL_OF_EMOTIONS")
    made_up = taught(record, "STOP", at=NOW + timedelta(days=1))

    assert made_up.curriculum.place == record.curriculum.place
    assert "STOP" in made_up.curriculum.taught


def test_a_late_lesson_does_not_move_the_position_after_the_cycle_began_anew() -> None:
    """SK-C4, late: what was taught before the last lesson heard of is no news about the place."""
    record = taught(enrolled(), "VALIDATION")
    late = after(record, record.teach(SYLLABUS, module_of("FAST"), "FAST", NOW - timedelta(days=7)))

    assert record.curriculum.place.slot(SYLLABUS)[0] == late.curriculum.place.slot(SYLLABUS)[0] == 0


def test_position_lessons_and_dit_index_are_carried() -> None:
    """SK-C5"""
    record = taught(enrolled(), "WISE_MIND", "STOP")
    record = after(record, record.hold_dit_session(NOW))

    assert record.carry_curriculum(SYLLABUS, carry()) == [
        CurriculumCarried(
            at=NOW,
            participant_id=PID,
            transition_id=TransitionId("t-1"),
            to_level=LevelOfCare.IOP,
            module=SkillModule.DISTRESS_TOLERANCE,
            lesson_index=4,
            lessons_taught=2,
            dit_session_index=1,
            cycle="standard",
            next_lesson="PROS_AND_CONS",
        )
    ]
    assert carried(record, carry()).curriculum.place.level is LevelOfCare.IOP


def test_carrying_twice_carries_once() -> None:
    """SK-C5, repeated"""
    assert carried(enrolled(), carry()).carry_curriculum(SYLLABUS, carry()) == []


def test_who_is_not_enrolled_has_nothing_to_carry_and_that_is_said_once() -> None:
    """SK-C5: the answer stands, also when the first level is heard of later."""
    record = blank()
    facts = record.carry_curriculum(SYLLABUS, carry())
    late = after(after(record, facts), record.enrol(SYLLABUS, LevelOfCare.PHP, NOW))

    assert facts == [
        CurriculumNotCarried(at=NOW, participant_id=PID, transition_id=TransitionId("t-1"), reason="not-enrolled")
    ]
    assert late.carry_curriculum(SYLLABUS, carry()) == []
    assert kinds(late.carry_curriculum(SYLLABUS, carry("t-2"))) == ["CurriculumCarried"]


def test_undoing_puts_the_place_back_exactly() -> None:
    """SK-C6"""
    record = taught(enrolled(), "WISE_MIND", "STOP")
    moved = taught(carried(record, carry()), "TIP", at=NOW + timedelta(days=1))

    back = undone(moved, undo())

    assert kinds(moved.undo_carry(undo())) == ["CurriculumCarryUndone"]
    assert back.curriculum.place == record.curriculum.place
    assert set(back.curriculum.taught) == {"WISE_MIND", "STOP", "TIP"}


def test_undoing_twice_undoes_once() -> None:
    """SK-C6, repeated"""
    back = undone(carried(enrolled(), carry()), undo())

    assert back.undo_carry(undo()) == []
    assert back.carry_curriculum(SYLLABUS, carry()) == []


def test_undoing_what_could_not_be_carried_is_answered() -> None:
    """SK-C6: the transition waits for an answer to each step it undoes."""
    record = carried(blank(), carry())

    assert kinds(record.undo_carry(undo())) == ["CurriculumCarryUndone"]
    assert undone(record, undo()).undo_carry(undo()) == []


def test_an_undo_that_comes_before_its_carry_forbids_it() -> None:
    """SK-C7, out of order"""
    record = taught(enrolled(), "WISE_MIND")
    forbidden = undone(record, undo())

    assert kinds(record.undo_carry(undo())) == ["CurriculumCarryUndone"]
    assert forbidden.carry_curriculum(SYLLABUS, carry()) == []
    assert forbidden.curriculum.place == record.curriculum.place
    assert kinds(forbidden.carry_curriculum(SYLLABUS, carry("t-2"))) == ["CurriculumCarried"]


def test_a_late_undo_does_not_disturb_a_newer_carry() -> None:
    """SK-C7, late"""
    record = carried(carried(enrolled(), carry("t-1")), carry("t-2", LevelOfCare.OUTPATIENT_BOOSTER))

    assert undone(record, undo("t-1")).curriculum.place == record.curriculum.place


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_a_carry_and_its_undo_in_any_order_and_repetition_leave_the_place_as_it_was(undoes: list[bool]) -> None:
    """SK-C6, SK-C7: once an undo was heard, the place is the one before, and each answer is said at most once."""
    start = taught(enrolled(), "WISE_MIND")
    record, said = start, list[Contract]()
    for is_undo in [*undoes, True]:
        facts = record.undo_carry(undo()) if is_undo else record.carry_curriculum(SYLLABUS, carry())
        record, said = after(record, facts), [*said, *facts]

    assert record.curriculum.place == start.curriculum.place
    assert kinds(said).count("CurriculumCarryUndone") == 1
    assert kinds(said).count("CurriculumCarried") == (0 if undoes[0] else 1)


def test_what_was_said_is_all_that_moves_the_curriculum() -> None:
    """SK-C3: the fact alone rebuilds the state."""
    fact = SkillTaught(
        at=NOW,
        participant_id=PID,
        module=SkillModule.MINDFULNESS,
        lesson="WISE_MIND",
        lesson_index=1,
        next_lesson="OBSERVE_DESCRIBE_PARTICIPATE",
    )

    assert blank().after(fact).curriculum == taught(blank(), "WISE_MIND").curriculum
