"""Reads the person and those around them from Patient and RelatedPerson."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from common.contracts.message import Identifying, Part
from intake.doors.fhir_bundle import Opened, refuse_broken_references
from intake.doors.fhir_coding import text_of
from intake.doors.fhir_problems import UnreadableReferral
from intake.doors.fhir_validation import instant_of, valid

if TYPE_CHECKING:
    from fhir.resources.R4B.patient import Patient

_NAME_USES = ("usual", "official", "", "nickname", "temp", "anonymous", "maiden", "old")
"""The name a person goes by first. Source: FHIR R4 name-use; the order is ASSUMED."""

_PHONE_USES = ("mobile", "home", "", "work", "temp", "old")
"""The phone closest to the person first. Source: FHIR R4 contact-point-use; the order is ASSUMED."""


class NamedSupporter(Part):
    """Somebody the referral names as close to the person; being named releases nothing to them."""

    relationship: Identifying[str] = ""
    given_name: Identifying[str] = ""
    family_name: Identifying[str] = ""
    phone: Identifying[str] = ""


def read_patient(opened: Opened) -> "Patient":
    """The referred person as an R4 Patient; raises `UnreadableReferral` where the resource is not one."""
    from fhir.resources.R4B.patient import Patient

    patient = valid(Patient, opened.patient)
    refuse_broken_references(opened.patient, opened)
    return patient


def birth_date_of(patient: "Patient", *, now: datetime) -> date | None:
    """The birth date, None where only a year or month is known.

    Raises `UnreadableReferral` (`future-birth-date`) for one still to come.
    """
    born = patient.birthDate
    if born is None:
        return None
    if str(born) > now.astimezone(UTC).date().isoformat()[: len(str(born))]:
        raise UnreadableReferral("future-birth-date", "Patient.birthDate is in the future", "a day that has been")
    return born if isinstance(born, date) else None


def name_of(names: Iterable[object], *, now: datetime) -> tuple[str, str]:
    """The (given, family) name a person goes by now; one that is only a text is given as the given name."""
    current = sorted(names, key=lambda name: (_is_past(name, now), _order(name, _NAME_USES)))
    for name in current:
        given = " ".join(str(part) for part in getattr(name, "given", None) or () if part)
        family = str(getattr(name, "family", None) or "")
        if given and family:
            return given, family
    for name in current:
        given = " ".join(str(part) for part in getattr(name, "given", None) or () if part)
        family, text = (str(getattr(name, key, None) or "") for key in ("family", "text"))
        if given or family or text:
            return given or ("" if family else text), family
    return "", ""


def reach(telecom: Iterable[object], system: str, *, now: datetime) -> str:
    """The best current phone or e-mail of a list of ContactPoints, or empty."""
    points = [p for p in telecom if getattr(p, "system", None) == system and getattr(p, "value", None)]
    current = [p for p in points if not _is_past(p, now) and getattr(p, "use", None) != "old"]
    best = sorted(current, key=lambda p: (_order(p, _PHONE_USES), getattr(p, "rank", None) or 99))
    return str(getattr(best[0], "value", "")).strip() if best else ""


def read_supporters(opened: Opened, patient: "Patient", *, now: datetime) -> tuple[NamedSupporter, ...]:
    """Everyone named in RelatedPerson and Patient.contact, once each, in the order they stand there."""
    from fhir.resources.R4B.relatedperson import RelatedPerson

    found: list[NamedSupporter] = []
    for entry in opened.of("RelatedPerson"):
        person = valid(RelatedPerson, entry)
        refuse_broken_references(entry, opened)
        if person.active is not False and not _is_past(person, now):
            found.append(_supporter(person, person.name or (), now))
    for contact in patient.contact or ():
        if not _is_past(contact, now):
            found.append(_supporter(contact, [contact.name] if contact.name else (), now))
    return tuple(dict.fromkeys(s for s in found if s.given_name or s.family_name or s.phone))


def _supporter(person: object, names: Iterable[object], now: datetime) -> NamedSupporter:
    given, family = name_of(names, now=now)
    return NamedSupporter(
        relationship=next(filter(None, map(text_of, getattr(person, "relationship", None) or ())), ""),
        given_name=given,
        family_name=family,
        phone=reach(getattr(person, "telecom", None) or (), "phone", now=now),
    )


def _order(thing: object, uses: tuple[str, ...]) -> int:
    use = getattr(thing, "use", None) or ""
    return uses.index(use) if use in uses else len(uses)


def _is_past(thing: object, now: datetime) -> bool:
    end = instant_of(getattr(getattr(thing, "period", None), "end", None))
    return end is not None and end < now
