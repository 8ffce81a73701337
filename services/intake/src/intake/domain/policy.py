"""The parameters of the transition policy: read once, checked whole, known by version and content."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from common.contracts.words import Condition, Instrument, LevelOfCare, RiskLevel, SkillModule
from intake.domain.process import Process

K = TypeVar("K", bound=StrEnum)
V = TypeVar("V")

Whole = Annotated[int, Field(strict=True, ge=1, le=1000)]
Percent = Annotated[int, Field(strict=True, ge=1, le=100)]
Urge = Annotated[int, Field(strict=True, ge=0, le=5)]
Points = Annotated[float, Field(strict=True, gt=0, le=100)]
Code = Annotated[str, Field(strict=True, pattern="^[A-Z][A-Z0-9_]*$")]


class Step(StrEnum):
    """The steps down that have rules."""

    RESIDENTIAL_PHP = "RESIDENTIAL_PHP"
    PHP_IOP = "PHP_IOP"
    IOP_OUT = "IOP_OUT"


STEPS: dict[LevelOfCare, tuple[Step, LevelOfCare]] = {
    LevelOfCare.RESIDENTIAL: (Step.RESIDENTIAL_PHP, LevelOfCare.PHP),
    LevelOfCare.PHP: (Step.PHP_IOP, LevelOfCare.IOP),
    LevelOfCare.IOP: (Step.IOP_OUT, LevelOfCare.OUTPATIENT_BOOSTER),
}
"""From each level that may be stepped down from: by which rules, and to where."""

ONE_UP: dict[LevelOfCare, LevelOfCare] = {
    LevelOfCare.PHP: LevelOfCare.RESIDENTIAL,
    LevelOfCare.IOP: LevelOfCare.PHP,
    LevelOfCare.OUTPATIENT_BOOSTER: LevelOfCare.IOP,
}
"""One level up; above RESIDENTIAL the program has none."""


class Approval(StrEnum):
    """What has to be signed, as far as it decides how many must sign."""

    RESIDENTIAL_PHP = "RESIDENTIAL_PHP"
    PHP_IOP = "PHP_IOP"
    IOP_OUT = "IOP_OUT"
    STEP_UP = "STEP_UP"
    SKIP_LEVEL = "SKIP_LEVEL"


class PolicyInvalid(ValueError):
    """The policy cannot be used; each line says `path: what is wrong, what was expected`."""

    def __init__(self, lines: list[str]) -> None:
        """Keep the lines for whoever shows them."""
        super().__init__("\n".join(lines))
        self.lines = lines


def _every(words: type[K]) -> AfterValidator:
    def check(by_word: dict[K, V]) -> dict[K, V]:
        absent = ", ".join(word for word in words if word not in by_word)
        if absent:
            raise ValueError(f"lacks {absent}, expected an entry for each")
        return by_word

    return AfterValidator(check)


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StepLimits(_Block):
    """The limits of one step down: gates G2-G12, progress rules S1-S6."""

    window_days: Whole
    screen_at_most: RiskLevel
    screen_hours: Whole
    days_since_dangerous_act: Whole
    days_since_self_harm: Whole
    suicide_urge_at_most: Urge
    diary_percent: Percent
    plan_review_days: Whole
    appointment_within: Whole
    appointment_unit: Literal["business-days", "days"]
    administrations: Whole
    progress_rules: Annotated[int, Field(strict=True, ge=1, le=7)]
    ceilings: dict[Instrument, Points]
    attendance_percent: Percent
    helped_percent: Percent
    lessons_of: Literal["required", "cycle"]
    lessons_percent: Percent
    modules_instead: Whole | None = None
    wsas_at_most: Points


class StepDown(_Block):
    """When a step down may be proposed."""

    confirm_gap_hours: Whole
    cooldown_days: Whole
    cooldown_after_step_up_days: Whole
    clock_tolerance_minutes: Whole
    steps: Annotated[dict[Step, StepLimits], _every(Step)]


class StepUp(_Block):
    """What triggers a step up, or the emergency path: E1, U1-U6."""

    emergency_act_days: Whole
    moderate_screen_levels: tuple[LevelOfCare, ...]
    urge_level: Urge
    urge_cards: Whole
    of_cards: Whole
    cards_within_days: Whole
    self_harm_acts: Whole
    self_harm_days: Whole
    confirmed_within_days: Whole
    top_bands: dict[Instrument, Points]
    top_band_needs_function_fall: tuple[Instrument, ...]
    watch_days_after_step_down: Whole
    attendance_percent: Percent
    attendance_days: Whole
    risk_within_days: Whole


class Measure(_Block):
    """What change of an instrument is reliable, and how often it is due at each level."""

    reliable_change: Points
    interval_days: dict[LevelOfCare, Whole]


class Policy(_Block):
    """The whole policy. Source of every number: the comments of `policy.yaml`."""

    version: str
    step_down: StepDown
    step_up: StepUp
    measures: Annotated[dict[Instrument, Measure], _every(Instrument)]
    stale_after_intervals: Whole
    ceiling_excluded: tuple[Instrument, ...]
    everybodys_measures: tuple[Instrument, ...]
    primary_measure: Annotated[dict[Condition, Instrument], _every(Condition)]
    clearance_required_for: tuple[Condition, ...]
    home_climate_fall: Whole
    curriculum: Annotated[dict[SkillModule, tuple[Code, ...]], _every(SkillModule)]
    required_lessons: Annotated[tuple[Code, ...], Field(min_length=1)]
    module_percent: Percent
    approvals: Annotated[dict[Approval, Whole], _every(Approval)]
    proposal_expiry_hours: Whole
    process: Process

    @classmethod
    def from_mapping(cls, parsed: Mapping[str, Any] | None) -> Self:
        """The policy in an already parsed file; raises `PolicyInvalid` with one readable line an error."""
        try:
            return cls.model_validate(parsed)
        except ValidationError as invalid:
            raise PolicyInvalid([_line(error) for error in invalid.errors()]) from None

    @cached_property
    def id(self) -> str:
        """Version and content, `1.0+3f9a0c1d2e4b`: equal only where every parameter is."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return f"{self.version}+{hashlib.sha256(content.encode()).hexdigest()[:12]}"

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        known = {lesson for lessons in self.curriculum.values() for lesson in lessons}
        strange = ", ".join(lesson for lesson in self.required_lessons if lesson not in known)
        if strange:
            raise ValueError(f"required_lessons: has {strange}, expected lessons of the curriculum")
        for name, step in self.step_down.steps.items():
            bare = ", ".join(m for m in dict.fromkeys(self.primary_measure.values()) if m not in step.ceilings)
            if bare:
                path = f"step_down.steps.{name}.ceilings"
                raise ValueError(f"{path}: lacks {bare}, expected one for each primary measure")
        return self


_EXPECTED = {
    "int_type": "a whole number",
    "float_type": "a number",
    "model_type": "a block of `name: value` lines",
}


def _line(error: Mapping[str, Any]) -> str:
    path = ".".join(str(part) for part in error["loc"] if part != "[key]")
    told = error["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    match error["type"]:
        case "missing":
            return f"{path}: is missing, expected a value"
        case "extra_forbidden":
            return f"{path}: is not known, expected no such entry"
        case "value_error":
            return f"{path}: {told}" if path else told
    expected = _EXPECTED.get(error["type"], told[:1].lower() + told[1:])
    return f"{path or 'policy'}: is {error['input']!r}, expected {expected}"
