"""Finds instruments in FHIR R4: Observations, their components, QuestionnaireResponses, under every code they go by."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from common.change import Invalid
from common.plain import AskedAt
from skills.domain.forms import Form, Forms

LOINC = "http://loinc.org"
COUNTS = frozenset({"final", "amended", "corrected", "completed"})
"""Statuses of what was really measured. Source: FHIR R4, observation-status, questionnaire-answers-status."""
POINTS: Mapping[str, int] = {"LA6568-5": 0, "LA6569-3": 1, "LA6570-1": 2, "LA6571-9": 3}
"""LOINC answer -> points of PHQ and GAD items. Source: facts 8.4."""
PHQ9, RISK_ITEM = "PHQ9", 9
INSTANT: TypeAdapter[datetime] = TypeAdapter(AskedAt)
LARGEST = 10**6
"""ASSUMED: no score is larger; what is larger, or no number at all (JSON's NaN), is no answer."""

Node = Mapping[str, Any]


class Reading(NamedTuple):
    """One administration in somebody else's records: all its answers, or its total; `risk_item` beside a total."""

    instrument: str
    at: datetime
    answers: tuple[float | None, ...]
    total: float | None
    risk_item: int | None


def readings(resource: Node, forms: Forms) -> list[Reading]:
    """What a resource says of the program's instruments, each administration once.

    Raises Invalid `reading-without-time`, `reading-without-value`, `risk-item-out-of-range`. Rule: SK-M12.
    """
    found = [reading for node in _resources(resource) for reading in _of(node, forms)]
    return list(dict.fromkeys(found))


def _resources(resource: Node) -> list[Node]:
    if resource.get("resourceType") != "Bundle":
        return [resource]
    return [_dict(entry.get("resource")) for entry in _dicts(resource.get("entry"))]


def _of(node: Node, forms: Forms) -> Iterator[Reading]:
    if (
        node.get("resourceType") not in ("Observation", "QuestionnaireResponse")
        or str(node.get("status")) not in COUNTS
    ):
        return
    values, whole = dict(_values(node)), bool(node.get("component") or node.get("item"))
    for code, form in forms.instruments.items():
        items = tuple(values.get(item) if whole else None for item in form.loinc.items)
        totals = [values[total] for total in form.loinc.totals if total in values]
        if totals or any(item is not None for item in items):
            yield _reading(code, form, items, totals, node)


def _reading(code: str, form: Form, items: tuple[float | None, ...], totals: list[float | None], node: Node) -> Reading:
    at = _instant(node)
    if (items and None not in items) or not totals:
        return Reading(code, at, items, None, None)
    if totals[0] is None:
        raise Invalid("reading-without-value", f"a total of {code} has no number")
    risk = items[RISK_ITEM - 1] if code == PHQ9 and items else None
    if risk is not None and risk % 1:
        raise Invalid("risk-item-out-of-range", "the risk item is a whole number")
    return Reading(code, at, (), totals[0], None if risk is None else int(risk))


def _values(node: Node) -> Iterator[tuple[str, float | None]]:
    """LOINC code -> what stands there, through components and nested items."""
    for code in _codes(node.get("code")):
        yield code, _number(node)
    for inner in (*_dicts(node.get("component")), *_dicts(node.get("item"))):
        answers = _dicts(inner.get("answer"))
        if answers:
            yield str(inner.get("linkId", "")).strip().rsplit("/", 1)[-1], _number(answers[0])
        yield from _values(inner)


def _codes(concept: object) -> list[str]:
    codings = _dicts(_dict(concept).get("coding"))
    return [str(one.get("code", "")).strip() for one in codings if one.get("system") == LOINC]


def _number(part: Node) -> float | None:
    codings = [part.get("valueCoding"), *_dicts(_dict(part.get("valueCodeableConcept")).get("coding"))]
    for coding in codings:
        if (code := str(_dict(coding).get("code", "")).strip()) in POINTS:
            return POINTS[code]
    for value in (_dict(part.get("valueQuantity")).get("value"), part.get("valueInteger"), part.get("valueDecimal")):
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST:
            return float(value)
    return None


def _dict(value: object) -> Node:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[Node]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _instant(node: Node) -> datetime:
    for value in (
        node.get("effectiveDateTime"),
        node.get("effectiveInstant"),
        _dict(node.get("effectivePeriod")).get("start"),
        node.get("authored"),
        node.get("issued"),
    ):
        try:
            return INSTANT.validate_python(value if isinstance(value, str) else None)
        except ValidationError:
            continue
    raise Invalid("reading-without-time", "a measure says when it was administered, to the minute and with a zone")
