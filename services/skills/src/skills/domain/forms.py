"""Instruments as data: what each asks, how it is scored, what change is reliable. Read once, checked whole."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from common.contracts.words import Instrument, RiskLevel
from skills.domain.schedule import SCREEN, Schedule

Text = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$")]
Item = Annotated[int, Field(ge=1)]
"""Items are numbered from 1, as the form prints them."""


class FormsInvalid(ValueError):
    """The file cannot be used; each line says `path: what is wrong`."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Licence(StrEnum):
    """Whether the words of the items may be shipped. Source: facts 5.1."""

    SHIPS = "ships"
    CONTENT_PACK = "content-pack"
    PERMISSION = "permission"


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReliableChange(_Block):
    """By how many points a score must move; `sd` and `r` where a reliability is published."""

    points: float = Field(gt=0)
    source: Text
    sd: float | None = None
    r: float | None = None


class RiskItem(_Block):
    """An item that, answered with this or more, raises a flag at once."""

    item: Item
    at_least: int
    level: RiskLevel
    rule: Code


class Criteria(_Block):
    """How many symptoms of each subscale a provisional diagnosis needs; an answer counts from `counts_from` on."""

    counts_from: int
    needs: Mapping[Code, int]


class Loinc(_Block):
    """The codes under which the records of others hold this form. Source: facts 8.4."""

    totals: tuple[Text, ...] = ()
    panels: tuple[Text, ...] = ()
    items: tuple[Text, ...] = ()


class Words(_Block):
    """What the form says, word by word."""

    stem: Text
    answers: tuple[Text, ...]
    items: tuple[Text, ...]


class Form(_Block):
    """One instrument. `answers` are the lowest and the highest answer; bands are name -> lowest score of the band.

    `t_scores`: sum of the answers -> T score (mean 50, SD 10), where the score is one. `answers_only`: a total alone is
    not taken, because a sum and a T score look alike.
    """

    name: Text
    version: Text = "1"
    licence: Licence
    source: Text
    items: int = Field(ge=1)
    answers: tuple[int, int]
    tenths: bool = False
    total: Literal["sum", "mean", "mean-of-subscales"] = "sum"
    worse: Literal["higher", "lower"] = "higher"
    t_scores: Mapping[int, float] = {}
    totals_only: bool = False
    answers_only: bool = False
    missing_at_most: int = Field(0, ge=0)
    reverse: tuple[Item, ...] = ()
    unscored: tuple[Item, ...] = ()
    may_not_apply: tuple[Item, ...] = ()
    subscales: Mapping[Code, tuple[Item, ...]] = {}
    criteria: Criteria | None = None
    bands: Mapping[Code, float] = {}
    reliable_change: ReliableChange | None = None
    recall_days: int | None = None
    risk_items: tuple[RiskItem, ...] = ()
    loinc: Loinc = Loinc()
    words: Words | None = None

    @property
    def lowest(self) -> float:
        """The lowest score there is."""
        if self.t_scores:
            return min(self.t_scores.values())
        return self.answers[0] * (self.items if self.total == "sum" else 1)

    @property
    def highest(self) -> float:
        """The highest score there is."""
        if self.t_scores:
            return max(self.t_scores.values())
        return self.answers[1] * (self.items if self.total == "sum" else 1)

    def band_of(self, score: float) -> str:
        """The name of the band a valid score falls in; an edge belongs to the higher band; empty without bands.

        Rule: SK-M2.
        """
        reached = [(lowest, name) for name, lowest in self.bands.items() if lowest <= score]
        return max(reached)[1] if reached else ""

    def risk_item(self, item: int) -> bool:
        """Whether danger is read off this item."""
        return any(risk.item == item for risk in self.risk_items)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        wrong = [*_items_that_are_none(self), *_words(self), *_t_scores(self), *_edges(self)]
        if wrong:
            raise ValueError("\n".join(wrong))
        return self


def _items_that_are_none(form: Form) -> list[str]:
    named: dict[str, tuple[int, ...]] = {
        "reverse": form.reverse,
        "unscored": form.unscored,
        "may_not_apply": form.may_not_apply,
        "risk_items": tuple(risk.item for risk in form.risk_items),
        **{f"subscales.{name}": items for name, items in form.subscales.items()},
    }
    wrong = [
        f"{path}: names an item above {form.items}"
        for path, items in named.items()
        if max(items, default=1) > form.items
    ]
    wrong += [
        f"subscales.{name}: expected items that are scored"
        for name, items in form.subscales.items()
        if not items or not set(form.unscored).isdisjoint(items)
    ]
    if form.answers[0] >= form.answers[1]:
        wrong.append("answers: expected the lowest, then the highest")
    if form.missing_at_most >= form.items:
        wrong.append(f"missing_at_most: expected fewer than the {form.items} items")
    if form.total == "mean-of-subscales" and not form.subscales:
        wrong.append("subscales: are missing, and the total is their mean")
    if form.loinc.items and len(form.loinc.items) != form.items:
        wrong.append(f"loinc.items: expected one code for each of the {form.items} items")
    return wrong


def _words(form: Form) -> list[str]:
    if form.words is None:
        return []
    wrong = []
    if form.licence is not Licence.SHIPS:
        wrong.append(f"words: may not ship, the licence is {form.licence}")
    if len(form.words.items) != form.items:
        wrong.append(f"words.items: has {len(form.words.items)}, expected {form.items}")
    if len(form.words.answers) != form.answers[1] - form.answers[0] + 1:
        wrong.append("words.answers: expected one for each answer")
    return wrong


def _t_scores(form: Form) -> list[str]:
    if not form.t_scores:
        return []
    wrong = []
    if form.total != "sum" or form.missing_at_most or form.unscored or form.may_not_apply:
        wrong.append("t_scores: belong to the sum of all items, none left out")
    lowest, highest = (answer * form.items for answer in form.answers)
    if missing := [str(score) for score in range(lowest, highest + 1) if score not in form.t_scores]:
        wrong.append(f"t_scores: lacks {', '.join(missing)}, expected each sum from {lowest} to {highest}")
    if beyond := [str(score) for score in form.t_scores if not lowest <= score <= highest]:
        wrong.append(f"t_scores: {', '.join(beyond)} is no sum from {lowest} to {highest}")
    scores = [form.t_scores[score] for score in sorted(form.t_scores)]
    if scores != sorted(set(scores)):
        wrong.append("t_scores: expected to rise with the sum")
    return wrong


def _edges(form: Form) -> list[str]:
    edges = list(form.bands.values())
    wrong = []
    if edges and edges[0] != form.lowest:
        wrong.append(f"bands: the first begins at {edges[0]:g}, expected {form.lowest:g}")
    if edges != sorted(set(edges)) or (edges and edges[-1] > form.highest):
        wrong.append(f"bands: expected to rise, up to {form.highest:g} at most")
    if form.criteria and not form.criteria.needs.keys() <= form.subscales.keys():
        wrong.append("criteria.needs: names a subscale that is none")
    return wrong


def _the_policys(forms: Mapping[str, Form]) -> Mapping[str, Form]:
    absent = ", ".join(word for word in Instrument if word not in forms)
    if absent:
        raise ValueError(f"lacks {absent}, which the transition policy reads")
    return forms


class Forms(_Block):
    """Every instrument of the program, by its code."""

    version: Text
    instruments: Annotated[Mapping[Code, Form], AfterValidator(_the_policys)]
    schedule: Schedule
    risk_current_days: int = Field(14, ge=1)
    """An item that speaks of danger, endorsed longer ago than this, is history. ASSUMED. Rule: SK-R20."""
    alliance: tuple[Code, ...] = ()

    @classmethod
    def from_mapping(cls, parsed: Any) -> Self:
        """The instruments of a parsed file; raises FormsInvalid with readable lines."""
        try:
            return cls.model_validate(parsed or {})
        except ValidationError as wrong:
            raise FormsInvalid([line for error in wrong.errors() for line in _lines(error)]) from None

    @model_validator(mode="after")
    def _known(self) -> Self:
        named = {row.measure for row in self.schedule.due} - {SCREEN} | set(self.alliance)
        if strange := sorted(named - set(self.instruments)):
            raise ValueError(f"schedule and alliance name {', '.join(strange)}, which is no instrument")
        return self

    def __getitem__(self, code: str) -> Form:
        """The form of this code; raises KeyError."""
        return self.instruments[code]

    def __contains__(self, code: object) -> bool:
        """Whether there is one of this code."""
        return code in self.instruments


def _lines(error: Mapping[str, Any]) -> list[str]:
    path = ".".join(str(part) for part in error["loc"] if part != "[key]")
    told = error["msg"].removeprefix("Value error, ").splitlines()
    return [f"{path or 'file'}: {line[:1].lower()}{line[1:]}" for line in told]
