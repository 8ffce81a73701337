"""Where a participant is who is not here: on an agreed leave, or gone without one."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from common.contracts import intake as said
from common.contracts.absences import ElopementEnded, ElopementNoted
from common.contracts.leaves import LeavePlanned, PlannedLeaveCalledOff
from common.contracts.message import Contract
from common.contracts.words import LeaveDestination, StaffId, SupporterId

OVER = (
    said.LeaveReturned,
    said.LevelOfCareChanged,
    said.EpisodeClosed,
    said.EpisodeOpened,
    ElopementEnded,
)
"""Facts after which nobody is away."""


ENDED = (said.EpisodeClosed, said.EpisodeOpened)
"""Facts after which no leave is planned either."""


class Ahead(BaseModel):
    """A leave that was agreed and begins later."""

    model_config = ConfigDict(frozen=True)

    starts_at: datetime
    return_due_at: datetime
    agreed_by: StaffId
    destination: LeaveDestination | None = None
    supporter_id: SupporterId | None = None
    medication_plan: bool | None = None


class Away(BaseModel):
    """What was agreed about a leave, or since when somebody is missing (`missing_since`); empty for who is here."""

    model_config = ConfigDict(frozen=True)

    destination: LeaveDestination | None = None
    supporter_id: SupporterId | None = None
    screen_event_id: str = ""
    medication_plan: bool | None = None
    lacking: tuple[str, ...] = ()
    missing_since: datetime | None = None
    ahead: Ahead | None = None
    """The leave that comes next; it outlives a return, an absence and a change of level."""

    def after(self, fact: Contract) -> Self:
        """The absence once `fact` is true."""
        match fact:
            case LeavePlanned():
                ahead = Ahead.model_validate(fact.model_dump(include=set(Ahead.model_fields)))
                return self.model_copy(update={"ahead": ahead})
            case PlannedLeaveCalledOff():
                return self.model_copy(update={"ahead": None})
            case said.LeaveStarted():
                begun = self.ahead is None or self.ahead.starts_at <= fact.at
                agreed = fact.model_dump(include=set(type(self).model_fields))
                return type(self).model_validate({**agreed, "ahead": None if begun else self.ahead})
            case ElopementNoted(at=at):
                return type(self)(missing_since=at, ahead=self.ahead)
        if isinstance(fact, OVER):
            return type(self)(ahead=None if isinstance(fact, ENDED) else self.ahead)
        return self
