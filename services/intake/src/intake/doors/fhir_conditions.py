"""Reads what a person is treated for from Conditions and the reasons of requests."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from common.contracts.words import Condition
from intake.doors.fhir_bundle import Opened, refuse_broken_references
from intake.doors.fhir_coding import Code, codes_of
from intake.doors.fhir_validation import valid

SNOMED = "http://snomed.info/sct"
ICD10 = frozenset(
    {"http://hl7.org/fhir/sid/icd-10-cm", "http://hl7.org/fhir/sid/icd-10", "urn:oid:2.16.840.1.113883.6.90"}
)

SNOMED_CONDITIONS: dict[str, Condition] = {
    "20010003": Condition.BPD,
    "35489007": Condition.DEPRESSION,
    "370143000": Condition.DEPRESSION,
    "66344007": Condition.DEPRESSION,
    "36923009": Condition.DEPRESSION,
    "310496002": Condition.DEPRESSION,
    "21897009": Condition.ANXIETY,
    "197480006": Condition.ANXIETY,
    "80583007": Condition.ANXIETY,
    "225624000": Condition.ANXIETY,
    "56882008": Condition.EATING_DISORDER,
    "78004001": Condition.EATING_DISORDER,
    "439960005": Condition.EATING_DISORDER,
    "72366004": Condition.EATING_DISORDER,
    "47505003": Condition.TRAUMA,
    "443919007": Condition.TRAUMA,
}
"""Source: facts 8.6. ASSUMED, from their displays in published examples: 36923009 and 310496002
(depression, single and moderate), 80583007 and 225624000 (severe anxiety, panic attack)."""

ICD10_CONDITIONS: dict[str, Condition] = {
    "F60.3": Condition.BPD,
    "F32.0": Condition.DEPRESSION,
    "F32.1": Condition.DEPRESSION,
    "F32.2": Condition.DEPRESSION,
    "F32.3": Condition.DEPRESSION,
    "F32.4": Condition.DEPRESSION,
    "F32.5": Condition.DEPRESSION,
    "F32.9": Condition.DEPRESSION,
    "F32.A": Condition.DEPRESSION,
    "F33": Condition.DEPRESSION,
    "F40.1": Condition.ANXIETY,
    "F41.0": Condition.ANXIETY,
    "F41.1": Condition.ANXIETY,
    "F41.9": Condition.ANXIETY,
    "F43.1": Condition.TRAUMA,
    "F50": Condition.EATING_DISORDER,
}
"""ICD-10-CM code or the beginning of one -> condition. Source: facts 8.6."""

OTHER_REASONS = frozenset({"6471006", "225444004", "192127007", "9340000", "13746004"})
"""SNOMED codes that are a mental-health reason without choosing a measure: suicidal thoughts (facts 8.6) and,
ASSUMED from their displays, at risk for suicide, attention deficit and bipolar disorder."""

_MENTAL_ICD10 = re.compile(r"^(F\d|R45\.8(51|8)$|Z91\.5)")
_ACTIVE = frozenset({"active", "recurrence", "relapse"})
_NOT_SO = frozenset({"refuted", "entered-in-error"})


class Reasons(NamedTuple):
    """What the referral rests on.

    `conditions` choose measures. `mental_health` is True with a mental-health code, False when every
    stated reason is an ICD-10 code of another kind, else None: unknown.
    """

    conditions: tuple[Condition, ...]
    mental_health: bool | None


def read_reasons(opened: Opened, given: Iterable[Code]) -> Reasons:
    """The active conditions, and the reasons `given` for a request; raises `UnreadableReferral` where one is not R4."""
    codes = [*_active_conditions(opened), *given]
    found = {condition_of(code) for code in codes}
    return Reasons(tuple(c for c in Condition if c in found), _is_mental_health(codes))


def condition_of(code: Code) -> Condition | None:
    """The condition a (system, code) stands for, or None; ICD-10 by the longest beginning we know."""
    system, value = code
    if system == SNOMED:
        return SNOMED_CONDITIONS.get(value)
    if system in ICD10:
        beginnings = (value[:length] for length in range(len(value), 2, -1))
        return next((ICD10_CONDITIONS[b] for b in beginnings if b in ICD10_CONDITIONS), None)
    return None


def _is_mental_health(codes: list[Code]) -> bool | None:
    if any(condition_of(c) or _is_other_reason(c) for c in codes):
        return True
    return False if codes and all(system in ICD10 for system, _ in codes) else None


def _is_other_reason(code: Code) -> bool:
    system, value = code
    return (system == SNOMED and value in OTHER_REASONS) or (system in ICD10 and bool(_MENTAL_ICD10.match(value)))


def _active_conditions(opened: Opened) -> list[Code]:
    from fhir.resources.R4B.condition import Condition as FhirCondition

    codes: list[Code] = []
    for entry in opened.of("Condition"):
        condition = valid(FhirCondition, entry)
        refuse_broken_references(entry, opened)
        status = {code for _, code in codes_of(condition.clinicalStatus)}
        ended = any(getattr(condition, f"abatement{kind}") for kind in ("DateTime", "Age", "Period", "Range", "String"))
        active = bool(status & _ACTIVE) if status else not ended
        if active and not {code for _, code in codes_of(condition.verificationStatus)} & _NOT_SO:
            codes += codes_of(condition.code)
    return codes
