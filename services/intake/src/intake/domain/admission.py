"""The parameters of referral and admission: what is offered to whom, and how soon somebody is spoken with."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from common.contracts.words import Condition, LevelOfCare, Priority
from intake.domain.allowed import Age, Many

ENTRY = (LevelOfCare.RESIDENTIAL, LevelOfCare.PHP, LevelOfCare.IOP)
"""Levels a referral may be admitted to. Source: facts 2.5."""


class Program(BaseModel):
    """Whom one level of care is for. No `oldest_age`: no limit; no `conditions`: any mental-health reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    youngest_age: Age
    oldest_age: Age | None = None
    conditions: tuple[Condition, ...] = ()

    @model_validator(mode="after")
    def _ages_fit(self) -> Self:
        if self.oldest_age is not None and self.oldest_age < self.youngest_age:
            raise ValueError("oldest_age is below youngest_age")
        return self


def _may_be_entered(programs: dict[LevelOfCare, Program]) -> dict[LevelOfCare, Program]:
    strange = ", ".join(level for level in programs if level not in ENTRY)
    if strange:
        raise ValueError(f"has {strange}, expected levels a referral may be admitted to: {', '.join(ENTRY)}")
    return programs


def _every_priority(hours: dict[Priority, int]) -> dict[Priority, int]:
    absent = ", ".join(priority for priority in Priority if priority not in hours)
    if absent:
        raise ValueError(f"lacks {absent}, expected an entry for each")
    return hours


class Admission(BaseModel):
    """Whom the program takes, and how it treats those who wait. Source of every number: `policy.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    adult_age: Age
    programs: Annotated[dict[LevelOfCare, Program], AfterValidator(_may_be_entered)]
    first_contact_hours: Annotated[dict[Priority, Many], AfterValidator(_every_priority)]
