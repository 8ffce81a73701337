"""What one line of a roster means: reasons, halves, make-ups."""

from datetime import timedelta

import pytest

from common.contracts.scheduling import (
    AttendanceReason,
    SessionAttendanceRecorded,
)
from common.contracts.words import SessionId
from rules.scheduling.miss_cases import EVA, GROUP, MONDAY, PHP, RULES, recorded, session
from scheduling.domain.attendance import Schedule
from scheduling.domain.misses import seen

EXCUSING = ["PROGRAM_CANCELLED", "THERAPIST_ABSENT", "APPROVED_LEAVE", "INPATIENT_STAY"]


@pytest.mark.parametrize("reason", list(AttendanceReason))
def test_four_reasons_keep_an_absence_from_counting_and_no_other_does(reason: AttendanceReason) -> None:
    """SC-M8: what the program or an approved absence caused; the original rule accepts no other."""
    absent = seen(
        SessionId("x"),
        GROUP,
        PHP,
        MONDAY,
        planned_minutes=60,
        attended_minutes=0,
        excused=False,
        reason=reason,
        attended_percent=50,
    )

    assert absent.missed is (reason.value not in EXCUSING)
    assert absent.reason is reason


def test_the_minutes_of_both_halves_are_told() -> None:
    """SC-M8: who left after the break was there for the homework."""
    there = seen(
        SessionId("x"),
        GROUP,
        PHP,
        MONDAY,
        planned_minutes=120,
        attended_minutes=75,
        excused=False,
        halves=(60, 15),
        attended_percent=50,
    )
    (said, *_) = Schedule(id="anna").record(there, RULES, EVA, MONDAY)

    assert isinstance(said, SessionAttendanceRecorded)
    assert (said.first_half_minutes, said.second_half_minutes, said.counted_as_attended) == (60, 15, True)


def test_a_make_up_does_not_end_a_run_of_misses() -> None:
    """SC-M9: two missed days, a make-up attended, a third missed day: the limit is reached."""
    make_up = seen(
        SessionId("m"),
        GROUP,
        PHP,
        MONDAY + timedelta(days=2),
        planned_minutes=60,
        attended_minutes=60,
        excused=False,
        attended_percent=50,
    ).model_copy(update={"make_up": True})
    _, said = recorded(session(0), session(1), make_up, session(3))

    assert said == [[], ["MissesReachedWarning"], [], ["OutOfProgramProposed"]]
