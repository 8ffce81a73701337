"""A community event: something to look forward to, beside groups and sessions. Source: facts 1.1 A7."""

from datetime import datetime, timedelta
from typing import Self

from common.change import Aggregate, Invalid, NotFound, Refused
from common.contracts.community import GatheringCancelled, GatheringJoined, GatheringLeft, GatheringPlanned
from common.contracts.groups import BookedTime
from common.contracts.message import Contract
from common.contracts.words import LevelOfCare, ParticipantId, SessionId, StaffId


class Gathering(Aggregate):
    """One community event; its id is the event's."""

    planned: GatheringPlanned | None = None
    cancelled: bool = False
    coming: tuple[ParticipantId, ...] = ()

    @property
    def plan(self) -> GatheringPlanned:
        """What is planned; raises NotFound where nothing is."""
        if self.planned is None:
            raise NotFound("gathering-not-planned", "nobody has planned this event")
        return self.planned

    def times(self) -> list[BookedTime]:
        """What it takes of rooms and hosts; who comes is free to come."""
        if self.planned is None or self.cancelled:
            return []
        plan = self.planned
        takes = tuple([f"staff:{one}" for one in plan.hosts] + ([f"room:{plan.room}"] if plan.room else []))
        ends, id = plan.starts_at + timedelta(minutes=plan.minutes), SessionId(plan.gathering_id)
        return [BookedTime(session_id=id, starts_at=plan.starts_at, ends_at=ends, takes=takes)]

    def after(self, fact: Contract) -> Self:
        """The event once `fact` is true."""
        match fact:
            case GatheringPlanned():
                return self.model_copy(update={"planned": fact, "cancelled": False})
            case GatheringCancelled():
                return self.model_copy(update={"cancelled": True})
            case GatheringJoined(participant_id=who):
                return self.model_copy(update={"coming": (*self.coming, who)})
            case GatheringLeft(participant_id=who):
                return self.model_copy(update={"coming": tuple(one for one in self.coming if one != who)})
        return self

    def arrange(self, plan: GatheringPlanned) -> list[Contract]:
        """Plan it, or plan it anew; said twice, once. Rule: SC-E1. Raises Invalid for hosts named twice."""
        if len(set(plan.hosts)) != len(plan.hosts):
            raise Invalid("staff-named-twice", "each host is named once")
        if self.planned is not None and not self.cancelled:
            same = plan.model_copy(update={"at": self.planned.at, "planned_by": self.planned.planned_by})
            if same == self.planned:
                return []
        return [plan]

    def cancel(self, reason: str, by: StaffId, now: datetime) -> list[Contract]:
        """It does not take place; said twice, once. Rule: SC-E1."""
        id = self.plan.gathering_id
        if self.cancelled:
            return []
        return [GatheringCancelled(at=now, gathering_id=id, reason=reason, cancelled_by=by)]

    def join(self, who: ParticipantId, level: LevelOfCare | None, now: datetime) -> list[Contract]:
        """Somebody of its levels wants to come. Rule: SC-E2."""
        plan = self.plan
        if who in self.coming:
            return []
        if self.cancelled:
            raise Refused("gathering-cancelled", "this event does not take place")
        if plan.levels and level not in plan.levels:
            raise Refused("other-level", "this event is for other levels of care")
        return [GatheringJoined(at=now, participant_id=who, gathering_id=plan.gathering_id)]

    def leave(self, who: ParticipantId, now: datetime) -> list[Contract]:
        """They do not come after all: no miss, and no reason asked for. Rule: SC-E2."""
        if who not in self.coming:
            return []
        return [GatheringLeft(at=now, participant_id=who, gathering_id=self.plan.gathering_id)]
