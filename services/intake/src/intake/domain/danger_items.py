"""The kinds of evidence that tell of danger: screens, flags and what people made of them, harm done."""

from datetime import UTC, date, datetime, time
from typing import ClassVar, Literal

from pydantic import Field

from common.contracts.words import FlagId, RiskLevel, ScreenVersion, TargetKind
from intake.domain.item import Item


class Screen(Item):
    """A suicide screen: a level, never a sum."""

    PLACE: ClassVar[str] = "screens"

    kind: Literal["screen"] = "screen"
    instrument: str
    version: ScreenVersion
    level: RiskLevel


class Flag(Item):
    """A risk flag, raised `at`."""

    PLACE: ClassVar[str] = "flags"
    LASTING: ClassVar[bool] = True

    kind: Literal["flag"] = "flag"
    flag_id: FlagId
    level: RiskLevel
    review_on: date | None = None
    matter: str = Field("", exclude=True)
    """What climbs a ladder for the same already; empty: the flag does. No evidence, so it is not kept."""

    def key(self) -> tuple[object, ...]:
        """One flag, raised once; raised anew it is what it was raised to last."""
        return (self.flag_id,)


class FlagCleared(Item):
    """A person cleared a flag; a flag raised again afterwards is open again."""

    PLACE: ClassVar[str] = "flags_cleared"
    LASTING: ClassVar[bool] = True

    kind: Literal["flag-cleared"] = "flag-cleared"
    flag_id: FlagId

    def key(self) -> tuple[object, ...]:
        """The last clearing of a flag is the one that counts."""
        return (self.flag_id,)


class FlagReviewed(Item):
    """A named person looked at an open flag, keeps it, and says until when."""

    PLACE: ClassVar[str] = "flag_reviews"
    LASTING: ClassVar[bool] = True

    kind: Literal["flag-reviewed"] = "flag-reviewed"
    flag_id: FlagId
    review_on: date


class Target(Item):
    """A suicidal act or self-harm; of what a day's diary card tells, the last telling counts. Rule: IN-V9."""

    PLACE: ClassVar[str] = "targets"

    kind: Literal["target"] = "target"
    of: Literal[TargetKind.SUICIDAL_ACT, TargetKind.SELF_HARM]
    needed_medical_care: bool = False
    card_day: date | None = None
    """The day whose diary card tells of it; None: a person does, and no card takes that back."""
    set_aside: bool = False
    """A corrected card says that it did not happen."""
    told: int = 0
    """Which word of skills about this participant it was."""

    def key(self) -> tuple[object, ...]:
        """One act of a kind for each diary card; what a person tells is one act each."""
        return (self.event_id,) if self.card_day is None else (self.of, self.card_day)

    def beats(self, held: "Target") -> bool:
        """The later word of skills does, whenever the act was."""
        return (self.told, self.at, self.event_id) > (held.told, held.at, held.event_id)

    def order(self) -> tuple[datetime, str]:
        """By the card's day, so that all its tellings stand in one place."""
        at = self.at if self.card_day is None else datetime.combine(self.card_day, time.min, UTC)
        return (at, self.event_id)

    def happened_by(self, when: datetime, day: date) -> bool:
        """An act that was set aside never was. Rule: IN-P4."""
        return not self.set_aside and self.at <= when
