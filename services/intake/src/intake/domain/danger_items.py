"""The kinds of evidence that tell of danger: screens, flags and what people made of them, harm done."""

from datetime import date
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
    """A suicidal act or self-harm."""

    PLACE: ClassVar[str] = "targets"

    kind: Literal["target"] = "target"
    of: Literal[TargetKind.SUICIDAL_ACT, TargetKind.SELF_HARM]
    needed_medical_care: bool = False
