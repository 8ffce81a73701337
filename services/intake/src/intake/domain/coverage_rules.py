"""When to warn of authorisations and certifications. Source of every number: the comments of `care.yaml`."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.words import LevelOfCare

Whole = Annotated[int, Field(strict=True, ge=1, le=1000)]
Left = Annotated[int, Field(strict=True, ge=0, le=100)]


class AuthorisationRules(BaseModel):
    """At how many days and units left to warn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days_left: tuple[Left, ...]
    units_left: tuple[Left, ...]


class Rhythm(BaseModel):
    """By which day of a stay the first certification is due, and how many days later each next one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_by_day: Whole
    then_every_days: Whole


class CertificationRules(BaseModel):
    """At how many days left to warn, and the rhythm of each level that is certified."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days_left: tuple[Left, ...]
    levels: Mapping[LevelOfCare, Rhythm]


def threshold(left: int, thresholds: tuple[int, ...]) -> int | None:
    """The nearest threshold reached with so much left: the smallest not below it; None before the first."""
    return min((t for t in thresholds if left <= t), default=None)
