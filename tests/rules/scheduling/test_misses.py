"""Misses in a row: who is expected, what counts, when a run begins and ends."""

from datetime import timedelta

import pytest

from common.contracts.message import Contract
from common.contracts.scheduling import (
    FirstAppointmentBooked,
)
from common.contracts.words import LevelOfCare, SessionId, SessionKind
from rules.scheduling.miss_cases import BOOSTER, EVA, GROUP, INDIVIDUAL, IOP, MONDAY, RULES, after, recorded, session
from scheduling.domain.attendance import REMEMBERED_SESSIONS, Schedule


@pytest.mark.parametrize(("minutes", "counts"), [(60, True), (30, True), (29, False), (0, False)])
def test_half_of_a_session_counts_as_attended(minutes: int, counts: bool) -> None:
    """SC-M1: present for at least half."""
    one = session(0, minutes)

    assert one.counted_as_attended is counts
    assert one.missed is not counts


def test_one_miss_before_the_limit_somebody_must_call_and_at_the_limit_a_person_decides() -> None:
    """SC-M2, SC-M3: a warning at two days of three, a proposal at three, each once."""
    _, said = recorded(session(0), session(1), session(2), session(3))

    assert said == [[], ["MissesReachedWarning"], ["OutOfProgramProposed"], []]


def test_software_never_discharges() -> None:
    """SC-M3: however many misses, nothing is said but what people must hear."""
    _, said = recorded(*(session(day) for day in range(30)))

    assert {name for names in said for name in names} == {"MissesReachedWarning", "OutOfProgramProposed"}
    assert sum(map(len, said)) == 2


def test_attendance_begins_a_new_run() -> None:
    """SC-M5: after an attended day the count starts again, and is spoken of again."""
    schedule, said = recorded(session(0), session(1), session(2, 60), session(3), session(4))

    assert said == [[], ["MissesReachedWarning"], [], [], ["MissesReachedWarning"]]
    assert schedule.misses(GROUP, RULES) == (2, 3)


def test_an_excused_absence_neither_counts_nor_resets() -> None:
    """SC-M4: nothing was expected, so the run goes on where it was; no minutes were planned for them."""
    schedule, said = recorded(session(0), session(1, excused=True), session(2))

    assert said == [[], [], ["MissesReachedWarning"]]
    assert [s.planned_minutes for s in schedule.sessions.values()] == [60, 0, 60]


def test_excused_after_a_short_while_is_no_miss_and_no_attendance() -> None:
    """SC-M4: of one who is excused no more is expected than they attended."""
    one = session(0, 10, excused=True)

    assert (one.planned_minutes, one.counted_as_attended, one.missed) == (10, False, False)


def test_individual_and_group_are_counted_apart() -> None:
    """SC-M5: two counters; sessions of the program are not counted."""
    kinds = (INDIVIDUAL, GROUP, SessionKind.PROGRAM)
    schedule, said = recorded(*(session(day, kind=kind) for day in (0, 1) for kind in kinds))

    assert said == [[], [], [], ["MissesReachedWarning"], ["MissesReachedWarning"], []]
    assert schedule.misses(INDIVIDUAL, RULES)[0] == 2


def test_two_sessions_of_one_day_are_one_missed_day() -> None:
    """SC-M5: the program day is the unit; half a day attended is a day attended."""
    both, _ = recorded(session(0), session(0, hour=3))
    one, _ = recorded(session(0), session(0, 60, hour=3))

    assert both.misses(GROUP, RULES)[0] == 1
    assert one.misses(GROUP, RULES)[0] == 0


def test_the_program_day_is_local() -> None:
    """SC-M5: a late and an early session of one local day are one day, whatever UTC says."""
    schedule, _ = recorded(session(0), session(0, hour=11))
    again = Schedule.model_validate(schedule.model_dump(mode="json"))

    assert again.misses(GROUP, RULES)[0] == 1


def test_in_the_booster_weeks_are_counted() -> None:
    """SC-M5: four scheduled weeks in a row, warned at three."""
    days = (0, 1, 7, 14, 21)
    _, said = recorded(*(session(day, level=BOOSTER) for day in days))

    assert said == [[], [], [], ["MissesReachedWarning"], ["OutOfProgramProposed"]]


def test_nobody_counts_in_alumni() -> None:
    """SC-M3: outside the treating levels there is no limit."""
    schedule, said = recorded(*(session(day, level=LevelOfCare.ALUMNI) for day in range(5)))

    assert sum(map(len, said)) == 0
    assert schedule.misses(GROUP, RULES) == (5, None)


def test_a_new_level_begins_a_new_run() -> None:
    """SC-M6: days of one level and weeks or days of another are not added."""
    schedule, _ = recorded(session(0), session(1), session(2, level=IOP))

    assert schedule.misses(GROUP, RULES) == (1, 3)


def test_the_same_roster_again_says_nothing() -> None:
    """SC-M7: said twice, counted once."""
    schedule, _ = recorded(session(0, 60))

    assert schedule.record(session(0, 60), RULES, EVA, MONDAY) == []


def test_other_numbers_correct_the_record_and_its_misses() -> None:
    """SC-M7: a correction is recorded anew and the run is counted anew."""
    schedule, _ = recorded(session(0), session(1), session(2))
    facts = schedule.record(session(1, 60), RULES, EVA, MONDAY)

    assert [type(fact).__name__ for fact in facts] == ["SessionAttendanceRecorded"]
    assert after(schedule, facts).misses(GROUP, RULES)[0] == 1


def test_sessions_recorded_out_of_order_are_counted_in_order() -> None:
    """SC-M7: what matters is when a session was, not when it was recorded."""
    schedule, said = recorded(session(2), session(0), session(1, 60), session(3))

    assert said == [[], ["MissesReachedWarning"], [], ["MissesReachedWarning"]]
    assert schedule.misses(GROUP, RULES)[0] == 2


def test_an_old_attendance_recorded_late_does_not_repeat_the_warning() -> None:
    """SC-M2: the run it does not touch is spoken of once."""
    _, said = recorded(session(1), session(2), session(0, 60), session(3, excused=True))

    assert said == [[], ["MissesReachedWarning"], [], []]


def test_a_correction_to_the_limit_says_both() -> None:
    """SC-M2, SC-M3: a run that jumps over the warning is warned of and proposed."""
    schedule, _ = recorded(session(0), session(1, 60), session(2))
    facts = schedule.record(session(1), RULES, EVA, MONDAY)

    names = [type(fact).__name__ for fact in facts if isinstance(fact, Contract)]
    assert names == ["SessionAttendanceRecorded", "MissesReachedWarning", "OutOfProgramProposed"]


def test_only_the_newest_sessions_are_remembered() -> None:
    """SC-M7: a schedule does not grow without end."""
    schedule, _ = recorded(*(session(day, 60) for day in range(REMEMBERED_SESSIONS + 5)))

    assert len(schedule.sessions) == REMEMBERED_SESSIONS
    assert SessionId(f"{GROUP}-4-0") not in schedule.sessions


def test_a_first_appointment_is_booked_once_and_may_be_moved() -> None:
    """SC-A1: said twice, booked once; another time replaces it."""
    schedule = Schedule(id="anna")
    facts = schedule.book_first(IOP, MONDAY, True, MONDAY)
    schedule = after(schedule, facts)

    assert [type(fact) for fact in facts] == [FirstAppointmentBooked]
    assert schedule.book_first(IOP, MONDAY, True, MONDAY + timedelta(hours=1)) == []
    assert len(schedule.book_first(IOP, MONDAY + timedelta(days=1), True, MONDAY)) == 1
