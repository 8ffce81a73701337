"""The parameters of the transition policy: read once, checked whole, known by version and content."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, Self, TypeVar, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from common.contracts.words import Condition, Instrument, LevelOfCare, RiskLevel, SkillModule
from intake.domain.allowed import Code, Lookback, OfSeven, Percent, Points, Text, Urge, Whole, Window
from intake.domain.process import Process
from intake.domain.tasks import Review

K = TypeVar("K", bound=StrEnum)
V = TypeVar("V")


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


def _in_order(days: tuple[date, ...]) -> tuple[date, ...]:
    return tuple(sorted(set(days)))


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StepLimits(_Block):
    """The limits of one step down: gates G2-G12, progress rules S1-S6."""

    window_days: Window
    screen_at_most: RiskLevel
    screen_hours: Whole
    days_since_dangerous_act: Lookback
    days_since_self_harm: Lookback
    suicide_urge_at_most: Urge
    diary_percent: Percent
    plan_review_days: Lookback
    appointment_within: Whole
    appointment_unit: Literal["business-days", "days"]
    administrations: Whole
    progress_rules: OfSeven
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
    cooldown_program_days: Lookback
    cooldown_after_step_up_days: Whole
    clock_tolerance_minutes: Whole
    steps: Annotated[dict[Step, StepLimits], _every(Step)]


class StepUp(_Block):
    """What triggers a step up, or the emergency path: E1, U1-U6."""

    emergency_act_days: Lookback
    moderate_screen_levels: tuple[LevelOfCare, ...]
    urge_level: Urge
    urge_cards: Whole
    of_cards: Whole
    cards_within_days: Lookback
    self_harm_acts: Whole
    self_harm_days: Lookback
    confirmed_within_days: Whole
    top_bands: dict[Instrument, Points]
    top_band_needs_function_fall: tuple[Instrument, ...]
    watch_days_after_step_down: Whole
    attendance_percent: Percent
    attendance_days: Window
    risk_within_days: Lookback
    coaching_calls: Whole
    coaching_days: Whole
    coaching_within_days: Lookback
    support_request_days: Lookback


class Span(_Block):
    """How long a stay may go without a gain before people look at the plan."""

    after: Whole
    counted_in: Literal["days", "program-days", "sessions"]


class Measure(_Block):
    """What change of an instrument is reliable, and how often it is due at each level."""

    reliable_change: Points
    interval_days: dict[LevelOfCare, Whole]


class Policy(_Block):
    """The whole policy. Source of every number: the comments of `policy.yaml`."""

    version: Text
    step_down: StepDown
    step_up: StepUp
    measures: Annotated[dict[Instrument, Measure], _every(Instrument)]
    closed_on: Annotated[tuple[date, ...], AfterValidator(_in_order)]
    stale_after_intervals: Whole
    ceiling_excluded: tuple[Instrument, ...]
    everybodys_measures: tuple[Instrument, ...]
    primary_measure: Annotated[dict[Condition, Instrument], _every(Condition)]
    watched_beside_primary: dict[Condition, tuple[Instrument, ...]]
    clearance_required_for: tuple[Condition, ...]
    home_climate_fall: Whole
    curriculum: Annotated[dict[SkillModule, tuple[Code, ...]], _every(SkillModule)]
    required_lessons: Annotated[tuple[Code, ...], Field(min_length=1)]
    module_percent: Percent
    no_progress: dict[LevelOfCare, Span]
    goal_review_days: Window
    review_again_days: Annotated[dict[Review, Whole], _every(Review)]
    approvals: Annotated[dict[Approval, Whole], _every(Approval)]
    proposal_expiry_hours: Whole
    loc_opinion_days: Lookback
    process: Process

    @classmethod
    def from_mapping(cls, parsed: Mapping[str, Any] | None) -> Self:
        """The policy in an already parsed file; raises `PolicyInvalid` with one readable line an error."""
        try:
            return cls.model_validate(parsed)
        except ValidationError as invalid:
            raise PolicyInvalid([line for error in invalid.errors() for line in _lines(error)]) from None

    @cached_property
    def id(self) -> str:
        """Version and content, `1.0+3f9a0c1d2e4b`: equal only where every parameter is."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return f"{self.version}+{hashlib.sha256(content.encode()).hexdigest()[:12]}"

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        wrong = [*_lessons(self), *_ceilings(self), *_hysteresis(self), *_names(self)]
        if wrong:
            raise ValueError("\n".join(wrong))
        return self


def _lessons(policy: Policy) -> list[str]:
    known = {lesson for lessons in policy.curriculum.values() for lesson in lessons}
    strange = ", ".join(lesson for lesson in policy.required_lessons if lesson not in known)
    return [f"required_lessons: has {strange}, expected lessons of the curriculum"] if strange else []


def _ceilings(policy: Policy) -> list[str]:
    measures = dict.fromkeys(policy.primary_measure.values())
    bare = {name: [m for m in measures if m not in step.ceilings] for name, step in policy.step_down.steps.items()}
    return [
        f"step_down.steps.{name}.ceilings: lacks {', '.join(lacking)}, expected one for each primary measure"
        for name, lacking in bare.items()
        if lacking
    ]


def _hysteresis(policy: Policy) -> list[str]:
    """What triggers a step up must not pass a step down. Source: program policy 1.0, principle P4."""
    up, wrong = policy.step_up, []
    if not up.urge_cards <= up.of_cards <= up.cards_within_days:
        wrong.append(f"step_up.of_cards: is {up.of_cards}, expected from {up.urge_cards} (urge_cards) "
                     f"to {up.cards_within_days} (cards_within_days)")  # fmt: skip
    for name, step in policy.step_down.steps.items():
        path = f"step_down.steps.{name}"
        if step.suicide_urge_at_most >= up.urge_level:
            wrong.append(f"{path}.suicide_urge_at_most: is {step.suicide_urge_at_most}, expected below "
                         f"{up.urge_level}, which triggers a step up")  # fmt: skip
        if step.attendance_percent < up.attendance_percent:
            wrong.append(f"{path}.attendance_percent: is {step.attendance_percent}, expected at least "
                         f"{up.attendance_percent}, below which a step up begins")  # fmt: skip
        for measure, band in up.top_bands.items():
            ceiling = step.ceilings.get(measure, 0)
            if ceiling > band or (ceiling == band and measure not in policy.ceiling_excluded):
                wrong.append(f"{path}.ceilings.{measure}: is {ceiling:g}, expected below {band:g}, the top band")
    return wrong


def _names(policy: Policy) -> list[str]:
    steps = [follow_up.step for follow_up in policy.process.follow_ups]
    twice = ", ".join(sorted({step for step in steps if steps.count(step) > 1}))
    return [f"process.follow_ups: has {twice} twice, expected each name once"] if twice else []


_EXPECTED = {
    "model_type": "a block of `name: value` lines",
    "dict_type": "a block of `name: value` lines",
    "tuple_type": "a list",
}


def _lines(error: Mapping[str, Any]) -> list[str]:
    path = ".".join(str(part) for part in error["loc"] if part != "[key]")
    told = error["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    match error["type"]:
        case "missing":
            return [f"{path}: is missing, expected a value"]
        case "extra_forbidden":
            return [f"{path}: is not known, expected one of {', '.join(_known_beside(error['loc']))}"]
        case "value_error":
            return [f"{path}: {line}" if path else line for line in told.splitlines()]
    expected = _EXPECTED.get(error["type"], told[:1].lower() + told[1:])
    return [f"{path or 'policy'}: is {error['input']!r}, expected {expected}"]


def _known_beside(loc: tuple[str | int, ...]) -> list[str]:
    """The names a block may have, of which the last part of `loc` is none."""
    kind: Any = Policy
    for part in loc[:-1]:
        inner = get_args(kind)
        kind = inner[-1 if get_origin(kind) is dict else 0] if inner else kind.model_fields[part].annotation
    return list(kind.model_fields)
