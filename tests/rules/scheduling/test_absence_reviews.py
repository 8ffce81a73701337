"""Whole days of absence: what is one, when a person is asked, and what their answer does."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.change import Ask, Outcome, Refused
from common.contracts.notifications import SendNotice
from common.contracts.sessions import AbsenceDecision, AbsenceReviewed, AbsenceReviewProposed
from common.contracts.words import LevelOfCare, SessionKind, StaffId
from rules.scheduling.miss_cases import EVA, GROUP, INDIVIDUAL, IOP, MONDAY, PHP, RULES, after, session
from scheduling.domain.absence import absent_days
from scheduling.domain.attendance import Schedule
from scheduling.domain.misses import Session

HOLD, GO_ON = AbsenceDecision.HOLD, AbsenceDecision.GO_ON
DOCTOR = StaffId("s-med")
PROGRAM = SessionKind.PROGRAM


def told(*sessions: Session) -> tuple[Schedule, list[Outcome]]:
    """The schedule after these were recorded one by one, and what was said of absence."""
    schedule, said = Schedule(id="anna"), list[Outcome]()
    for one in sessions:
        outcomes = schedule.record(one, RULES, EVA, one.starts_at)
        schedule = after(schedule, outcomes)
        said += [o for o in outcomes if isinstance(o, AbsenceReviewProposed)]
    return schedule, said


def away(days: int, level: LevelOfCare = PHP) -> tuple[Schedule, list[Outcome]]:
    """So many days in a row with nothing attended."""
    return told(*(session(day, level=level) for day in range(days)))


def test_five_absent_program_days_ask_a_person_and_no_more_than_once() -> None:
    """SC-M11: at four nothing, at five a proposal to the therapist, at ten still one."""
    schedule, _ = away(4)
    outcomes = schedule.record(session(4), RULES, EVA, MONDAY)

    assert not schedule.absence.open and after(schedule, outcomes).absence.open
    (asked,) = [o.command for o in outcomes if isinstance(o, Ask) and isinstance(o.command, SendNotice)]
    assert (asked.recipient_id, asked.template) == ("eva", "absence-review-proposed")
    assert len(away(10)[1]) == 1


def test_all_that_was_planned_is_looked_at_together() -> None:
    """SC-M11: who misses every group but comes to something each day is not absent."""
    came = [one for day in range(6) for one in (session(day), session(day, 60, kind=PROGRAM, hour=2))]
    gone = [one for day in range(5) for one in (session(day, kind=INDIVIDUAL), session(day, kind=PROGRAM, hour=2))]

    assert told(*came)[1] == []
    assert len(told(*gone)[1]) == 1


def test_excused_days_neither_count_nor_end_it_and_a_make_up_ends_it() -> None:
    """SC-M11: a leave in between is no attendance; who came to a make-up was seen."""
    with_leave = [session(day, excused=day == 2) for day in range(6)]
    make_up = session(4, 60, hour=3).model_copy(update={"make_up": True})
    missed_make_up = session(5, hour=3).model_copy(update={"make_up": True})

    assert len(told(*with_leave)[1]) == 1
    assert told(*(session(day) for day in range(4)), make_up, session(5))[1] == []
    assert told(*(session(day) for day in range(4)), missed_make_up)[1] == []


@pytest.mark.parametrize(("level", "asked"), [("PHP", 1), ("IOP", 1), ("RESIDENTIAL", 0), ("OUTPATIENT_BOOSTER", 0)])
def test_only_day_treatment_counts_absent_days(level: str, asked: int) -> None:
    """SC-M11: facts 2.8 speaks of PHP and IOP."""
    assert len(away(9, level=LevelOfCare(level))[1]) == asked


def test_a_new_level_begins_anew() -> None:
    """SC-M6, SC-M11: days of two levels are not added, and what was asked at the old one is asked no more."""
    schedule, said = told(*(session(day) for day in range(5)), session(5, level=IOP))

    assert len(said) == 1
    assert (schedule.absence.open, absent_days(schedule.sessions.values())) == (False, (1, IOP))


def test_a_person_decides_once_and_nothing_else_changes() -> None:
    """SC-M12: repeated it is nothing, another answer is refused, nothing but the answer is said."""
    schedule, _ = away(5)
    (fact,) = schedule.review_absence(HOLD, DOCTOR, MONDAY)
    decided = schedule.after(fact)

    assert isinstance(fact, AbsenceReviewed) and (fact.decision, fact.decided_by) == (HOLD, DOCTOR)
    assert decided.review_absence(HOLD, DOCTOR, MONDAY + timedelta(hours=1)) == []
    with pytest.raises(Refused, match="absence-reviewed"):
        decided.review_absence(GO_ON, DOCTOR, MONDAY)
    assert decided.sessions == schedule.sessions
    assert decided.record(session(5), RULES, EVA, MONDAY)[1:] == []


def test_nobody_is_asked_who_came_back_or_was_excused_after_all() -> None:
    """SC-M12: late: the roster of a day put right takes the question back; a decision then is refused."""
    schedule, _ = away(5)
    back = after(schedule, schedule.record(session(5, 60), RULES, EVA, MONDAY))
    excused = after(schedule, schedule.record(session(2, excused=True), RULES, EVA, MONDAY))

    for one in (back, excused, Schedule(id="ben")):
        assert not one.absence.open
        with pytest.raises(Refused, match="no-absence-review"):
            one.review_absence(HOLD, DOCTOR, MONDAY)


def test_after_coming_back_it_is_asked_anew() -> None:
    """SC-M11: each run is one question."""
    days = [session(day, 60 if day == 5 else 0) for day in range(11)]

    assert len(told(*days)[1]) == 2


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(7)), st.sets(st.integers(0, 6)))
def test_whatever_order_rosters_come_in_the_question_is_the_same(order: list[int], came: set[int]) -> None:
    """SC-M11: out of order and repeated, who is asked about at the end is decided by when sessions were."""
    days = [session(day, 60 if day in came else 0) for day in range(7)]
    straight, _ = told(*days)
    mixed, _ = told(*(days[day] for day in order), *(days[day] for day in order[:3]))

    assert mixed.absence.open is straight.absence.open
    assert absent_days(mixed.sessions.values()) == absent_days(straight.sessions.values())


def test_a_state_of_before_absences_were_counted_is_read() -> None:
    """SC-M11: an older state has no such field; a run that is there already is asked about at the next roster."""
    old = away(5)[0].model_dump(mode="json", exclude={"absence"})
    outcomes = Schedule.model_validate(old).record(session(5), RULES, EVA, MONDAY)

    assert GROUP in {one.kind for one in Schedule.model_validate(old).sessions.values()}
    assert len([o for o in outcomes if isinstance(o, AbsenceReviewProposed)]) == 1
