"""Something to look forward to: on which day, and what became of it."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from common.change import NotFound
from common.contracts.growth import AheadOutcome, AheadSettled, LookedForwardTo
from common.contracts.message import Contract, Instant
from common.contracts.words import ParticipantId, SessionId

KEEP = 100
"""Things ahead kept, the newest. ASSUMED; the journal keeps all."""


class Thing(BaseModel):
    """One thing, without its words; `session_id`: it is in scheduling's calendar. No outcome: not spoken about yet."""

    model_config = ConfigDict(frozen=True)

    on: date
    starts_at: Instant | None = None
    with_others: bool = False
    value_id: str | None = None
    session_id: SessionId | None = None
    outcome: AheadOutcome | None = None


class Ahead(BaseModel):
    """What a participant looks forward to, by id."""

    model_config = ConfigDict(frozen=True)

    things: dict[str, Thing] = {}

    def look_forward(self, participant_id: ParticipantId, ahead_id: str, thing: Thing, at: datetime) -> list[Contract]:
        """Something to look forward to, once by its id. Rule: SK-G3."""
        if ahead_id in self.things:
            return []
        said = thing.model_dump(exclude={"outcome"})
        return [LookedForwardTo(at=at, participant_id=participant_id, ahead_id=ahead_id, **said)]

    def settle(
        self, participant_id: ParticipantId, ahead_id: str, outcome: AheadOutcome, at: datetime
    ) -> list[Contract]:
        """What became of it; the same again says nothing. Raises NotFound `ahead-unknown`. Rule: SK-G3."""
        held = self.things.get(ahead_id)
        if held is None:
            raise NotFound("ahead-unknown", "this participant looks forward to nothing of this id")
        if held.outcome is outcome:
            return []
        return [AheadSettled(at=at, participant_id=participant_id, ahead_id=ahead_id, outcome=outcome)]

    def next(self, today: date) -> str | None:
        """The id of what comes next, from today on; None where there is nothing. Rule: SK-G3."""
        coming = [(thing.on, id) for id, thing in self.things.items() if thing.outcome is None and thing.on >= today]
        return min(coming)[1] if coming else None

    def after(self, fact: Contract) -> "Ahead":
        """What is ahead once `fact` is true."""
        match fact:
            case LookedForwardTo():
                said = fact.model_dump(include=set(Thing.model_fields) - {"outcome"})
                return self._with(fact.ahead_id, Thing(**said))
            case AheadSettled():
                held = self.things[fact.ahead_id]
                return self._with(fact.ahead_id, held.model_copy(update={"outcome": fact.outcome}))
        return self

    def _with(self, id: str, one: Thing) -> "Ahead":
        return Ahead(things=dict(list({**self.things, id: one}.items())[-KEEP:]))
