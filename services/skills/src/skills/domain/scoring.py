"""From the answers to a form to its score; what was not answered is never taken for an answer."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from common.change import Invalid
from skills.domain.forms import Criteria, Form, RiskItem

DECIMALS = 3
"""Scores are kept to this many decimals: a mean of 23 items is not exact."""
MOST_TIMES = 9999
"""An unscored item counts days or times. ASSUMED: more is a slip of the pen."""

Answer = float | None
"""None: not answered."""


class Scored(BaseModel):
    """What came of the answers: no score where too many are missing, never 0.

    `missing` are the items without an answer, of those that apply; `met` says whether the criteria of a provisional
    diagnosis are, where all that decides is known.
    """

    model_config = ConfigDict(frozen=True)

    score: float | None
    band: str
    missing: tuple[int, ...]
    prorated: bool
    subscales: dict[str, float | None]
    met: bool | None


def score_of(form: Form, answers: Sequence[Answer], not_applicable: Sequence[int] = ()) -> Scored:
    """The score of one filled-in form.

    Raises Invalid `answers-wrong-count`, `answer-out-of-range`, `item-applies`, `totals-only`.
    Rules: SK-M6, SK-M7, SK-M8.
    """
    _check(form, answers, not_applicable)
    points = _points(form, answers)
    asked = [item for item in points if item not in not_applicable]
    missing = tuple(item for item in asked if points[item] is None)
    subscales = {name: _of(points, items, form.total) for name, items in form.subscales.items()}
    score = _total(form, [points[item] for item in asked], subscales)
    return Scored(
        score=score,
        band="" if score is None else form.band_of(score),
        missing=missing,
        prorated=bool(missing) and score is not None,
        subscales=subscales,
        met=_met(form, form.criteria, points) if form.criteria else None,
    )


def endorsed(form: Form, answers: Sequence[Answer]) -> list[RiskItem]:
    """Of each item that speaks of danger, the highest threshold its answer reaches. Rules: SK-R3, SK-R10."""
    reached: dict[int, RiskItem] = {}
    for risk in sorted(form.risk_items, key=lambda risk: risk.at_least):
        answer = answers[risk.item - 1]
        if answer is not None and answer >= risk.at_least:
            reached[risk.item] = risk
    return list(reached.values())


def _check(form: Form, answers: Sequence[Answer], not_applicable: Sequence[int]) -> None:
    if form.totals_only:
        raise Invalid("totals-only", "how this form is scored from its answers is not known here; send its total")
    if len(answers) != form.items:
        raise Invalid("answers-wrong-count", f"this form has {form.items} items; send null for what was not answered")
    for item, answer in enumerate(answers, 1):
        if answer is not None and not _possible(form, item, answer):
            raise Invalid("answer-out-of-range", f"item {item} is from {form.answers[0]} to {form.answers[1]}")
    if not set(not_applicable) <= set(form.may_not_apply) or any(
        answers[item - 1] is not None for item in not_applicable
    ):
        raise Invalid("item-applies", "this item applies to everybody, or was answered")


def _possible(form: Form, item: int, answer: float) -> bool:
    whole = float(answer).is_integer() or (form.tenths and round(answer, 1) == answer)
    highest = MOST_TIMES if item in form.unscored else form.answers[1]
    lowest = 0 if item in form.unscored else form.answers[0]
    return whole and lowest <= answer <= highest


def _points(form: Form, answers: Sequence[Answer]) -> dict[int, Answer]:
    """Item -> its points, a reversed item turned round; without the unscored."""
    turned = sum(form.answers)
    return {
        item: answer if answer is None or item not in form.reverse else turned - answer
        for item, answer in enumerate(answers, 1)
        if item not in form.unscored
    }


def _total(form: Form, points: Sequence[Answer], subscales: dict[str, float | None]) -> float | None:
    if form.total == "mean-of-subscales":
        known = [value for value in subscales.values() if value is not None]
        return _mean(known) if len(known) == len(subscales) else None
    given = [value for value in points if value is not None]
    if not given or len(points) - len(given) > form.missing_at_most:
        return None
    if form.t_scores:
        return form.t_scores[round(sum(given))]
    return _mean(given) if form.total == "mean" else round(sum(given) * len(points) / len(given), DECIMALS)


def _of(points: dict[int, Answer], items: Sequence[int], total: str) -> float | None:
    given = [value for item in items if (value := points[item]) is not None]
    if len(given) < len(items):
        return None
    return round(sum(given), DECIMALS) if total == "sum" else _mean(given)


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), DECIMALS)


def _met(form: Form, criteria: Criteria, points: dict[int, Answer]) -> bool | None:
    """Whether each subscale has its symptoms; None where a missing answer could decide."""
    surely = possibly = True
    for name, needed in criteria.needs.items():
        values = [points[item] for item in form.subscales[name]]
        present = sum(1 for value in values if value is not None and value >= criteria.counts_from)
        surely = surely and present >= needed
        possibly = possibly and present + values.count(None) >= needed
    return True if surely else None if possibly else False
