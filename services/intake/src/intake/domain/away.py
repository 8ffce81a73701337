"""Where a participant is who is not here: on an agreed leave, or gone without one."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from common.contracts import intake as said
from common.contracts.absences import ElopementEnded, ElopementNoted
from common.contracts.message import Contract
from common.contracts.words import LeaveDestination, SupporterId

OVER = (
    said.LeaveReturned,
    said.LevelOfCareChanged,
    said.EpisodeClosed,
    said.EpisodeOpened,
    ElopementEnded,
)
"""Facts after which nobody is away."""


class Away(BaseModel):
    """What was agreed about a leave, or since when somebody is missing (`missing_since`); empty for who is here."""

    model_config = ConfigDict(frozen=True)

    destination: LeaveDestination | None = None
    supporter_id: SupporterId | None = None
    screen_event_id: str = ""
    medication_plan: bool | None = None
    lacking: tuple[str, ...] = ()
    missing_since: datetime | None = None

    def after(self, fact: Contract) -> Self:
        """The absence once `fact` is true."""
        match fact:
            case said.LeaveStarted():
                return type(self).model_validate(fact.model_dump(include=set(type(self).model_fields)))
            case ElopementNoted(at=at):
                return type(self)(missing_since=at)
        return type(self)() if isinstance(fact, OVER) else self
