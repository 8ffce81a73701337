"""Misses in a row: who is expected, what counts, when somebody must call."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from common.change import Ask, Outcome
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice
from common.contracts.scheduling import (
    AttendanceReason,
    FirstAppointmentBooked,
    MissesReachedWarning,
    OutOfProgramProposed,
    SessionAttendanceRecorded,
)
from common.contracts.sessions import MissesNoticed
from common.contracts.words import LevelOfCare, SessionId, SessionKind, StaffId
from scheduling.domain.attendance import REMEMBERED_SESSIONS, Schedule
from scheduling.domain.misses import MissRules, Session, seen

MONDAY = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("America/New_York"))
PHP, IOP, BOOSTER = LevelOfCare.PHP, LevelOfCare.IOP, LevelOfCare.OUTPATIENT_BOOSTER
RULES = MissRules(attended_percent=50, days_in_a_row=3, weeks_in_a_row=4, notice_before=2, call_before=1)
EVA = StaffId("eva")
INDIVIDUAL, GROUP = SessionKind.INDIVIDUAL, SessionKind.SKILLS_GROUP


def session(
    day: int,
    minutes: int = 0,
    *,
    kind: SessionKind = GROUP,
    level: LevelOfCare = PHP,
    excused: bool = False,
    hour: int = 0,
) -> Session:
    """A session of 60 minutes, so many days after Monday and hours after ten, local time."""
    return seen(
        SessionId(f"{kind}-{day}-{hour}"),
        kind,
        level,
        MONDAY + timedelta(days=day, hours=hour),
        planned_minutes=60,
        attended_minutes=minutes,
        excused=excused,
        attended_percent=RULES.attended_percent,
    )


def recorded(*sessions: Session) -> tuple[Schedule, list[list[str]]]:
    """The schedule after these were recorded one by one, and who must call or decide at each."""
    schedule, said = Schedule(id="anna"), []
    for one in sessions:
        outcomes = schedule.record(one, RULES, EVA, one.starts_at)
        schedule = after(schedule, outcomes)
        said.append([type(o).__name__ for o in outcomes if isinstance(o, MissesReachedWarning | OutOfProgramProposed)])
    return schedule, said


def after(schedule: Schedule, outcomes: Iterable[Outcome]) -> Schedule:
    """The schedule once all facts among the outcomes are true."""
    for fact in outcomes:
        schedule = schedule.after(fact) if isinstance(fact, Contract) else schedule
    return schedule


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


def told(outcomes: Iterable[Outcome]) -> list[tuple[str, str]]:
    """Who hears of it, in which words."""
    sent = [o.command for o in outcomes if isinstance(o, Ask) and isinstance(o.command, SendNotice)]
    return [(one.recipient_id, one.template) for one in sent]


def test_two_misses_before_the_limit_participant_and_therapist_are_told() -> None:
    """SC-M10: then the therapist, to call; then a clinician, to decide; each step once a run."""
    schedule, heard = Schedule(id="anna"), []
    for day in range(4):
        outcomes = schedule.record(session(day), RULES, EVA, MONDAY + timedelta(days=day))
        schedule = after(schedule, outcomes)
        heard.append(told(outcomes))

    steps = [[("anna", "we-missed-you"), ("eva", "misses-noticed")], [("eva", "misses-to-call")]]
    assert heard == [*steps, [("eva", "out-of-program-proposed")], []]
    assert schedule.out_of_program(GROUP)


def test_where_nobody_knows_the_therapist_every_clinician_is_told() -> None:
    """SC-M10: somebody hears of it; said again it is the same notice."""
    first, again = (Schedule(id="anna").record(session(0), RULES, None, MONDAY) for _ in range(2))

    assert told(first)[1] == ("clinician", "misses-noticed")
    assert [o for o in first if isinstance(o, Ask)] == [o for o in again if isinstance(o, Ask)]


def test_a_program_sets_its_own_numbers() -> None:
    """SC-M10, SC-M1: of five, told at three, called at four; present for three quarters counts."""
    own = RULES.model_copy(update={"days_in_a_row": 5})
    schedule, said = Schedule(id="anna"), []
    for day in range(5):
        outcomes = schedule.record(session(day), own, EVA, MONDAY)
        schedule = after(schedule, outcomes)
        said.append([type(o).__name__ for o in outcomes if isinstance(o, Contract)][1:])

    assert said == [[], [], ["MissesNoticed"], ["MissesReachedWarning"], ["OutOfProgramProposed"]]
    about: dict[str, Any] = {"planned_minutes": 60, "attended_minutes": 40, "excused": False}
    assert not seen(SessionId("x"), GROUP, PHP, MONDAY, **about, attended_percent=75).counted_as_attended


def test_what_was_said_before_numbers_changed_is_not_said_again() -> None:
    """SC-M10: the facts tell from how many misses on they were said, so a run is judged by what it was told at."""
    schedule, _ = recorded(session(0), session(1))
    stricter = RULES.model_copy(update={"days_in_a_row": 2})
    outcomes = schedule.record(session(2), stricter, EVA, MONDAY)

    assert [type(o).__name__ for o in outcomes if isinstance(o, Contract)][1:] == ["OutOfProgramProposed"]
    assert isinstance(outcomes[1], OutOfProgramProposed) and outcomes[1].said_at == 2
    noticed = [o for o in Schedule(id="anna").record(session(0), RULES, EVA, MONDAY) if isinstance(o, MissesNoticed)]
    assert [one.said_at for one in noticed] == [1]
