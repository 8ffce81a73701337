"""Finds outcome measures in a referral: totals in Observations and in QuestionnaireResponses."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from common.contracts.intake import BaselineScore
from common.contracts.words import Instrument
from intake.doors.fhir_bundle import Entry, Opened, refuse_broken_references
from intake.doors.fhir_validation import instant_of, valid

LOINC = "http://loinc.org"

TOTALS: dict[str, Instrument] = {
    "44261-6": Instrument.PHQ9,
    "89204-2": Instrument.PHQ9,
    "70274-6": Instrument.GAD7,
}
"""LOINC code of a total -> instrument; 89204-2 is the teen form of the PHQ-9. Source: facts 8.4."""

HIGHEST: dict[Instrument, float] = {Instrument.PHQ9: 27, Instrument.GAD7: 21}
"""Highest possible total; the lowest is 0. Source: facts 5.2."""

KEPT_PER_INSTRUMENT = 5
"""Newest administrations kept of each instrument. ASSUMED: enough to see a direction."""

_COUNTS = frozenset({"final", "amended", "corrected", "completed"})


Found = tuple[Instrument, float | None, datetime | None]


class Measures(NamedTuple):
    """`baseline` in time order, and why other measures were left out, as `instrument: code`."""

    baseline: tuple[BaselineScore, ...]
    left_out: tuple[str, ...]


def read_measures(opened: Opened) -> Measures:
    """The PHQ-9 and GAD-7 totals of a referral, each administration once, the newest five of an instrument.

    Raises `UnreadableReferral` where a resource that holds one is not R4.
    """
    found: set[tuple[datetime, Instrument, float]] = set()
    left_out: set[str] = set()
    for instrument, score, at in (*_observed(opened), *_answered(opened)):
        if at is None:
            left_out.add(f"{instrument}: no-date")
        elif score is None:
            left_out.add(f"{instrument}: no-score")
        elif not 0 <= score <= HIGHEST[instrument]:
            left_out.add(f"{instrument}: score-out-of-range")
        else:
            found.add((at, instrument, score))
    baseline = tuple(
        BaselineScore(instrument=instrument, score=score, administered_at=at)
        for at, instrument, score in _newest(sorted(found))
    )
    return Measures(baseline, tuple(sorted(left_out)))


def _newest(found: list[tuple[datetime, Instrument, float]]) -> list[tuple[datetime, Instrument, float]]:
    kept = [row for name in Instrument for row in [r for r in found if r[1] is name][-KEPT_PER_INSTRUMENT:]]
    return sorted(kept)


def _observed(opened: Opened) -> Iterator[Found]:
    from fhir.resources.R4B.observation import Observation

    for entry in opened.of("Observation"):
        if not _names_a_total(entry):
            continue
        observation = valid(Observation, entry)
        refuse_broken_references(entry, opened)
        if observation.status not in _COUNTS:
            continue
        at = instant_of(observation.effectiveDateTime or observation.effectiveInstant)
        at = at or instant_of(getattr(observation.effectivePeriod, "start", None) or observation.issued)
        for part in (observation, *(observation.component or ())):
            instrument = _instrument_of(part.code)
            if instrument is not None:
                yield instrument, _score_of(part), at


def _answered(opened: Opened) -> Iterator[Found]:
    from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

    for entry in opened.of("QuestionnaireResponse"):
        if not _names_a_total(entry):
            continue
        response = valid(QuestionnaireResponse, entry)
        refuse_broken_references(entry, opened)
        if response.status not in _COUNTS:
            continue
        items: list[object] = list(response.item or ())
        while items:
            item = items.pop()
            items.extend(getattr(item, "item", None) or ())
            instrument = TOTALS.get(str(getattr(item, "linkId", "")).rsplit("/", 1)[-1])
            if instrument is not None:
                answers = getattr(item, "answer", None) or (None,)
                yield instrument, _score_of(answers[0]), instant_of(response.authored)


def _names_a_total(entry: Entry) -> bool:
    waiting: list[object] = [entry.resource]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, str) and node.rsplit("/", 1)[-1] in TOTALS:
            return True
    return False


def _instrument_of(code: object) -> Instrument | None:
    for coding in getattr(code, "coding", None) or ():
        if coding.system == LOINC and coding.code in TOTALS:
            return TOTALS[coding.code]
    return None


def _score_of(part: object) -> float | None:
    quantity = getattr(part, "valueQuantity", None)
    for value in (
        getattr(quantity, "value", None),
        getattr(part, "valueInteger", None),
        getattr(part, "valueDecimal", None),
    ):
        if isinstance(value, int | float | Decimal):
            return float(value)
    return None
