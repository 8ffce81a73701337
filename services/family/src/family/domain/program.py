"""The family program as data: kinds of session, the family's curriculum, misconceptions, levels of validation."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from common.contracts.words import ReleaseScope, SkillModule
from family.domain.network import SESSION_KINDS
from family.domain.turns import Schedule

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z_]{1,59}$")]
Minutes = Annotated[int, Field(strict=True, ge=1, le=480)]
LEARNING = (ReleaseScope.SKILLS_CURRICULUM,)
"""What lets a supporter hear which skill the participant learns. Source: facts 6.5."""
OF_SUBSTANCE_USE = (ReleaseScope.SUD,)
"""What alone lets a supporter hear of substance use; no other scope implies it. Source: facts 6.5, 6.6."""
LEVELS = range(1, 7)
"""Levels of validation. Source: facts 6.3."""


class Strict(BaseModel):
    """A block of the file: what it does not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SessionType(Strict):
    """One kind of session: with whom, whether the participant is there, and how long, from and to, in minutes."""

    whom: Literal["supporters", "one family", "several families"] = Field(alias="with")
    participant: Literal["yes", "no", "usually", "preferably", "optional"]
    minutes: tuple[Minutes, Minutes]
    billing: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _from_before_to(self) -> "SessionType":
        if self.minutes[0] > self.minutes[1]:
            raise ValueError("minutes stand as from, to")
        return self


class FamilyModule(Strict):
    """A module of the family's curriculum, and the participant's modules with which it goes in step."""

    code: Code
    in_step_with: tuple[SkillModule, ...] = ()


class ValidationLevel(Strict):
    """What one does at a level, and a prompt in our own words. Validating is not approving. Source: facts 6.3."""

    act: str
    prompt: str


class Program(Strict):
    """Everything of the family program that a site may set."""

    version: str
    sessions: Mapping[str, SessionType]
    curriculum: tuple[FamilyModule, ...]
    first: tuple[Code, ...] = ()
    misconceptions: Mapping[Code, Code]
    validation: Mapping[int, ValidationLevel]
    goals: tuple[Code, ...]
    barriers: tuple[Code, ...]
    readiness: tuple[Code, ...]
    settle_minutes: Minutes
    substance_use: tuple[Code, ...] = ()
    measures: Schedule = Schedule()

    @model_validator(mode="after")
    def _fits_together(self) -> "Program":
        codes = [module.code for module in self.curriculum]
        unknown = ({*self.misconceptions.values()} | {*self.first}) - {*codes}
        if unknown or len({*codes}) != len(codes):
            raise ValueError(f"modules are named once in curriculum; not there: {', '.join(sorted(unknown)) or 'none'}")
        if self.sessions.keys() != SESSION_KINDS:
            raise ValueError(f"sessions are: {', '.join(sorted(SESSION_KINDS))}")
        if {*self.validation} != {*LEVELS}:
            raise ValueError("levels of validation are 1 to 6")
        return self

    @property
    def settle(self) -> timedelta:
        """How long a lesson waits before it is told."""
        return timedelta(minutes=self.settle_minutes)

    def scopes_for(self, skill: str) -> tuple[ReleaseScope, ...]:
        """Which releases let a supporter hear of a skill. Rule: FA-R6."""
        return OF_SUBSTANCE_USE if skill in self.substance_use else LEARNING

    def modules(self) -> tuple[str, ...]:
        """The codes of the curriculum, in order."""
        return tuple(module.code for module in self.curriculum)

    def next_module(self, taught: Collection[str], now_learning: SkillModule | None) -> str | None:
        """What a supporter learns next: what comes first, then what the participant learns now, then the order.

        Rule: FA-E3. None once all were taught.
        """
        open_ = [module for module in self.curriculum if module.code not in taught]
        first = [module for module in open_ if module.code in self.first]
        in_step = [module for module in open_ if now_learning in module.in_step_with]
        found = next(iter((*first, *in_step, *open_)), None)
        return found.code if found else None
