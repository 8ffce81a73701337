"""The FHIR door: the bytes of one referral become a draft, or one readable line that says why not."""

import hashlib
import json
from datetime import date, datetime
from typing import TYPE_CHECKING

from common.contracts.intake import BaselineScore
from common.contracts.message import Clinical, Identifying, Part, Plain
from common.contracts.words import Condition, LevelOfCare, Priority
from common.plain import meant
from intake.doors.fhir_bundle import MAX_REFERRAL_BYTES, Opened, open_document
from intake.doors.fhir_conditions import read_reasons
from intake.doors.fhir_measures import read_measures
from intake.doors.fhir_people import (
    NamedSupporter,
    birth_date_of,
    name_of,
    reach,
    read_patient,
    read_supporters,
)
from intake.doors.fhir_problems import UnreadableReferral
from intake.doors.fhir_requests import read_wanted

if TYPE_CHECKING:
    from fhir.resources.R4B.patient import Patient

__all__ = ["MAX_REFERRAL_BYTES", "NamedSupporter", "ReferralDraft", "UnreadableReferral", "read_referral"]


class ReferralDraft(Part):
    """A referral as it was read. What was not said is empty or None: unknown. No release is ever inferred."""

    given_name: Identifying[str] = ""
    family_name: Identifying[str] = ""
    birth_date: Identifying[date | None] = None
    gender: Identifying[str] = ""
    phone: Identifying[str] = ""
    email: Identifying[str] = ""
    deceased: Clinical[bool] = False
    identifiers: Identifying[tuple[tuple[str, str], ...]] = ()
    """(system, value), in the order they were sent."""
    conditions: Clinical[tuple[Condition, ...]] = ()
    baseline: Clinical[tuple[BaselineScore, ...]] = ()
    """In time order, at most the five newest of each instrument."""
    left_out: Clinical[tuple[str, ...]] = ()
    """Measures that could not be taken, as `instrument: code`; put to a person."""
    supporters: Identifying[tuple[NamedSupporter, ...]] = ()
    requested_service: Clinical[str] = ""
    priority: Clinical[Priority] = Priority.ROUTINE
    requested_level: Plain[LevelOfCare | None] = None
    has_mental_health_reason: Clinical[bool | None] = None
    fingerprint: Plain[str]
    """The same referral sent twice has the same one: hexadecimal SHA-256."""


def read_referral(raw: bytes, *, now: datetime) -> ReferralDraft:
    """Read one FHIR R4 Bundle, Patient, or ServiceRequest with its Patient inside (JSON, `MAX_REFERRAL_BYTES` at most).

    Raises `UnreadableReferral` with a stable code and one line; no other exception, whatever the bytes.
    Source: FHIR R4 4.0.1; 42 CFR 2 and HIPAA leave consent to the person, so none is inferred.
    """
    try:
        return _plain(_draft(open_document(raw), now=now))
    except RecursionError:
        raise UnreadableReferral("not-json", "nested too deeply", "a flat Bundle of resources") from None


def _plain(draft: ReferralDraft) -> ReferralDraft:
    try:
        return meant(draft)
    except ValueError as wrong:
        raise UnreadableReferral("not-plain", "text or a date that cannot be stored", str(wrong)) from None


def _draft(opened: Opened, *, now: datetime) -> ReferralDraft:
    patient = read_patient(opened)
    given, family = name_of(patient.name or (), now=now)
    wanted, measures = read_wanted(opened), read_measures(opened)
    reasons = read_reasons(opened, wanted.reasons)
    identifiers = [(str(i.system or ""), str(i.value)) for i in patient.identifier or () if i.value]
    return ReferralDraft(
        given_name=given,
        family_name=family,
        birth_date=birth_date_of(patient, now=now),
        gender=patient.gender or "",
        phone=reach(patient.telecom or (), "phone", now=now),
        email=reach(patient.telecom or (), "email", now=now),
        deceased=bool(patient.deceasedBoolean or patient.deceasedDateTime),
        identifiers=tuple(dict.fromkeys(identifiers)),
        conditions=reasons.conditions,
        baseline=measures.baseline,
        left_out=measures.left_out,
        supporters=read_supporters(opened, patient, now=now),
        requested_service=wanted.service,
        priority=wanted.priority,
        requested_level=wanted.level,
        has_mental_health_reason=reasons.mental_health,
        fingerprint=_fingerprint(opened, patient, identifiers),
    )


def _fingerprint(opened: Opened, patient: "Patient", identifiers: list[tuple[str, str]]) -> str:
    """Who is referred, and which sending this is: the bundle's id and timestamp, else its whole content."""
    root = opened.root
    who = sorted(identifiers) or [("", str(patient.id or "")), ("born", str(patient.birthDate or ""))]
    stamp = (root.get("identifier") or root.get("id"), root.get("timestamp"))
    sending = stamp if all(stamp) else root
    canonical = json.dumps([who, sending], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
