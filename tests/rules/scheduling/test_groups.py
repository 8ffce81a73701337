"""Groups: plans, joining windows, rosters, waiting lists, cancellations, make-ups."""

from datetime import timedelta
from typing import Any

import pytest

from common.change import Invalid, NotEntitled, NotFound, Refused
from common.contracts.groups import GroupKind, MakeUpPlanned
from common.contracts.words import SessionId, StaffId
from rules.scheduling.group_cases import (
    AMBER,
    ANNA,
    BEFORE,
    BEN,
    CARA,
    CO_LEADER,
    LEADER,
    MONDAY,
    after,
    joined,
    names,
    plan,
    planned,
    session,
)
from scheduling.domain.group import Group, make_up_id
from scheduling.domain.plans import windows


def test_a_plan_said_twice_is_said_once() -> None:
    """SC-G5: the same plan again, later and by somebody else, says nothing."""
    again = plan(at=BEFORE + timedelta(days=1), planned_by=StaffId("s2"))

    assert planned().arrange(again, 0, BEFORE) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"rule": "FREQ=DAILY;COUNT=3", "minutes": 1441}, "meetings-overlap"),
        ({"at_least": 3}, "capacity-upside-down"),
        ({"open_weeks": (25,)}, "open-week-outside-cycle"),
        ({"co_leader": LEADER}, "leader-is-co-leader"),
        ({"rule": "sometimes"}, "rule-unreadable"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(more: dict[str, Any], code: str) -> None:
    """SC-G1, SC-G3, SC-G7: nothing changes, and the code says what is so."""
    with pytest.raises(Invalid) as refused:
        Group(id=AMBER).arrange(plan(**more), 0, BEFORE)

    assert refused.value.code == code


def test_a_new_plan_holds_from_when_it_was_said_and_what_met_stays() -> None:
    """SC-G5: another leader after three weeks; the first three meetings keep theirs, the curriculum goes on."""
    now = MONDAY + timedelta(weeks=2, days=1)
    group = planned()
    group = after(group, group.arrange(plan(at=now, leader=StaffId("s-new")), 0, now))

    leaders = [meeting.leaders[0] for meeting in group.meetings()]
    assert (leaders[:4], len(leaders)) == ([LEADER, LEADER, LEADER, "s-new"], 24)
    weeks = windows(group.plan, ())
    assert weeks[(MONDAY + timedelta(weeks=3)).isocalendar()[:2]] == 4


def test_a_plan_for_later_leaves_the_old_one_until_then() -> None:
    """SC-G5: from April on Tuesdays; March stays on Mondays."""
    april = MONDAY + timedelta(weeks=5, days=1)
    group = planned()
    group = after(group, group.arrange(plan(at=MONDAY, first_at=april), 0, MONDAY))

    days = [one.starts_at.astimezone(MONDAY.tzinfo).strftime("%a") for one in group.meetings()]
    assert days[:7] == ["Mon"] * 6 + ["Tue"]


@pytest.mark.parametrize(("week", "first"), [(0, 0), (1, 1), (2, 8), (7, 8), (9, 9), (10, 17), (19, None)])
def test_one_joins_in_the_mindfulness_weeks(week: int, first: int | None) -> None:
    """SC-G7: weeks 1, 2, 9, 10, 18 and 19 of 24 are open; in between the next window is the start."""
    start = planned().first_meeting(MONDAY + timedelta(weeks=week))

    assert start == (None if first is None else MONDAY + timedelta(weeks=first))


def test_a_group_without_windows_is_always_open() -> None:
    """SC-G7: PHP and residential groups rotate with open entry (facts 3.2)."""
    group = planned(open_weeks=())

    assert group.first_meeting(MONDAY + timedelta(weeks=4)) == MONDAY + timedelta(weeks=4)


def test_a_cancelled_week_does_not_move_the_curriculum() -> None:
    """SC-G7: with week 2 cancelled, the window of weeks 9 and 10 comes a week later."""
    group = planned()
    group = after(group, group.cancel(session(1), "snow", LEADER, MONDAY))

    assert group.first_meeting(MONDAY + timedelta(weeks=3)) == MONDAY + timedelta(weeks=9)


def test_a_leader_lets_somebody_in_between_two_windows() -> None:
    """SC-G8: closed in the middle of a module unless the leader permits; both leaders may, nobody else."""
    now = MONDAY + timedelta(weeks=4)
    with pytest.raises(NotEntitled) as refused:
        planned().join(ANNA, 0, StaffId("s9"), now)

    assert refused.value.code == "leader-permits"
    assert joined(planned(), ANNA, now, by=CO_LEADER).members[ANNA].starts_at == now
    assert joined(planned(), ANNA, now).members[ANNA].starts_at == MONDAY + timedelta(weeks=8)


def test_a_full_group_lets_wait_and_serves_the_first_who_asked() -> None:
    """SC-G9: what becomes free goes to the first who waits, in the same decision; asked twice, they wait once."""
    group = joined(joined(planned(at_most=1), ANNA, MONDAY), BEN, MONDAY)
    group = joined(joined(group, CARA, MONDAY), BEN, MONDAY)
    said = group.leave(ANNA, "moved-away", 0, MONDAY)

    assert (list(group.members), group.waiting) == ([ANNA], (BEN, CARA))
    assert names(said) == ["GroupLeft", "GroupJoined"]
    group = after(group, said)
    assert (list(group.members), group.waiting) == ([BEN], (CARA,))
    assert group.leave(ANNA, "moved-away", 0, MONDAY) == []


def test_who_stops_waiting_is_passed_over() -> None:
    """SC-G9: leaving the waiting list gives nobody a seat."""
    group = joined(joined(planned(at_most=1), ANNA, MONDAY), BEN, MONDAY)

    assert names(group.leave(BEN, "not-any-more", 0, MONDAY)) == ["GroupLeft"]


def test_seats_that_a_level_gives_out_are_set_aside() -> None:
    """SC-G9: of two seats one belongs to the board; the second who joins waits."""
    group = joined(joined(planned(), ANNA, MONDAY, aside=1), BEN, MONDAY, aside=1)

    assert (list(group.members), group.waiting) == ([ANNA], (BEN,))


def test_a_larger_plan_serves_those_who_wait() -> None:
    """SC-G9: two more seats, two who waited."""
    group = planned(at_most=0)
    group = joined(joined(group, ANNA, MONDAY), BEN, MONDAY)
    said = group.arrange(plan(at=MONDAY, at_most=8), 0, MONDAY)

    assert names(said) == ["GroupPlanned", "GroupJoined", "GroupJoined"]


def test_who_is_on_the_roster_joins_once() -> None:
    """SC-G9: said again, nothing; also with a leader's leave."""
    group = joined(planned(), ANNA, MONDAY)

    assert group.join(ANNA, 0, None, MONDAY) == group.join(ANNA, 0, LEADER, MONDAY) == []


def test_nobody_joins_what_does_not_meet() -> None:
    """SC-G7: never planned, ended, or without a window left: refused with its code."""
    ended = after(planned(), planned().end(LEADER, MONDAY))
    for group, now, code in [
        (Group(id=AMBER), MONDAY, "group-not-planned"),
        (ended, MONDAY, "group-ended"),
        (planned(), MONDAY + timedelta(weeks=30), "no-meeting-left"),
    ]:
        with pytest.raises(Refused) as refused:
            group.join(ANNA, 0, None, now)
        assert refused.value.code == code


def test_a_cancelled_meeting_takes_nothing_and_is_cancelled_once() -> None:
    """SC-G6: its room and leaders are free; said again, nothing; one that never was is not found."""
    group = planned()
    said = group.cancel(session(3), "leader-ill", LEADER, MONDAY)
    group = after(group, said)

    assert session(3) not in {time.session_id for time in group.times()}
    assert (names(said), group.cancel(session(3), "snow", LEADER, MONDAY)) == (["GroupMeetingCancelled"], [])
    with pytest.raises(NotFound):
        group.cancel(SessionId("amber.20990101T0000Z"), "snow", LEADER, MONDAY)


def make_up(day: int, **more: Any) -> MakeUpPlanned:
    """A make-up so many days after the first meeting."""
    starts = MONDAY + timedelta(days=day)
    return MakeUpPlanned(
        at=MONDAY,
        group_id=AMBER,
        session_id=make_up_id(AMBER, starts),
        starts_at=starts,
        minutes=60,
        planned_by=LEADER,
        **more,
    )


def test_a_make_up_stands_beside_the_plan_once() -> None:
    """SC-G6: in the plan's room with its leaders, instead of a cancelled meeting; said again, nothing."""
    group = after(planned(), planned().cancel(session(1), "snow", LEADER, MONDAY))
    wanted = make_up(9, instead_of=session(1))
    group = after(group, group.make_up(wanted))

    (time,) = (one for one in group.times() if one.session_id == wanted.session_id)
    assert time.takes == ("room:r1", "staff:s-lead", "staff:s-co")
    assert group.make_up(wanted) == []


def test_a_make_up_is_for_a_meeting_that_does_not_take_place() -> None:
    """SC-G6: refused while the meeting it would stand in for still stands."""
    with pytest.raises(Refused) as refused:
        planned().make_up(make_up(9, instead_of=session(1)))

    assert refused.value.code == "meeting-not-cancelled"


def test_an_ended_group_gives_its_times_back_and_may_begin_anew() -> None:
    """SC-G5: ended once; a new plan begins without the old one's meetings."""
    now = MONDAY + timedelta(weeks=1, days=1)
    group = after(planned(), planned().end(LEADER, now))
    assert (len(group.times()), group.end(LEADER, now)) == (2, [])

    later = now + timedelta(weeks=4)
    anew = after(group, group.arrange(plan(at=later), 0, later))
    assert min(one.starts_at for one in anew.meetings()) >= later


def test_who_wants_nothing_more_after_the_program_leaves_and_the_next_gets_the_seat() -> None:
    """SC-G12: said twice, left once; from the waiting list as well."""
    group = joined(joined(planned(at_most=1, kind=GroupKind.ALUMNI), ANNA, MONDAY), BEN, MONDAY)

    waits = group.leave_after_program(BEN, MONDAY, MONDAY)
    said = group.leave_after_program(ANNA, MONDAY, MONDAY)
    assert (names(waits), names(said)) == (["GroupLeft"], ["GroupLeft", "GroupJoined"])
    assert after(group, said).leave_after_program(ANNA, MONDAY, MONDAY) == []


def test_who_joined_again_since_is_not_sent_away_by_late_word() -> None:
    """SC-G12: the message comes after the return."""
    group = joined(planned(kind=GroupKind.ALUMNI), ANNA, MONDAY)

    assert group.leave_after_program(ANNA, MONDAY - timedelta(days=1), MONDAY) == []
    assert Group(id=AMBER).leave_after_program(ANNA, MONDAY, MONDAY) == []
