"""Dynamic Interpersonal Therapy: sixteen sessions, counted; the index drives the phase, not the calendar."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from common.change import Refused
from common.contracts.message import Contract, Instant
from common.contracts.skills import DitSessionHeld
from common.contracts.words import DitPhase, ParticipantId

SESSIONS = 16
"""Source: facts 4, dose."""
LAST_SESSION = ((4, DitPhase.INITIAL), (12, DitPhase.MIDDLE), (SESSIONS, DitPhase.ENDING))
"""The last session of each phase. Source: facts 4.1."""


def phase_of(session_index: int) -> DitPhase:
    """The phase of session 1-16. Rule: SK-T2."""
    return next(phase for last, phase in LAST_SESSION if session_index <= last)


class DitCourse(BaseModel):
    """The sessions held, in the order in which we heard of them."""

    model_config = ConfigDict(frozen=True)

    held_at: tuple[Instant, ...] = ()

    @property
    def session_index(self) -> int:
        """How many sessions were held."""
        return len(self.held_at)

    def hold(self, participant_id: ParticipantId, at: datetime) -> list[Contract]:
        """A session at one instant counts once; raises Refused `dit-complete`. Rules: SK-T2, SK-T3."""
        if at in self.held_at:
            return []
        index = self.session_index + 1
        if index > SESSIONS:
            raise Refused("dit-complete", f"the course has {SESSIONS} sessions and all were held")
        return [DitSessionHeld(at=at, participant_id=participant_id, session_index=index, phase=phase_of(index))]

    def after(self, fact: Contract) -> "DitCourse":
        """The course once `fact` is true."""
        return DitCourse(held_at=(*self.held_at, fact.at)) if isinstance(fact, DitSessionHeld) else self
