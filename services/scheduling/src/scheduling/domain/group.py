"""A group: when it meets, who leads it, who may join when, who is on its roster and who waits."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

from pydantic import BaseModel, Field

from common.change import Aggregate, NotEntitled, NotFound, Refused
from common.contracts.groups import (
    BookedTime,
    GroupEnded,
    GroupJoined,
    GroupKind,
    GroupLeft,
    GroupMeetingCancelled,
    GroupMeetingsMoved,
    GroupPlanned,
    GroupWaiting,
    MakeUpPlanned,
    session_id_at,
)
from common.contracts.message import Contract
from common.contracts.words import GroupId, ParticipantId, SessionId, StaffId
from scheduling.domain.plans import Meeting, by_plans, check, in_window, leaders_of, moved, windows

REMEMBERED_PLANS = 10
"""ASSUMED: the newest plans kept of a group; what met by older ones is history in the event log."""


class Member(BaseModel, frozen=True):
    """Somebody on the roster: since when, and from which meeting on."""

    joined_at: datetime
    starts_at: datetime


class Group(Aggregate):
    """One group; its id is the group's. Seats that a level's board gives out are not its members, but set aside."""

    plans: tuple[GroupPlanned, ...] = ()
    cancelled: tuple[SessionId, ...] = ()
    make_ups: tuple[MakeUpPlanned, ...] = ()
    ended_at: datetime | None = None
    members: dict[ParticipantId, Member] = Field(default_factory=dict)
    waiting: tuple[ParticipantId, ...] = ()

    @property
    def plan(self) -> GroupPlanned:
        """The newest plan; raises NotFound where there is none."""
        if not self.plans:
            raise NotFound("group-not-planned", "nobody has said yet when this group meets")
        return self.plans[-1]

    def meetings(self) -> list[Meeting]:
        """Every meeting, also those cancelled, in order. Rules: SC-G2, SC-G5, SC-G6."""
        planned = by_plans(self.plans, set(self.cancelled))
        extra = [
            Meeting(
                session_id=one.session_id,
                starts_at=one.starts_at,
                ends_at=one.starts_at + timedelta(minutes=one.minutes),
                room=one.room,
                leaders=one.leaders,
                cancelled=one.session_id in self.cancelled,
                make_up=True,
            )
            for one in self.make_ups
        ]
        met = [m for m in (*planned, *extra) if self.ended_at is None or m.starts_at < self.ended_at]
        return sorted(met, key=lambda one: (one.starts_at, one.session_id))

    def times(self) -> list[BookedTime]:
        """What its meetings take of rooms and people."""
        return [meeting.booked() for meeting in self.meetings() if not meeting.cancelled]

    def first_meeting(self, at: datetime, *, between_windows: bool = False) -> datetime | None:
        """The first meeting from an instant on at which somebody may join. Rules: SC-G7, SC-G8."""
        coming = [m for m in self.meetings() if m.starts_at >= at and not m.cancelled and not m.make_up]
        weeks = windows(self.plan, self.cancelled)
        open_now = [m for m in coming if between_windows or in_window(self.plan, weeks, m.starts_at)]
        return open_now[0].starts_at if open_now else None

    def after(self, fact: Contract) -> Self:
        """The group once `fact` is true."""
        match fact:
            case GroupPlanned():
                if self.ended_at is not None:
                    return self._with(plans=(fact,), cancelled=(), make_ups=(), ended_at=None)
                return self._with(plans=(*self.plans, fact)[-REMEMBERED_PLANS:])
            case GroupMeetingCancelled(session_id=id):
                return self._with(cancelled=(*self.cancelled, id))
            case MakeUpPlanned():
                return self._with(make_ups=(*self.make_ups, fact))
            case GroupEnded():
                return self._with(ended_at=fact.at)
            case GroupJoined(participant_id=who):
                joined = Member(joined_at=fact.at, starts_at=fact.starts_at)
                return self._roster({**self.members, who: joined}, self._waiting_without(who))
            case GroupWaiting(participant_id=who):
                return self._roster(self.members, (*self._waiting_without(who), who))
            case GroupLeft(participant_id=left):
                members = {who: member for who, member in self.members.items() if who != left}
                return self._roster(members, self._waiting_without(left))
        return self

    def arrange(self, plan: GroupPlanned, set_aside: int, now: datetime) -> list[Contract]:
        """Say what the group is and when it meets; what has met stays as it was.

        Rules: SC-G1, SC-G5, SC-G10, SC-G14. Raises Invalid for a plan that makes no sense.
        """
        check(plan)
        if self.plans and self.ended_at is None and _same(plan, self.plan):
            return []
        return [plan, *self._moved(plan), *self.after(plan)._served(set_aside, now)]

    def cancel(self, session_id: SessionId, reason: str, by: StaffId, now: datetime) -> list[Contract]:
        """One meeting does not take place; said twice, it happens once. Rule: SC-G6."""
        meeting = self._meeting(session_id)
        if meeting.cancelled:
            return []
        return [
            GroupMeetingCancelled(
                at=now,
                group_id=GroupId(self.id),
                session_id=session_id,
                starts_at=meeting.starts_at,
                reason=reason,
                cancelled_by=by,
            )
        ]

    def make_up(self, wanted: MakeUpPlanned) -> list[Contract]:
        """A meeting beside the plan; instead of one that does not take place, where one is named. Rule: SC-G6."""
        if any(meeting.session_id == wanted.session_id for meeting in self.meetings()):
            return []
        if self.ended_at is not None:
            raise Refused("group-ended", "this group does not meet any more")
        if wanted.instead_of is not None and not self._meeting(wanted.instead_of).cancelled:
            raise Refused("meeting-not-cancelled", "a make-up stands in for a meeting that was cancelled")
        return [wanted.model_copy(update={"room": wanted.room or self.plan.room, "leaders": leaders_of(self.plan)})]

    def end(self, by: StaffId, now: datetime) -> list[Contract]:
        """From now on it does not meet; nobody is thrown out of the program by that."""
        if self.plan and self.ended_at is None:
            return [GroupEnded(at=now, group_id=GroupId(self.id), ended_by=by)]
        return []

    def join(self, who: ParticipantId, set_aside: int, allowed_by: StaffId | None, now: datetime) -> list[Contract]:
        """A seat from the next joining window on, or a place in the waiting list. Rules: SC-G7 to SC-G9.

        `allowed_by` lets them in between windows; raises NotEntitled unless it is a leader of this group.
        """
        if allowed_by is not None and allowed_by not in leaders_of(self.plan):
            raise NotEntitled("leader-permits", "only a leader of the group lets somebody in between two windows")
        if self.ended_at is not None:
            raise Refused("group-ended", "this group does not meet any more")
        if who in self.members or who in self.waiting:
            return []
        if self._full(set_aside):
            return [GroupWaiting(at=now, participant_id=who, group_id=GroupId(self.id), waiting=len(self.waiting) + 1)]
        if joined := self._joined(who, allowed_by, now):
            return [joined]
        raise Refused("no-meeting-left", "no meeting is left at which somebody may join")

    def leave(self, who: ParticipantId, reason: str, set_aside: int, now: datetime) -> list[Contract]:
        """Give the seat back; the first who waits gets it, in the same decision. Rule: SC-G9."""
        if who not in self.members and who not in self.waiting:
            return []
        left = GroupLeft(at=now, participant_id=who, group_id=GroupId(self.id), reason=reason)
        return [left, *self.after(left)._served(set_aside, now)]

    def leave_after_program(self, who: ParticipantId, left_at: datetime, now: datetime) -> list[Contract]:
        """They wanted nothing more; who joined again since stays, and so does all but an alumni group. Rule: SC-G12."""
        if not self.plans or self.plan.kind is not GroupKind.ALUMNI:
            return []
        member = self.members.get(who)
        if member is not None and member.joined_at > left_at:
            return []
        return self.leave(who, "left-alumni", 0, now)

    def _moved(self, plan: GroupPlanned) -> list[Contract]:
        moves = moved(self.meetings(), self.after(plan).meetings(), plan.at, plan.zone) if self.ended_at is None else ()
        if not moves:
            return []
        kind, by = plan.kind, plan.planned_by
        return [GroupMeetingsMoved(at=plan.at, group_id=plan.group_id, kind=kind, moves=moves, moved_by=by)]

    def _served(self, set_aside: int, now: datetime) -> list[Contract]:
        said: list[Contract] = []
        group = self
        while group.waiting and not group._full(set_aside):
            joined = group._joined(group.waiting[0], None, now)
            if joined is None:
                break
            said.append(joined)
            group = group.after(joined)
        return said

    def _joined(self, who: ParticipantId, allowed_by: StaffId | None, now: datetime) -> GroupJoined | None:
        first = self.first_meeting(now, between_windows=allowed_by is not None)
        if first is None:
            return None
        return GroupJoined(
            at=now, participant_id=who, group_id=GroupId(self.id), starts_at=first, allowed_by=allowed_by
        )

    def _full(self, set_aside: int) -> bool:
        return len(self.members) + set_aside >= self.plan.at_most

    def _meeting(self, session_id: SessionId) -> Meeting:
        for meeting in self.meetings():
            if meeting.session_id == session_id:
                return meeting
        raise NotFound("meeting-unknown", "the group has no such meeting")

    def _waiting_without(self, who: ParticipantId) -> tuple[ParticipantId, ...]:
        return tuple(one for one in self.waiting if one != who)

    def _with(self, **moved: object) -> Self:
        return self.model_copy(update=moved)

    def _roster(self, members: dict[ParticipantId, Member], waiting: Sequence[ParticipantId]) -> Self:
        return self.model_copy(update={"members": members, "waiting": tuple(waiting)})


def make_up_id(group_id: GroupId, starts_at: datetime) -> SessionId:
    """The session id of a make-up: of the group and the instant, so that saying it twice is one."""
    return session_id_at(group_id, starts_at, "m")


def _same(one: GroupPlanned, another: GroupPlanned) -> bool:
    return one.model_copy(update={"at": another.at, "planned_by": another.planned_by}) == another
