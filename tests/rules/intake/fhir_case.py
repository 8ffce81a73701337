"""A referral in FHIR for tests: one person, what they have, and what the door makes of it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from intake.doors.fhir import ReferralDraft, UnreadableReferral, read_referral

NOW = datetime(2026, 1, 5, tzinfo=UTC)
ACTIVE = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}
PERSON = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": "urn:example:mrn", "value": "U-1"}],
    "name": [{"use": "official", "family": "Example", "given": ["Una"]}],
    "birthDate": "1991-04-02",
}


def condition(code: str, system: str = "http://hl7.org/fhir/sid/icd-10-cm", **more: Any) -> dict[str, Any]:
    """An active condition of the person, coded."""
    coded = {"coding": [{"system": system, "code": code}]}
    return {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/p1"},
        "code": coded,
        "clinicalStatus": ACTIVE,
        **more,
    }


def bundle(*resources: dict[str, Any], **more: Any) -> bytes:
    """A collection of resources, as bytes."""
    entries = [{"resource": resource} for resource in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries, **more}).encode()


def read(*resources: dict[str, Any], **more: Any) -> ReferralDraft:
    """The draft of such a bundle."""
    return read_referral(bundle(*resources, **more), now=NOW)


def refusal(raw: bytes) -> UnreadableReferral:
    """What is said of bytes that cannot be read."""
    with pytest.raises(UnreadableReferral) as refused:
        read_referral(raw, now=NOW)
    return refused.value
