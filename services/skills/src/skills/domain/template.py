"""The diary card's template: what a program asks, on which scales, and what it wants looked at."""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from common.change import Invalid
from skills.domain.diary import HIGHEST_CODE

FieldCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,59}$")]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Version = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
LOWEST_RANK, HIGHEST_RANK = 1, 4
"""Source: facts 3.5, ranks of targets."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Scale(_Part):
    """Whole numbers from one to another, no halves. Source: facts 3.4."""

    lowest: int = Field(alias="from", ge=0, le=100)
    highest: int = Field(alias="to", ge=1, le=100)


class CardField(_Part):
    """One thing asked. `substance_use` says that 42 CFR Part 2 holds for the answer."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    group: Word
    scale: Word
    substance_use: bool = False


class Alert(_Part):
    """What must be looked at in the next session, and its rank in the hierarchy of targets."""

    field: FieldCode
    at_least: int | None = None
    at_most: int | None = None
    rank: int = Field(ge=LOWEST_RANK, le=HIGHEST_RANK)

    def says(self, ratings: Mapping[str, int]) -> bool:
        """Whether a card asks for it; what was not answered never does."""
        value = ratings.get(self.field)
        if value is None:
            return False
        return (self.at_least is not None and value >= self.at_least) or (
            self.at_most is not None and value <= self.at_most
        )


class Template(_Part):
    """One version of the card."""

    late_after_hours: int = Field(ge=0, le=240)
    skills: Literal["all"] | tuple[str, ...] = "all"
    scales: dict[Word, Scale] = Field(min_length=1)
    fields_: dict[FieldCode, CardField] = Field(alias="fields", min_length=1)
    alerts: dict[Word, Alert] = {}

    def check(self, ratings: Mapping[str, int], codes: Mapping[str, int], known: Collection[str]) -> None:
        """Raises Invalid for answers this template does not ask for or that are off their scale. Rule: SK-D8."""
        for field, value in ratings.items():
            if (asked := self.fields_.get(field)) is None:
                raise Invalid("field-unknown", "the card's template does not ask for one of its fields")
            scale = self.scales[asked.scale]
            if not scale.lowest <= value <= scale.highest:
                raise Invalid("rating-out-of-range", f"a field is a whole number {scale.lowest} to {scale.highest}")
        for skill, code in codes.items():
            if skill not in (known if self.skills == "all" else self.skills):
                raise Invalid("skill-unknown", "the card's template does not have one of its skills")
            if not 0 <= code <= HIGHEST_CODE:
                raise Invalid("skill-code-out-of-range", f"a skill code is one of 0 to {HIGHEST_CODE}")

    def mistakes(self, place: str) -> Iterator[str]:
        """What its parts owe each other, a line each."""
        for name, scale in self.scales.items():
            if scale.lowest >= scale.highest:
                yield f"{place}.scales.{name}.to: is not above {scale.lowest}"
        for code, asked in self.fields_.items():
            if asked.scale not in self.scales:
                yield f"{place}.fields.{code}.scale: {asked.scale} is no scale of this template"
        for name, alert in self.alerts.items():
            if alert.field not in self.fields_:
                yield f"{place}.alerts.{name}.field: {alert.field} is no field of this template"
            if alert.at_least is None and alert.at_most is None:
                yield f"{place}.alerts.{name}: says neither at_least nor at_most"


class Templates(_Part):
    """Every version of the card that may still come. Rule: SK-D8."""

    current: Version
    templates: dict[Version, Template] = Field(min_length=1)

    def version(self, name: str) -> Template:
        """One version; raises Invalid `template-unknown`."""
        if name not in self.templates:
            raise Invalid("template-unknown", "the program's diary file has no template of this version")
        return self.templates[name]

    def mistakes(self) -> list[str]:
        """What is wrong with the file, a line each: `place: what is wrong`."""
        inner = [line for name, one in self.templates.items() for line in one.mistakes(f"templates.{name}")]
        if self.current not in self.templates:
            return [f"current: {self.current} is no template of this file", *inner]
        return inner
