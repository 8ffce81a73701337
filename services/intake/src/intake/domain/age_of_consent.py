"""Who may consent, by age and state. Source: facts 6.7; the numbers stand in `care.yaml`."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from common.contracts.words import ConsentSetting, LevelOfCare, ReleaseScope, Signatory

Years = Annotated[int, Field(strict=True, ge=0, le=25)]
Hours = Annotated[int, Field(strict=True, ge=1, le=24)]
DEFAULT = "default"


class Ages(BaseModel):
    """The ages of one state, in years: from which one consents alone, and from which one is of age."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outpatient: Years
    residential: Years
    substance_use: Years = Field(alias="substance-use")
    of_age: Years

    def alone_from(self, setting: ConsentSetting) -> int:
        """The age from which somebody consents for themself; at the latest when they are of age."""
        by_setting = {
            ConsentSetting.OUTPATIENT: self.outpatient,
            ConsentSetting.RESIDENTIAL: self.residential,
            ConsentSetting.SUBSTANCE_USE: self.substance_use,
        }
        return min(by_setting[setting], self.of_age)


class ConsentRules(BaseModel):
    """The table of ages by state, the state the program treats in, and how long a verbal agreement holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: str
    verbal_hours: Hours
    ages: Mapping[str, Ages]

    @model_validator(mode="after")
    def _names_what_it_has(self) -> "ConsentRules":
        absent = {DEFAULT, self.state} - self.ages.keys()
        if absent:
            raise ValueError(f"ages lacks {', '.join(sorted(absent))}, expected a row for each")
        return self

    def of(self, state: str) -> Ages:
        """The row of a state, the program's where none is said; the default row for a state without one."""
        return self.ages.get(state or self.state, self.ages[DEFAULT])


def setting_of(level: LevelOfCare | None, scopes: tuple[ReleaseScope, ...]) -> ConsentSetting:
    """Which age of consent bears on a release: substance use first, then where somebody is treated."""
    if ReleaseScope.SUD in scopes:
        return ConsentSetting.SUBSTANCE_USE
    return ConsentSetting.RESIDENTIAL if level is LevelOfCare.RESIDENTIAL else ConsentSetting.OUTPATIENT


def birthday(birth_date: date, age: int) -> date:
    """The day on which somebody reaches an age; born on 29 February, 1 March in other years (ASSUMED)."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:
        return date(birth_date.year + age, 3, 1)


def why_not(signatory: Signatory, birth_date: date | None, setting: ConsentSetting, ages: Ages, today: date) -> str:
    """Why this person's signature does not do, as a code; nothing where it does.

    Who has reached the age signs alone, and nobody signs for them; an unknown age is for people to find out.
    """
    if birth_date is None:
        return ""
    alone = today >= birthday(birth_date, ages.alone_from(setting))
    if signatory is Signatory.PARTICIPANT:
        return "" if alone else "guardian-needed"
    return "participant-signs" if alone else ""
