"""The work with the supporters of one participant, as it stands: plans, what was taught, practice, the agreement."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.message import Contract
from common.contracts.network import (
    EngagementPlanAgreed,
    EngagementPlanEnded,
    FamilyModuleTaught,
    HomeAgreementAgreed,
    HomeAgreementWritten,
    HomePracticeAgreed,
    HomePracticeDone,
    MisconceptionAddressed,
    MisconceptionEvent,
    MisconceptionRechecked,
)
from common.contracts.supporting import FamilyKnowledgeChecked, SupporterAimsSet
from common.contracts.words import SupporterId

PARTICIPANT = "participant"
"""Who agrees or says that something was practised, where it is no supporter."""


class Frozen(BaseModel):
    """A value that is replaced, never changed."""

    model_config = ConfigDict(frozen=True)


class MisconceptionState(StrEnum):
    """How far a misconception is. Source: facts 6.4."""

    OBSERVED = "OBSERVED"
    ADDRESSED = "ADDRESSED"
    IMPROVED = "IMPROVED"


class Plan(Frozen):
    """How one supporter takes part; codes of the program."""

    version: int
    session_types: tuple[str, ...]
    goals: tuple[str, ...]
    barriers: tuple[str, ...] = ()
    readiness: str
    agreed_with_supporter: bool
    active: bool = True


class Work(Frozen):
    """The work with one supporter."""

    plan: Plan | None = None
    aims: tuple[str, ...] = ()
    """What they want to work on themselves, in codes of the program."""
    modules: tuple[str, ...] = ()
    knowledge: dict[str, int] = Field(default_factory=dict)
    """Percent, by `knowledge_key`."""
    misconceptions: dict[str, MisconceptionState] = Field(default_factory=dict)


class Practice(Frozen):
    """A skill to practise together; `done` counts how often that was said."""

    skill: str
    supporter_ids: tuple[SupporterId, ...]
    done: int = 0


class Agreement(Frozen):
    """One version of the home agreement: whose word it waits for, and who gave it."""

    version: int
    supporter_ids: tuple[SupporterId, ...]
    agreed: tuple[str, ...] = ()

    def waits_for(self) -> tuple[str, ...]:
        """Whose word is still missing."""
        return tuple(who for who in (PARTICIPANT, *self.supporter_ids) if who not in self.agreed)


class Engagement(Frozen):
    """All of it, for one participant. `agreement` is the newest version, `in_force` the last everybody agreed to."""

    work: dict[SupporterId, Work] = Field(default_factory=dict)
    practices: dict[str, Practice] = Field(default_factory=dict)
    agreement: Agreement | None = None
    in_force: Agreement | None = None

    def of(self, who: SupporterId) -> Work:
        """The work with one supporter; nothing yet, where nothing is known."""
        return self.work.get(who, Work())

    def after(self, fact: Contract) -> Self:
        """The work once `fact` is true."""
        match fact:
            case EngagementPlanAgreed():
                return self._with(fact.supporter_id, plan=Plan.model_validate(fact, from_attributes=True))
            case EngagementPlanEnded():
                plan = self.of(fact.supporter_id).plan
                ended = plan.model_copy(update={"active": False}) if plan else None
                return self._with(fact.supporter_id, plan=ended)
            case SupporterAimsSet():
                return self._with(fact.supporter_id, aims=fact.goals)
            case FamilyModuleTaught():
                return self._with(fact.supporter_id, modules=(*self.of(fact.supporter_id).modules, fact.module))
            case FamilyKnowledgeChecked():
                known = {
                    **self.of(fact.supporter_id).knowledge,
                    knowledge_key(fact.module, after=fact.after): fact.percent,
                }
                return self._with(fact.supporter_id, knowledge=known)
            case MisconceptionEvent():
                held = {**self.of(fact.supporter_id).misconceptions, fact.misconception: _state_after(fact)}
                return self._with(fact.supporter_id, misconceptions=held)
            case HomePracticeAgreed():
                agreed = Practice(skill=fact.skill, supporter_ids=fact.supporter_ids)
                return self._practised(fact.practice_id, agreed)
            case HomePracticeDone():
                before = self.practices[fact.practice_id]
                return self._practised(fact.practice_id, before.model_copy(update={"done": before.done + 1}))
        return self._after_agreement(fact)

    def _after_agreement(self, fact: Contract) -> Self:
        match fact:
            case HomeAgreementWritten():
                written = Agreement(version=fact.version, supporter_ids=fact.supporter_ids)
                return self.model_copy(update={"agreement": written})
            case HomeAgreementAgreed() if self.agreement:
                agreed = (*self.agreement.agreed, fact.supporter_id or PARTICIPANT)
                now = self.agreement.model_copy(update={"agreed": agreed})
                return self.model_copy(update={"agreement": now, **({"in_force": now} if fact.in_force else {})})
        return self

    def _with(self, who: SupporterId, **changes: object) -> Self:
        work = self.of(who).model_copy(update=changes)
        return self.model_copy(update={"work": {**self.work, who: work}})

    def _practised(self, id: str, practice: Practice) -> Self:
        return self.model_copy(update={"practices": {**self.practices, id: practice}})


def knowledge_key(module: str, *, after: bool) -> str:
    """Under which name a knowledge check stands: `ORIENTATION before`, `ORIENTATION after`."""
    return f"{module} {'after' if after else 'before'}"


def _state_after(fact: MisconceptionEvent) -> MisconceptionState:
    match fact:
        case MisconceptionAddressed():
            return MisconceptionState.ADDRESSED
        case MisconceptionRechecked(improved=True):
            return MisconceptionState.IMPROVED
    return MisconceptionState.OBSERVED
