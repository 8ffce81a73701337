"""Reads what is asked for from ServiceRequests: the service, the level of care, how soon, and why."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from common.contracts.words import LevelOfCare, Priority
from intake.doors.fhir_bundle import Opened, refuse_broken_references
from intake.doors.fhir_coding import Code, codes_of, text_of
from intake.doors.fhir_problems import UnreadableReferral
from intake.doors.fhir_validation import valid

HCPCS = frozenset({"http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "urn:oid:2.16.840.1.113883.6.285"})
HCPCS_LEVELS: dict[str, LevelOfCare] = {
    "H0017": LevelOfCare.RESIDENTIAL,
    "H0018": LevelOfCare.RESIDENTIAL,
    "H0019": LevelOfCare.RESIDENTIAL,
    "T2048": LevelOfCare.RESIDENTIAL,
    "H0035": LevelOfCare.PHP,
    "S0201": LevelOfCare.PHP,
    "S9480": LevelOfCare.IOP,
}
"""Source: facts 8.5. H0015 is left out: it is for substance use."""

LEVELS = "urn:program:levels"
"""The local code system of our own words for levels of care. Source: facts 8.2 (local); the name is ASSUMED."""

_ASKED = frozenset({"active", "draft", "on-hold"})


class Request(NamedTuple):
    """One thing that is still asked for."""

    service: str
    reasons: tuple[Code, ...]
    level: LevelOfCare | None
    priority: Priority


class Wanted(NamedTuple):
    """What a referral asks for: in words, at which level (None: not said), how soon, and every reason given."""

    service: str
    level: LevelOfCare | None
    priority: Priority
    reasons: tuple[Code, ...]


def read_wanted(opened: Opened) -> Wanted:
    """What the open requests ask for.

    The level and the urgency are those of the most urgent request that names a level of ours, or of the only
    request: a referral may bring an urgent X-ray that is none of our business. Nothing said is routine (FHIR R4).
    Raises `UnreadableReferral` where a request is not R4, or where a ServiceRequest sent alone is not open.
    """
    asked = _open_requests(opened)
    if not asked and opened.root["resourceType"] == "ServiceRequest":
        raise UnreadableReferral("nothing-asked", "ServiceRequest asks for nothing now", "an active ServiceRequest")
    ours = [one for one in asked if one.level] or (asked if len(asked) == 1 else [])
    urgency = list(Priority)
    first = min(ours, key=lambda one: urgency.index(one.priority), default=Request("", (), None, Priority.ROUTINE))
    service = next((one.service for one in asked if one.service), "")
    reasons = tuple(code for one in asked for code in one.reasons)
    return Wanted(first.service or service, first.level, first.priority, reasons)


def _open_requests(opened: Opened) -> Sequence[Request]:
    from fhir.resources.R4B.servicerequest import ServiceRequest

    asked = []
    for entry in opened.of("ServiceRequest"):
        request = valid(ServiceRequest, entry)
        refuse_broken_references(entry, opened)
        if request.status in _ASKED and not request.doNotPerform:
            reasons = tuple(code for reason in request.reasonCode or () for code in codes_of(reason))
            concepts = (request.code, *(request.orderDetail or ()))
            level = level_of(code for concept in concepts for code in codes_of(concept))
            asked.append(Request(text_of(request.code), reasons, level, _priority(request.priority)))
    return asked


def level_of(codes: Iterable[Code]) -> LevelOfCare | None:
    """The first level of care that a code stands for, or None."""
    for system, value in codes:
        if system in HCPCS and value in HCPCS_LEVELS:
            return HCPCS_LEVELS[value]
        if system == LEVELS and value in LevelOfCare.__members__:
            return LevelOfCare[value]
    return None


def _priority(said: str | None) -> Priority:
    return next((one for one in Priority if one == said), Priority.ROUTINE)
