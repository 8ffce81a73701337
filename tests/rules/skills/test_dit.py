"""DIT: sixteen sessions, and the phase that follows from their number."""

from datetime import timedelta

import pytest

from common.change import Refused
from common.contracts.skills import CarryCurriculum, CurriculumCarried, DitSessionHeld, UndoCarryCurriculum
from common.contracts.words import DitPhase, LevelOfCare, TransitionId
from rules.skills.records import NOW, PID, SYLLABUS, after, blank, enrolled, taught
from skills.domain.dit import phase_of
from skills.domain.record import SkillsRecord


def held(record: SkillsRecord, sessions: int) -> SkillsRecord:
    """The record once so many more sessions were held, a week apart."""
    first = record.dit.session_index
    for week in range(first, first + sessions):
        record = after(record, record.hold_dit_session(NOW + timedelta(weeks=week)))
    return record


@pytest.mark.parametrize("index", range(1, 17))
def test_the_session_index_drives_the_phase(index: int) -> None:
    """SK-T2: 1-4, 5-12, 13-16."""
    expected = DitPhase.INITIAL if index <= 4 else DitPhase.MIDDLE if index <= 12 else DitPhase.ENDING

    assert phase_of(index) is expected


def test_sessions_are_counted_from_one() -> None:
    """SK-T2"""
    assert blank().hold_dit_session(NOW) == [
        DitSessionHeld(at=NOW, participant_id=PID, session_index=1, phase=DitPhase.INITIAL)
    ]


def test_the_same_session_counts_once() -> None:
    """SK-T2, repeated"""
    assert held(blank(), 1).hold_dit_session(NOW) == []


def test_a_session_heard_of_late_is_the_next_index() -> None:
    """SK-T2, late: the index counts what we know of, and is never given twice."""
    facts = held(blank(), 4).hold_dit_session(NOW - timedelta(days=1))

    assert [(f.session_index, f.phase) for f in facts if isinstance(f, DitSessionHeld)] == [(5, DitPhase.MIDDLE)]


def test_there_is_no_seventeenth_session() -> None:
    """SK-T2"""
    course = held(blank(), 16)

    with pytest.raises(Refused) as refused:
        course.hold_dit_session(NOW + timedelta(weeks=30))

    assert refused.value.code == "dit-complete"
    assert course.hold_dit_session(NOW) == []


def test_the_index_survives_every_change_of_level() -> None:
    """SK-T3: carried, undone, closed; the count goes on."""
    record = held(taught(enrolled(LevelOfCare.PHP), "WISE_MIND"), 5)
    transition = TransitionId("t-1")
    asked = CarryCurriculum(at=NOW, participant_id=PID, transition_id=transition, to_level=LevelOfCare.CLOSED)
    facts = record.carry_curriculum(SYLLABUS, asked)
    record = after(record, facts)
    undone = record.undo_carry(UndoCarryCurriculum(at=NOW, participant_id=PID, transition_id=transition))

    assert [f.dit_session_index for f in facts if isinstance(f, CurriculumCarried)] == [5]
    assert after(record, undone).dit.session_index == 5
    assert held(after(record, undone), 1).dit.session_index == 6
