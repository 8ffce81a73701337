"""What scheduling says of groups and of the times that are taken (`scheduling.rosters`)."""

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import ClassVar, NamedTuple

from common.contracts.message import Contract, Instant, Part, Plain
from common.contracts.scheduling import RosterEvent
from common.contracts.words import GroupId, LevelOfCare, SessionId, SkillModule, StaffId


class GroupKind(StrEnum):
    """What a group is for. Source: facts 3.1, 6.1, A30."""

    SKILLS = "SKILLS"
    PROCESS = "PROCESS"
    MULTI_FAMILY = "MULTI_FAMILY"
    ALUMNI = "ALUMNI"


class MeetingOf(NamedTuple):
    """Which meeting of which group a session is."""

    group_id: GroupId
    starts_at: datetime
    make_up: bool


_MEETING = re.compile(r"(.+)\.(\d{8}T\d{4}Z)(m?)")


def session_id_at(group_id: GroupId, starts_at: datetime, mark: str = "") -> SessionId:
    """The id of a group's meeting: the group, and when it begins in UTC; the mark `m` says that it is a make-up."""
    return SessionId(f"{group_id}.{starts_at.astimezone(UTC):%Y%m%dT%H%MZ}{mark}")


def meeting_of(session_id: SessionId) -> MeetingOf | None:
    """What `session_id_at` was made from; None where the session is no meeting of a planned group."""
    found = _MEETING.fullmatch(session_id)
    if found is None:
        return None
    try:
        starts_at = datetime.strptime(found[2], "%Y%m%dT%H%MZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return MeetingOf(GroupId(found[1]), starts_at, bool(found[3]))


class BookedTime(Part):
    """One session's time, and what it takes: `room:…`, `staff:…`, `participant:…`, each by id."""

    session_id: Plain[SessionId]
    starts_at: Plain[Instant]
    ends_at: Plain[Instant]
    takes: Plain[tuple[str, ...]]


class TimesBooked(Contract):
    """What one group or session has taken in one ISO week (UTC); it replaces what it had there before."""

    TOPIC: ClassVar[str] = "scheduling.rosters"

    week: Plain[str]
    owner: Plain[str]
    times: Plain[tuple[BookedTime, ...]]

    def subject(self) -> str:
        """The week is the contended thing."""
        return f"week:{self.week}"


class GroupEvent(Contract):
    """Said on the roster stream, about one group."""

    TOPIC: ClassVar[str] = "scheduling.rosters"

    group_id: Plain[GroupId]

    def subject(self) -> str:
        """The group itself."""
        return f"group:{self.group_id}"


class GroupPlanned(GroupEvent):
    """What a group is, and when it meets: a local time in `zone` that recurs by `rule` (RFC 5545; empty: once).

    `open_weeks` are the weeks of the curriculum's `cycle_weeks` in which one may join, from 1; none: in all.
    """

    kind: Plain[GroupKind]
    level: Plain[LevelOfCare | None] = None
    module: Plain[SkillModule | None] = None
    first_at: Plain[Instant]
    zone: Plain[str]
    rule: Plain[str] = ""
    minutes: Plain[int]
    except_on: Plain[tuple[date, ...]] = ()
    room: Plain[str] = ""
    leader: Plain[StaffId]
    co_leader: Plain[StaffId | None] = None
    at_least: Plain[int]
    at_most: Plain[int]
    cycle_weeks: Plain[int] = 1
    open_weeks: Plain[tuple[int, ...]] = ()
    planned_by: Plain[StaffId]


class MovedMeeting(Part):
    """A meeting at another instant than before; `now` None: it does not take place any more."""

    was: Plain[Instant]
    now: Plain[Instant | None]


class GroupMeetingsMoved(GroupEvent):
    """By a new plan the group meets at other times: which meetings are gone, and which stand in for them.

    Meetings that both plans have are not named, nor are make-ups and meetings that did not take place.
    """

    kind: Plain[GroupKind]
    moves: Plain[tuple[MovedMeeting, ...]]
    moved_by: Plain[StaffId]


class GroupMeetingCancelled(GroupEvent):
    """One meeting does not take place; `reason` is a code."""

    session_id: Plain[SessionId]
    starts_at: Plain[Instant]
    reason: Plain[str]
    cancelled_by: Plain[StaffId]


class MakeUpPlanned(GroupEvent):
    """A meeting beside the plan, to make up for a lesson; `instead_of` is the one that did not take place."""

    session_id: Plain[SessionId]
    starts_at: Plain[Instant]
    minutes: Plain[int]
    room: Plain[str] = ""
    leaders: Plain[tuple[StaffId, ...]] = ()
    instead_of: Plain[SessionId | None] = None
    planned_by: Plain[StaffId]


class GroupEnded(GroupEvent):
    """From `at` on the group does not meet any more."""

    ended_by: Plain[StaffId]


class GroupJoined(RosterEvent):
    """The participant stands on the roster; `starts_at` is their first meeting.

    `allowed_by` is the leader who let them in between two joining windows.
    """

    group_id: Plain[GroupId]
    starts_at: Plain[Instant]
    allowed_by: Plain[StaffId | None] = None


class GroupWaiting(RosterEvent):
    """The group is full; the participant waits in order of asking. `waiting` is their position, from 1."""

    group_id: Plain[GroupId]
    waiting: Plain[int]


class GroupLeft(RosterEvent):
    """The participant stands neither on the roster nor on the waiting list any more; `reason` is a code."""

    group_id: Plain[GroupId]
    reason: Plain[str]


class CalendarKind(StrEnum):
    """Whose calendar may be shared."""

    STAFF = "STAFF"
    GROUP = "GROUP"


class CalendarEvent(Contract):
    """About a secret link to a calendar. `feed_id` is a digest of the secret, which travels nowhere."""

    TOPIC: ClassVar[str] = "scheduling.rosters"

    feed_id: Plain[str]
    kind: Plain[CalendarKind]
    about: Plain[str]

    def subject(self) -> str:
        """The link."""
        return f"calendar:{self.feed_id}"


class CalendarShared(CalendarEvent):
    """Whoever has the link may read when somebody, or a group, is taken."""

    shared_by: Plain[StaffId]


class CalendarUnshared(CalendarEvent):
    """The link leads nowhere any more."""

    unshared_by: Plain[StaffId]


EVENTS: tuple[type[Contract], ...] = (
    CalendarShared,
    CalendarUnshared,
    TimesBooked,
    GroupPlanned,
    GroupMeetingsMoved,
    GroupMeetingCancelled,
    MakeUpPlanned,
    GroupEnded,
    GroupJoined,
    GroupWaiting,
    GroupLeft,
)
COMMANDS: tuple[type[Contract], ...] = ()
