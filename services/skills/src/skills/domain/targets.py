"""Targets by the fixed hierarchy, chain analyses, commitments, and moments between sessions."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from common.change import Aggregate, Invalid, NotFound
from common.contracts.message import Contract, Instant
from common.contracts.targets import (
    ChainAnalysed,
    ChainKind,
    CommitmentKind,
    CommitmentMade,
    CommitmentOutcome,
    CommitmentSettled,
    MomentKind,
    MomentNoted,
    TargetEnded,
    TargetSet,
)
from common.contracts.words import GoalId, ParticipantId, StaffId
from skills.domain.syllabus import Syllabus

RANKS = {
    1: "decrease life-threatening behaviour",
    2: "decrease therapy-interfering behaviour",
    3: "decrease quality-of-life-interfering behaviour",
    4: "increase behavioural skills",
}
"""The hierarchy of individual therapy in Stage 1; its order is fixed. Source: facts 3.5."""
KEEP = 200
"""Chain analyses, settled commitments and moments kept, the newest. ASSUMED; the journal keeps all."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class WorkedOn(_Part):
    """A target; ended where there is a reason."""

    rank: int
    what: str
    agreed: bool
    since: Instant
    ended: str | None = None


class Chain(_Part):
    """A chain analysis, without its words."""

    kind: ChainKind
    about: str
    at: Instant
    skills: tuple[str, ...] = ()


class Commitment(_Part):
    """A commitment; open where it has no outcome, or was not kept yet. `goal_id`: it is a step to this one."""

    kind: CommitmentKind
    what: str
    due_on: date | None
    goal_id: GoalId | None = None
    outcome: CommitmentOutcome | None = None


class Moment(_Part):
    """Something between sessions, without its words."""

    kind: MomentKind
    happened_at: Instant
    skill: str | None = None


class Targets(Aggregate):
    """What one participant and their therapist work on; its id is the participant's."""

    targets: dict[str, WorkedOn] = Field(default_factory=dict)
    chains: dict[str, Chain] = Field(default_factory=dict)
    commitments: dict[str, Commitment] = Field(default_factory=dict)
    moments: dict[str, Moment] = Field(default_factory=dict)

    @property
    def _participant(self) -> ParticipantId:
        return ParticipantId(self.id)

    def agreed(self) -> Self:
        """Without the targets that the participant has not agreed to. Rule: SK-O2."""
        return self.model_copy(update={"targets": {id: one for id, one in self.targets.items() if one.agreed}})

    def set_target(self, target_id: str, new: WorkedOn, by: StaffId) -> list[Contract]:
        """A person sets a target; the same again says nothing, other content replaces. Raises Invalid. Rule: SK-T7."""
        if new.rank not in RANKS:
            raise Invalid("rank-unknown", "a target has one of the ranks 1 to 4 of the hierarchy")
        held = self.targets.get(target_id)
        if held is not None and held.ended is None and held.model_copy(update={"since": new.since}) == new:
            return []
        said = {"rank": new.rank, "what": new.what, "agreed": new.agreed}
        return [TargetSet(at=new.since, participant_id=self._participant, target_id=target_id, set_by=by, **said)]

    def end_target(self, target_id: str, reason: str, by: StaffId, at: datetime) -> list[Contract]:
        """It is not worked on any more, once; raises NotFound `target-unknown`. Rule: SK-T7."""
        held = self.targets.get(target_id)
        if held is None:
            raise NotFound("target-unknown", "this participant has no target of this id")
        if held.ended is not None:
            return []
        return [TargetEnded(at=at, participant_id=self._participant, target_id=target_id, reason=reason, ended_by=by)]

    def analyse(self, syllabus: Syllabus, chain_id: str, new: Chain, links: int, by: StaffId) -> list[Contract]:
        """A chain analysis is recorded, once by its id; raises Invalid `skill-unknown`. Rule: SK-T6."""
        if any(skill not in syllabus.skills for skill in new.skills):
            raise Invalid("skill-unknown", "the program's curriculum has no skill of this code")
        if chain_id in self.chains:
            return []
        return [
            ChainAnalysed(participant_id=self._participant, chain_id=chain_id, links=links, analysed_by=by, **dict(new))
        ]

    def commit(self, commitment_id: str, new: Commitment, by: StaffId, at: datetime) -> list[Contract]:
        """The participant commits themself, once by its id; raises Invalid `no-day`. Rule: SK-T8."""
        if new.kind is CommitmentKind.UNTIL_A_DAY and new.due_on is None:
            raise Invalid("no-day", "a commitment until a day says which")
        if commitment_id in self.commitments:
            return []
        said = new.model_dump(exclude={"outcome"})
        return [
            CommitmentMade(at=at, participant_id=self._participant, commitment_id=commitment_id, made_with=by, **said)
        ]

    def settle(self, commitment_id: str, outcome: CommitmentOutcome, by: StaffId, at: datetime) -> list[Contract]:
        """What came of it; the same again says nothing. Raises NotFound `commitment-unknown`. Rule: SK-T8."""
        held = self.commitments.get(commitment_id)
        if held is None:
            raise NotFound("commitment-unknown", "this participant has no commitment of this id")
        if held.outcome is outcome:
            return []
        about = {"participant_id": self._participant, "commitment_id": commitment_id}
        return [CommitmentSettled(at=at, outcome=outcome, settled_by=by, **about)]

    def note(self, syllabus: Syllabus, moment_id: str, new: Moment, at: datetime) -> list[Contract]:
        """Something between sessions, once by its id; raises Invalid `skill-unknown`. Rule: SK-T9."""
        if new.skill is not None and new.skill not in syllabus.skills:
            raise Invalid("skill-unknown", "the program's curriculum has no skill of this code")
        if moment_id in self.moments:
            return []
        return [MomentNoted(at=at, participant_id=self._participant, moment_id=moment_id, **dict(new))]

    def after(self, fact: Contract) -> Self:
        """What is worked on once `fact` is true."""
        match fact:
            case TargetSet():
                new = WorkedOn(rank=fact.rank, what=fact.what, agreed=fact.agreed, since=fact.at)
                return self._with("targets", fact.target_id, new)
            case TargetEnded():
                ended = self.targets[fact.target_id].model_copy(update={"ended": fact.reason})
                return self._with("targets", fact.target_id, ended)
            case ChainAnalysed():
                chain = Chain(kind=fact.kind, about=fact.about, at=fact.at, skills=fact.skills)
                return self._with("chains", fact.chain_id, chain)
            case CommitmentMade():
                made = Commitment(kind=fact.kind, what=fact.what, due_on=fact.due_on, goal_id=fact.goal_id)
                return self._with("commitments", fact.commitment_id, made)
            case CommitmentSettled():
                settled = self.commitments[fact.commitment_id].model_copy(update={"outcome": fact.outcome})
                return self._with("commitments", fact.commitment_id, settled)
            case MomentNoted():
                moment = Moment(kind=fact.kind, happened_at=fact.happened_at, skill=fact.skill)
                return self._with("moments", fact.moment_id, moment)
        return self

    def _with(self, field: str, id: str, one: Any) -> Self:
        held = {**getattr(self, field), id: one}
        return self.model_copy(update={field: dict(list(held.items())[-KEEP:])})
