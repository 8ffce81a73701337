"""What a new plan of a group does to the meetings that stood: which one became which."""

from datetime import datetime, timedelta

from common.contracts.groups import GroupMeetingsMoved, GroupPlanned
from rules.scheduling.group_cases import LEADER, MONDAY, after, plan, planned, session
from scheduling.domain.group import Group


def moves(group: Group, new: GroupPlanned) -> list[tuple[datetime, datetime | None]]:
    """Which meeting became which by a new plan."""
    said = [one for one in group.arrange(new, 0, new.at) if isinstance(one, GroupMeetingsMoved)]
    return [(one.was, one.now) for fact in said for one in fact.moves]


def test_a_new_plan_says_which_meeting_became_which() -> None:
    """SC-G14: in its week; what has met stays; a room alone, or the same again, moves nothing; they move back too."""
    now, later = MONDAY + timedelta(weeks=2, days=1), timedelta(days=1, hours=3)
    group = planned()
    new = plan(at=now, first_at=MONDAY + later)
    there = moves(group, new)
    moved = after(group, group.arrange(new, 0, now))

    expected = [MONDAY + timedelta(weeks=week) for week in range(3, 24)]
    assert [was for was, _ in there] == expected
    assert [one for _, one in there] == [at + later for at in expected]
    assert moves(planned(), plan(at=now, room="r2")) == [] == moves(moved, new.model_copy(update={"at": MONDAY}))
    back = now + timedelta(weeks=1)
    assert [one for _, one in moves(moved, plan(at=back))] == [None, *expected[1:]]


def test_what_has_no_meeting_in_its_week_takes_a_later_one_that_is_free() -> None:
    """SC-G14: two a week become one, and the plan goes on for longer."""
    twice, once = "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4", "FREQ=WEEKLY;COUNT=4"
    there = moves(planned(rule=twice), plan(rule=once, first_at=MONDAY + timedelta(days=1)))
    days = [tuple(at and at.astimezone(MONDAY.tzinfo).strftime("%d %a") for at in pair) for pair in there]

    assert days == [("05 Thu", "03 Tue"), ("09 Mon", "10 Tue"), ("12 Thu", "17 Tue")]


def test_a_meeting_nothing_stands_in_for_does_not_take_place() -> None:
    """SC-G14: a date left out, fewer meetings; one that was cancelled, or met already, is not named."""
    third = MONDAY + timedelta(weeks=2)
    group = planned()
    group = after(group, group.cancel(session(23), "snow", LEADER, MONDAY))
    short = moves(group, plan(at=third, rule="FREQ=WEEKLY;COUNT=20"))

    assert moves(group, plan(except_on=(third.date(),))) == [(third, None)]
    assert [one for _, one in short] == [None] * 3
    assert moves(after(group, group.end(LEADER, third)), plan(at=third, first_at=third + timedelta(days=1))) == []
