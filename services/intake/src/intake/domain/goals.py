"""Goals, written together: a goal is one when participant and therapist have agreed to the same words."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from common.change import Aggregate, Invalid, NotFound, Outcome, Refused
from common.contracts import care
from common.contracts.care import GoalAuthor, GoalKind, GoalOutcome, GoalTowards
from common.contracts.message import Contract
from common.contracts.words import GoalId, ParticipantId, StaffId


class Goal(BaseModel):
    """One goal: its words, who has agreed to them and when, and how it ended."""

    model_config = ConfigDict(frozen=True)

    id: GoalId
    version: int
    kind: GoalKind
    towards: GoalTowards | None = None
    words: str = ""
    agreed: dict[GoalAuthor, datetime] = Field(default_factory=dict)
    outcome: GoalOutcome | None = None

    @property
    def shared(self) -> bool:
        """Whether both have agreed to these words."""
        return set(self.agreed) == set(GoalAuthor)


class Goals(Aggregate):
    """The goals of one participant (`id`)."""

    goals: dict[GoalId, Goal] = Field(default_factory=dict)
    words: dict[GoalId, str] = Field(default_factory=dict)

    def after(self, fact: Contract) -> Self:
        """The goals once `fact` is true."""
        match fact:
            case care.GoalWorded(goal_id=id, words=words):
                return self.model_copy(update={"words": {**self.words, id: words}})
            case care.GoalProposed():
                goal = Goal(id=fact.goal_id, version=fact.version, kind=fact.kind, towards=fact.towards)
                worded = {"words": self.words[fact.goal_id], "agreed": {fact.proposed_by: fact.at}}
                return self._with(goal.model_copy(update=worded))
            case care.GoalAgreed(goal_id=id, author=author, at=at):
                known = self.goals[id]
                return self._with(known.model_copy(update={"agreed": {**known.agreed, author: at}}))
            case care.GoalEnded(goal_id=id, outcome=outcome):
                return self._with(self.goals[id].model_copy(update={"outcome": outcome}))
        return self

    def propose(
        self,
        id: GoalId,
        kind: GoalKind,
        towards: GoalTowards | None,
        words: str,
        author: GoalAuthor,
        by: StaffId,
        at: datetime,
    ) -> list[Outcome]:
        """One author proposes a goal; a life worth living is in the participant's own words. Rules: IN-G1, IN-G3."""
        if id in self.goals:
            return []
        if kind is GoalKind.LIFE_WORTH_LIVING:
            if author is not GoalAuthor.PARTICIPANT:
                raise Invalid("own-words", "a life worth living is in the participant's own words")
            if self.life_worth_living():
                raise Refused("life-worth-living-open", "there is one already; word it anew, or end it")
        return self._worded(id, 1, kind, towards, words, author, by, at)

    def word_anew(self, id: GoalId, words: str, author: GoalAuthor, by: StaffId, at: datetime) -> list[Outcome]:
        """Other words are agreed to anew by the other author; the same words are nothing new. Rule: IN-G2."""
        known = self._open(id)
        if known.words == words.strip():
            return []
        if known.kind is GoalKind.LIFE_WORTH_LIVING and author is not GoalAuthor.PARTICIPANT:
            raise Invalid("own-words", "a life worth living is in the participant's own words")
        return self._worded(id, known.version + 1, known.kind, known.towards, words, author, by, at)

    def agree(self, id: GoalId, version: int, author: GoalAuthor, by: StaffId, at: datetime) -> list[Outcome]:
        """An author agrees to the words as they stand; said twice, once. Rules: IN-G1, IN-G2."""
        known = self._open(id)
        if version != known.version:
            raise Refused("other-words", f"the words have changed since; they are version {known.version} now")
        if author in known.agreed:
            return []
        who = ParticipantId(self.id)
        return [care.GoalAgreed(at=at, participant_id=who, goal_id=id, version=version, author=author, recorded_by=by)]

    def end(self, id: GoalId, outcome: GoalOutcome, by: StaffId, at: datetime) -> list[Outcome]:
        """It was reached, or is set aside; ended twice, once. Rule: IN-G1."""
        known = self._known(id)
        if known.outcome is outcome:
            return []
        self._open(id)
        who = ParticipantId(self.id)
        return [care.GoalEnded(at=at, participant_id=who, goal_id=id, outcome=outcome, recorded_by=by)]

    def life_worth_living(self) -> Goal | None:
        """The participant's life worth living, as it stands; None says that it is still to be asked for."""
        kind = GoalKind.LIFE_WORTH_LIVING
        return next((g for g in self.goals.values() if g.kind is kind and g.outcome is None), None)

    def _worded(
        self,
        id: GoalId,
        version: int,
        kind: GoalKind,
        towards: GoalTowards | None,
        words: str,
        author: GoalAuthor,
        by: StaffId,
        at: datetime,
    ) -> list[Outcome]:
        if not words.strip():
            raise Invalid("words-missing", "a goal is said in words")
        who = ParticipantId(self.id)
        return [
            care.GoalWorded(at=at, participant_id=who, goal_id=id, version=version, words=words.strip(), written_by=by),
            care.GoalProposed(
                at=at,
                participant_id=who,
                goal_id=id,
                version=version,
                kind=kind,
                towards=towards,
                proposed_by=author,
                recorded_by=by,
            ),
        ]

    def _open(self, id: GoalId) -> Goal:
        known = self._known(id)
        if known.outcome is not None:
            raise Refused("goal-ended", f"this goal is {known.outcome}")
        return known

    def _known(self, id: GoalId) -> Goal:
        if id not in self.goals:
            raise NotFound("no-such-goal", "this participant has no goal with this id")
        return self.goals[id]

    def _with(self, goal: Goal) -> Self:
        return self.model_copy(update={"goals": {**self.goals, goal.id: goal}})
