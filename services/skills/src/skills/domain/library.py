"""What therapists of a program explain and ask: data that a program writes itself.

Read from the program's file: psychoeducation by condition, question prompts, the levels of validation.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from common.change import Invalid
from common.contracts.words import Condition, DitPhase

LEVELS = range(1, 7)
"""Levels of validation. Source: facts 6.3."""
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,59}$")]
About = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Text = Annotated[str, Field(min_length=1, max_length=300)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Topic(_Part):
    """Something to explain; without conditions it is for everybody."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    conditions: tuple[Condition, ...] = ()
    says: tuple[Text, ...] = Field(min_length=1, max_length=20)


class Prompt(_Part):
    """A question a therapist may ask, what it is about, and the phase of DIT it belongs to, where it does."""

    about: About
    asks: Text
    phase: DitPhase | None = None


class Library(_Part):
    """All of it, by code. Fit for use where `mistakes` says nothing. Rule: SK-G9."""

    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
    psychoeducation: dict[Code, Topic] = Field(min_length=1)
    prompts: dict[Code, Prompt] = Field(min_length=1)
    validation: dict[int, Text]

    def topics_for(self, conditions: Iterable[Condition]) -> Iterator[str]:
        """The topics for somebody with these conditions: those of each, and everybody's. Rule: SK-G6."""
        treated = set(conditions)
        return (code for code, one in self.psychoeducation.items() if not one.conditions or treated & {*one.conditions})

    def check_topic(self, topic: str) -> None:
        """Raises Invalid `topic-unknown`. Rule: SK-G6."""
        if topic not in self.psychoeducation:
            raise Invalid("topic-unknown", "the program's library has no psychoeducation of this code")

    def check_note(self, validation: Iterable[int], prompts: Iterable[str]) -> None:
        """Raises Invalid `validation-level-unknown`, `prompt-unknown`. Rule: SK-G7."""
        if any(level not in self.validation for level in validation):
            raise Invalid("validation-level-unknown", f"levels of validation are {LEVELS[0]} to {LEVELS[-1]}")
        if any(prompt not in self.prompts for prompt in prompts):
            raise Invalid("prompt-unknown", "the program's library has no question of this code")

    def mistakes(self) -> Iterator[str]:
        """What its parts owe each other, a line each: `place: what is wrong`. Rule: SK-G9."""
        for level in self.validation:
            if level not in LEVELS:
                yield f"validation.{level}: is no level, expected {LEVELS[0]} to {LEVELS[-1]}"
        for level in LEVELS:
            if level not in self.validation:
                yield f"validation: level {level} is missing"
        named = {condition for one in self.psychoeducation.values() for condition in one.conditions}
        for condition in Condition:
            if condition not in named:
                yield f"psychoeducation: nothing is explained to somebody treated for {condition}"
