"""A session with one participant: individual, family, or the hand-over from one team to the next."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from common.change import Aggregate, Invalid, NotEntitled, NotFound, Refused
from common.contracts.groups import BookedTime
from common.contracts.message import Contract
from common.contracts.sessions import (
    AppointmentKind,
    HandedOver,
    HandOverReceived,
    SessionCancelled,
    SessionPlanned,
)
from common.contracts.words import StaffId

NEVER_LEFT_OUT = HandedOver.RISK_AND_SAFETY_PLAN
"""Without it a hand-over is none. Source: facts 2.8; that it stops the record ASSUMED."""


class Appointment(Aggregate):
    """One session; its id is the session's."""

    planned: SessionPlanned | None = None
    cancelled: bool = False
    received: HandOverReceived | None = None

    @property
    def plan(self) -> SessionPlanned:
        """What is planned; raises NotFound where nothing is."""
        if self.planned is None:
            raise NotFound("session-not-planned", "nobody has planned this session")
        return self.planned

    def times(self) -> list[BookedTime]:
        """What it takes of rooms and people; a participant who does not take part is free."""
        if self.planned is None or self.cancelled:
            return []
        plan = self.planned
        taken = [f"staff:{one}" for one in plan.staff]
        taken += [f"room:{plan.room}"] if plan.room else []
        taken += [f"participant:{plan.participant_id}"] if plan.participant_present else []
        ends = plan.starts_at + timedelta(minutes=plan.minutes)
        return [BookedTime(session_id=plan.session_id, starts_at=plan.starts_at, ends_at=ends, takes=tuple(taken))]

    def after(self, fact: Contract) -> Self:
        """The session once `fact` is true."""
        match fact:
            case SessionPlanned():
                return self.model_copy(update={"planned": fact, "cancelled": False})
            case SessionCancelled():
                return self.model_copy(update={"cancelled": True})
            case HandOverReceived():
                return self.model_copy(update={"received": fact})
        return self

    def arrange(self, plan: SessionPlanned) -> list[Contract]:
        """Plan it, or plan it anew: another time replaces it. Rules: SC-S1, SC-S2.

        Raises Invalid for a plan that makes no sense, Refused once the hand-over was held.
        """
        _check(plan)
        if self.planned is not None:
            if self.planned.participant_id != plan.participant_id:
                raise Invalid("another-participant", "a session stays with its participant; plan another one")
            if self.received is not None:
                raise Refused("hand-over-held", "this hand-over was held")
            same = plan.model_copy(update={"at": self.planned.at, "planned_by": self.planned.planned_by})
            if same == self.planned and not self.cancelled:
                return []
        return [plan]

    def cancel(self, reason: str, by: StaffId, now: datetime) -> list[Contract]:
        """It does not take place; said twice, it happens once. Rule: SC-S3."""
        plan = self.plan
        if self.cancelled:
            return []
        if self.received is not None:
            raise Refused("hand-over-held", "this hand-over was held")
        return [
            SessionCancelled(
                at=now,
                participant_id=plan.participant_id,
                session_id=plan.session_id,
                reason=reason,
                cancelled_by=by,
            )
        ]

    def receive(self, covered: Collection[HandedOver], present: bool, by: StaffId, now: datetime) -> list[Contract]:
        """The receiver says that it was held. Rule: SC-S4. Raises NotEntitled for anybody else."""
        plan = self.plan
        if plan.kind is not AppointmentKind.HAND_OVER:
            raise Invalid("no-hand-over", "this session is no hand-over")
        if self.received is not None:
            return []
        if self.cancelled:
            raise Refused("session-cancelled", "this session was cancelled")
        if by != plan.staff[1]:
            raise NotEntitled("receiver-says", "the receiving clinician says what was handed over")
        if NEVER_LEFT_OUT not in covered:
            raise Invalid("risk-not-handed-over", "risk and safety plan are part of every hand-over")
        return [
            HandOverReceived(
                at=now,
                participant_id=plan.participant_id,
                session_id=plan.session_id,
                level=plan.level,
                from_staff=plan.staff[0],
                to_staff=plan.staff[1],
                participant_present=present,
                covered=tuple(sorted(set(covered))),
            )
        ]


def _check(plan: SessionPlanned) -> None:
    """Raises Invalid for a plan that makes no sense. Rules: SC-S1, SC-S2."""
    if len(set(plan.staff)) != len(plan.staff) or not plan.staff:
        raise Invalid("staff-named-twice", "each of the staff of a session is named once, and there is one")
    if plan.kind is AppointmentKind.HAND_OVER and len(plan.staff) != 2:
        raise Invalid("hand-over-needs-two", "a hand-over has a sender and a receiver")
    if (plan.kind is AppointmentKind.FAMILY) != (plan.family_type is not None):
        raise Invalid("family-type-missing", "a family session, and no other, has a type")
    if not plan.participant_present and plan.kind is AppointmentKind.INDIVIDUAL:
        raise Invalid("participant-missing", "an individual session is with the participant")
