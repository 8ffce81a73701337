"""Opens a FHIR JSON document: its resources by type, whom it is about, and what its references lead to."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from intake.doors.fhir_problems import UnreadableReferral
from intake.doors.fhir_version import R4, Json, refuse_other_versions

MAX_REFERRAL_BYTES = 20 * 1024 * 1024
"""Largest referral read, in bytes. ASSUMED: over three times the largest synthetic record seen (5.7 MB)."""

ABOUT_A_PATIENT = {
    "Condition": "subject",
    "Encounter": "subject",
    "Observation": "subject",
    "QuestionnaireResponse": "subject",
    "RelatedPerson": "patient",
    "ServiceRequest": "subject",
}
"""The element that says whom a resource is about, for the types we look at."""

MUST_SAY_WHOM = frozenset({"Condition", "RelatedPerson", "ServiceRequest"})
"""Types that must say whom they are about (1..1). Source: FHIR R4 4.0.1."""

REFERRALS = frozenset({"transaction", "batch", "collection", "message", "document", "searchset"})
"""Types of Bundle that bring resources; answers and histories do not. Source: FHIR R4 bundle-type."""

_JSON = "one FHIR R4 Bundle, ServiceRequest or Patient as JSON"


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of a bundle, its position and its `fullUrl`."""

    position: int
    full_url: str
    kind: str
    resource: Json

    @property
    def names(self) -> frozenset[str]:
        """Every way a reference may spell this resource."""
        rid = self.resource.get("id")
        by_id = {f"{self.kind}/{rid}", f"urn:uuid:{rid}"} if isinstance(rid, str) and rid else set()
        return frozenset(by_id | ({self.full_url} if self.full_url else set()))


@dataclass(frozen=True, slots=True)
class Opened:
    """A document opened: `root` as it was sent, its entries, the one patient, and every name in it."""

    root: Json
    entries: tuple[Entry, ...]
    patient: Entry
    names: frozenset[str]

    def of(self, kind: str) -> Iterator[Entry]:
        """The entries of one type that are about the patient."""
        return (e for e in self.entries if e.kind == kind and self._is_about(e))

    def _is_about(self, entry: Entry) -> bool:
        subject = entry.resource.get(ABOUT_A_PATIENT[entry.kind])
        return isinstance(subject, dict) and _leads_to(subject, self.patient)


def open_document(raw: bytes) -> Opened:
    """Open the bytes of one referral; raises `UnreadableReferral` when there is no single patient in it."""
    root = _parse(raw)
    entries = tuple(_entries(root))
    for resource in (root, *(e.resource for e in entries if e.resource is not root)):
        refuse_other_versions(resource)
    patient = _the_patient(entries)
    names = frozenset(name for entry in entries for name in entry.names)
    for entry in entries:
        _refuse_unknown_subject(entry, names, alone=root["resourceType"] == "ServiceRequest")
    return Opened(root, entries, patient, names)


def refuse_broken_references(entry: Entry, opened: Opened) -> None:
    """Refuse a resource with a `urn:uuid:` reference to something not sent (`broken-reference`).

    Other references may lead to the sender's server (practitioners, organizations) and are left alone.
    """
    for value in _references(entry.resource):
        if value.startswith("urn:uuid:") and value not in opened.names:
            _broken(entry, "a urn:uuid reference")


def _parse(raw: bytes) -> Json:
    if len(raw) > MAX_REFERRAL_BYTES:
        limit = f"at most {MAX_REFERRAL_BYTES // 1024 // 1024} MiB"
        raise UnreadableReferral("too-large", f"{len(raw)} bytes", limit)
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UnreadableReferral("fhir-xml", "XML, perhaps FHIR XML; send JSON", _JSON)
    try:
        root = json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise UnreadableReferral("not-json", "not JSON, or cut off", _JSON) from None
    if not isinstance(root, dict) or not isinstance(root.get("resourceType"), str):
        raise UnreadableReferral("not-fhir", "JSON without a resourceType", _JSON)
    return root


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _entries(root: Json) -> Iterator[Entry]:
    if root["resourceType"] == "Patient":
        yield Entry(0, "", "Patient", root)
        return
    if root["resourceType"] == "ServiceRequest":
        yield Entry(0, "", "ServiceRequest", root)
        yield from _contained(root)
        return
    if root["resourceType"] != "Bundle":
        refuse_other_versions(root)
        raise UnreadableReferral("wrong-resource", "neither a Bundle, a ServiceRequest nor a Patient", _JSON)
    if not isinstance(root.get("type"), str) or root["type"] not in REFERRALS:
        raise UnreadableReferral("wrong-resource", "Bundle.type is no kind of referral", ", ".join(sorted(REFERRALS)))
    listed = root.get("entry", [])
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise UnreadableReferral("invalid-resource", "Bundle.entry is not a list of entries", R4)
    for position, item in enumerate(listed):
        resource = item.get("resource")
        if resource is None:
            continue
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            where = f"Bundle.entry[{position}].resource without a resourceType"
            raise UnreadableReferral("not-fhir", where, R4)
        full_url = item.get("fullUrl")
        yield Entry(position, full_url if isinstance(full_url, str) else "", resource["resourceType"], resource)


def _contained(request: Json) -> Iterator[Entry]:
    """What a ServiceRequest brings with it; it is referred to as `#id`. Source: FHIR R4 references, contained."""
    listed = request.get("contained", [])
    if not isinstance(listed, list):
        raise UnreadableReferral("invalid-resource", "ServiceRequest.contained is not a list", R4)
    for position, resource in enumerate(listed, start=1):
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            where = f"ServiceRequest.contained[{position - 1}] without a resourceType"
            raise UnreadableReferral("not-fhir", where, R4)
        rid = resource.get("id")
        full_url = f"#{rid}" if isinstance(rid, str) and rid else ""
        yield Entry(position, full_url, resource["resourceType"], resource)


def _the_patient(entries: tuple[Entry, ...]) -> Entry:
    patients = {tuple(sorted(e.names)) or (str(e.position),): e for e in entries if e.kind == "Patient"}
    if not patients:
        raise UnreadableReferral("no-patient", "no Patient was sent", "the referred Patient, in it or contained")
    if len(patients) == 1:
        return next(iter(patients.values()))
    asked_for = [p for p in patients.values() if any(_names_as_subject(e, p) for e in entries)]
    if len(asked_for) != 1:
        detail = f"{len(patients)} patients, and nothing says which one is referred"
        raise UnreadableReferral("many-patients", detail, "one bundle per patient")
    return asked_for[0]


def _names_as_subject(entry: Entry, patient: Entry) -> bool:
    subject = entry.resource.get("subject")
    return entry.kind in ("ServiceRequest", "Composition") and isinstance(subject, dict) and _leads_to(subject, patient)


def _leads_to(reference: Json, patient: Entry) -> bool:
    value = reference.get("reference")
    if isinstance(value, str):
        plain = value.split("/_history/")[0]
        rid = patient.resource.get("id")
        elsewhere = plain.startswith("http") and isinstance(rid, str) and plain.endswith(f"/Patient/{rid}")
        asked = plain.removeprefix("Patient?identifier=")
        conditional = asked != plain and asked in _identifiers(patient)
        return plain in patient.names or elsewhere or conditional
    logical = reference.get("identifier")
    return isinstance(logical, dict) and f"{logical.get('system')}|{logical.get('value')}" in _identifiers(patient)


def _identifiers(patient: Entry) -> set[str]:
    listed = patient.resource.get("identifier")
    held = [i for i in listed if isinstance(i, dict) and i.get("value")] if isinstance(listed, list) else []
    return {f"{i.get('system')}|{i['value']}" for i in held} | {str(i["value"]) for i in held}


def _refuse_unknown_subject(entry: Entry, names: frozenset[str], alone: bool) -> None:
    element = ABOUT_A_PATIENT.get(entry.kind, "")
    subject = entry.resource.get(element)
    if not subject and entry.kind in MUST_SAY_WHOM:
        raise UnreadableReferral(
            "invalid-resource", f"Bundle.entry[{entry.position}] has no {entry.kind}.{element}", R4
        )
    value = subject.get("reference") if isinstance(subject, dict) else None
    if not isinstance(value, str):
        return
    inside = value.startswith(("urn:uuid:", "Patient/", "#") if alone else ("urn:uuid:", "Patient/"))
    if inside and value.split("/_history/")[0] not in names:
        _broken(entry, f"{entry.kind}.{element}")


def _broken(entry: Entry, what: str) -> NoReturn:
    detail = f"Bundle.entry[{entry.position}] ({entry.kind}): {what} leads to nothing in the bundle"
    raise UnreadableReferral("broken-reference", detail, "every resource referred to inside the bundle")


def _references(resource: Json) -> Iterator[str]:
    waiting: list[object] = [resource]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            value = node.get("reference")
            if isinstance(value, str):
                yield value
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
