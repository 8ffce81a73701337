"""What placement reads from plans: weekly times, open weeks, rosters, and when somebody is busy."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from common.contracts.groups import GroupJoined, GroupKind, GroupMeetingCancelled, GroupPlanned
from common.contracts.sessions import AppointmentKind, SessionPlanned
from common.contracts.words import GroupId, LevelOfCare, ParticipantId, SessionId, StaffId
from scheduling.domain.group import Group as Planned
from scheduling.domain.placement.planned import busy_with, joinable_group
from scheduling.domain.placement.problem import Meeting
from scheduling.domain.plans import MINDFULNESS_WEEKS, STANDARD_CYCLE

NEW_YORK, MONDAY, SAID = ZoneInfo("America/New_York"), date(2026, 3, 2), datetime(2026, 3, 1, tzinfo=UTC)


def planned(**more: Any) -> Planned:
    """An IOP skills group at ten in New York, Mondays and Wednesdays from 2 March on, across the change of clocks."""
    base = {
        "at": SAID,
        "group_id": GroupId("amber"),
        "kind": GroupKind.SKILLS,
        "level": LevelOfCare.IOP,
        "first_at": datetime(2026, 3, 2, 15, tzinfo=UTC),
        "zone": "America/New_York",
        "rule": "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=48",
        "minutes": 90,
        "leader": StaffId("eva"),
        "co_leader": StaffId("sam"),
        "at_least": 2,
        "at_most": 8,
        "planned_by": StaffId("s"),
    }
    return Planned(id="amber").after(GroupPlanned.model_validate(base | more))


def session(**more: Any) -> SessionPlanned:
    """An individual session on Tuesday at nine in New York."""
    base = {
        "at": SAID,
        "participant_id": ParticipantId("ann"),
        "session_id": SessionId("i1"),
        "kind": AppointmentKind.INDIVIDUAL,
        "level": LevelOfCare.IOP,
        "starts_at": datetime(2026, 3, 3, 14, tzinfo=UTC),
        "minutes": 50,
        "staff": (StaffId("eva"),),
        "planned_by": StaffId("s"),
    }
    return SessionPlanned.model_validate(base | more)


def test_a_planned_group_is_met_at_its_local_hour_whatever_the_clocks_do() -> None:
    """SC-L13: two weekly times, not four, though summer time begins on the eighth; leaders, seats, kind as planned."""
    group = joinable_group(planned(), [], MONDAY, NEW_YORK)

    assert group is not None
    assert group.meets == (Meeting(1, 600, 690), Meeting(3, 600, 690))
    assert (group.kind, group.levels, group.seats) == ("SKILLS", frozenset({LevelOfCare.IOP}), 8)
    assert group.led_by == {"eva", "sam"}
    assert group.joins_in[:2] == (date(2026, 3, 2), date(2026, 3, 9)) and len(group.joins_in) == 24


def test_the_standard_cycle_is_open_in_its_weeks_of_mindfulness() -> None:
    """SC-L13, SC-L2: weeks 1, 2, 9, 10, 18 and 19, as their Mondays."""
    group = joinable_group(planned(cycle_weeks=STANDARD_CYCLE, open_weeks=MINDFULNESS_WEEKS), [], MONDAY, NEW_YORK)

    assert group is not None
    assert [(day - MONDAY).days // 7 + 1 for day in group.joins_in] == list(MINDFULNESS_WEEKS)
    assert {day.isoweekday() for day in group.joins_in} == {1}


def test_the_fullest_week_stands_for_all() -> None:
    """SC-L13: another zone's hour that shifts with our clocks is one time a week, not two; a short week is no rule."""
    group = joinable_group(planned(zone="UTC", first_at=datetime(2026, 3, 4, 15, tzinfo=UTC)), [], MONDAY, NEW_YORK)

    assert group is not None
    assert group.meets == (Meeting(1, 660, 750), Meeting(3, 660, 750))


def test_on_the_roster_are_members_and_those_who_have_a_seat_by_their_place() -> None:
    """SC-L13: each once."""
    joined = GroupJoined(at=SAID, participant_id=ParticipantId("cem"), group_id=GroupId("amber"), starts_at=SAID)
    group = joinable_group(planned().after(joined), [ParticipantId("dan"), ParticipantId("cem")], MONDAY, NEW_YORK)

    assert group is not None
    assert group.roster == {"cem", "dan"}


def test_a_meeting_that_is_cancelled_opens_no_week() -> None:
    """SC-L13: where both meetings of a week do not take place nobody begins in it."""
    group = planned()
    for meeting in group.meetings()[:2]:
        cancelled = GroupMeetingCancelled(
            at=SAID,
            group_id=GroupId("amber"),
            session_id=meeting.session_id,
            starts_at=meeting.starts_at,
            reason="holiday",
            cancelled_by=StaffId("s"),
        )
        group = group.after(cancelled)
    seen = joinable_group(group, [], MONDAY, NEW_YORK)

    assert seen is not None
    assert seen.joins_in[0] == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("group", "first"),
    [
        (Planned(id="amber"), MONDAY),
        (planned(level=None), MONDAY),
        (planned(kind=GroupKind.MULTI_FAMILY), MONDAY),
        (planned(), date(2027, 3, 1)),
    ],
    ids=["never planned", "of no level", "no hours of program", "over"],
)
def test_what_cannot_be_joined_is_left_out(group: Planned, first: date) -> None:
    """SC-L13: only groups of a level that still meet and count."""
    assert joinable_group(group, [], first, NEW_YORK) is None


def test_somebody_is_busy_with_their_own_sessions_of_their_first_week() -> None:
    """SC-L3, SC-L6: where they take part; what counts as program comes off the hours that groups must give."""
    sessions = [
        session(),
        session(session_id="i2", starts_at=datetime(2026, 3, 10, 13, tzinfo=UTC)),
        session(session_id="f1", starts_at=datetime(2026, 3, 8, 23, tzinfo=UTC), program_hours=False),
        session(session_id="f2", participant_present=False),
    ]

    assert busy_with(sessions, MONDAY, NEW_YORK) == ((Meeting(2, 540, 590), Meeting(7, 1140, 1190)), 50)
