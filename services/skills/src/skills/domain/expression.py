"""Goals of expression: what a participant wants to be able to say, and how it went with the person they chose.

Who that is, family knows; here it is an id.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from common.change import Invalid, NotFound
from common.contracts.care import GoalOutcome
from common.contracts.growth import ExpressionGoalEnded, ExpressionGoalSet, ExpressionPractised
from common.contracts.message import Contract, Instant
from common.contracts.words import ParticipantId, SupporterId

HIGHEST_OPENNESS = 5
"""How openly it was said, 0-5. ASSUMED: the scale of the diary card."""
KEEP = 50
"""Goals kept, and practices of each, the newest. ASSUMED; the journal keeps all."""


class Tried(BaseModel):
    """One practice, without its words; with whom, and how openly, where somebody said."""

    model_config = ConfigDict(frozen=True)

    practice_id: str
    at: Instant
    supporter_id: SupporterId | None = None
    openness: int | None = None


class ExpressionGoal(BaseModel):
    """One goal, without its words; no outcome: it is worked on."""

    model_config = ConfigDict(frozen=True)

    set_at: Instant
    supporter_id: SupporterId | None = None
    practised: tuple[Tried, ...] = ()
    outcome: GoalOutcome | None = None


class Expression(BaseModel):
    """The goals by id, the oldest first."""

    model_config = ConfigDict(frozen=True)

    goals: dict[str, ExpressionGoal] = {}

    def set_goal(
        self, participant_id: ParticipantId, expression_id: str, supporter_id: SupporterId | None, at: datetime
    ) -> list[Contract]:
        """A goal, once by its id. Rule: SK-G4."""
        if expression_id in self.goals:
            return []
        about = {"participant_id": participant_id, "expression_id": expression_id}
        return [ExpressionGoalSet(at=at, supporter_id=supporter_id, **about)]

    def practise(self, participant_id: ParticipantId, expression_id: str, tried: Tried) -> list[Contract]:
        """It was said, or tried: once by its id, with the goal's person where no other is named.

        Raises NotFound `expression-goal-unknown`, Invalid `rating-out-of-range`. Rule: SK-G4.
        """
        held = self._held(expression_id)
        if tried.openness is not None and not 0 <= tried.openness <= HIGHEST_OPENNESS:
            raise Invalid("rating-out-of-range", f"a rating is a whole number 0 to {HIGHEST_OPENNESS}")
        if any(one.practice_id == tried.practice_id for one in held.practised):
            return []
        said = {**dict(tried), "supporter_id": tried.supporter_id or held.supporter_id}
        return [ExpressionPractised(participant_id=participant_id, expression_id=expression_id, **said)]

    def end(
        self, participant_id: ParticipantId, expression_id: str, outcome: GoalOutcome, at: datetime
    ) -> list[Contract]:
        """Reached or set aside; the same again says nothing. Raises NotFound. Rule: SK-G4."""
        if self._held(expression_id).outcome is outcome:
            return []
        about = {"participant_id": participant_id, "expression_id": expression_id}
        return [ExpressionGoalEnded(at=at, outcome=outcome, **about)]

    def after(self, fact: Contract) -> "Expression":
        """The goals once `fact` is true."""
        match fact:
            case ExpressionGoalSet():
                return self._with(fact.expression_id, ExpressionGoal(set_at=fact.at, supporter_id=fact.supporter_id))
            case ExpressionPractised():
                held = self.goals[fact.expression_id]
                tried = Tried(**fact.model_dump(include=set(Tried.model_fields)))
                practised = sorted((*held.practised, tried), key=lambda one: one.at)[-KEEP:]
                return self._with(fact.expression_id, held.model_copy(update={"practised": tuple(practised)}))
            case ExpressionGoalEnded():
                held = self.goals[fact.expression_id]
                return self._with(fact.expression_id, held.model_copy(update={"outcome": fact.outcome}))
        return self

    def _held(self, expression_id: str) -> ExpressionGoal:
        held = self.goals.get(expression_id)
        if held is None:
            raise NotFound("expression-goal-unknown", "this participant has no goal of expression of this id")
        return held

    def _with(self, id: str, one: ExpressionGoal) -> "Expression":
        return Expression(goals=dict(list({**self.goals, id: one}.items())[-KEEP:]))
