"""What matters to a participant: their values, in words that stand elsewhere, and the goals that rest on them."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from common.change import Invalid, NotFound
from common.contracts.growth import ValueNamed, ValueSetAside
from common.contracts.message import Contract, Instant
from common.contracts.words import GoalId, ParticipantId

KEEP = 100
"""Values kept, the newest. ASSUMED; the journal keeps all."""


class Value(BaseModel):
    """One value; `goal_ids` are intake's, `set_aside_at` None: it still is one."""

    model_config = ConfigDict(frozen=True)

    named_at: Instant
    goal_ids: tuple[GoalId, ...] = ()
    set_aside_at: Instant | None = None


class Values(BaseModel):
    """A participant's values by id, the oldest first."""

    model_config = ConfigDict(frozen=True)

    known: dict[str, Value] = {}

    def name(
        self, participant_id: ParticipantId, value_id: str, goal_ids: tuple[GoalId, ...], at: datetime
    ) -> list[Contract]:
        """Named once by its id; other goals replace, and what was set aside counts again. Rule: SK-G1."""
        held = self.known.get(value_id)
        if held is not None and held.set_aside_at is None and held.goal_ids == goal_ids:
            return []
        return [ValueNamed(at=at, participant_id=participant_id, value_id=value_id, goal_ids=goal_ids)]

    def set_aside(self, participant_id: ParticipantId, value_id: str, at: datetime) -> list[Contract]:
        """It is none any more, once; raises NotFound `value-unknown`. Rule: SK-G1."""
        held = self.known.get(value_id)
        if held is None:
            raise NotFound("value-unknown", "this participant has no value of this id")
        return [] if held.set_aside_at else [ValueSetAside(at=at, participant_id=participant_id, value_id=value_id)]

    def check(self, value_ids: Iterable[str]) -> None:
        """Raises Invalid `value-unknown` for one that was not named. Rule: SK-G2."""
        if any(id not in self.known for id in value_ids):
            raise Invalid("value-unknown", "this participant has no value of this id")

    def after(self, fact: Contract) -> "Values":
        """The values once `fact` is true."""
        match fact:
            case ValueNamed():
                return self._with(fact.value_id, Value(named_at=fact.at, goal_ids=fact.goal_ids))
            case ValueSetAside():
                held = self.known[fact.value_id]
                return self._with(fact.value_id, held.model_copy(update={"set_aside_at": fact.at}))
        return self

    def _with(self, id: str, one: Value) -> "Values":
        return Values(known=dict(list({**self.known, id: one}.items())[-KEEP:]))
