"""The FHIR door: what it says of a referral it cannot read, and that it always says something."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.contracts.words import Condition
from intake.doors.fhir import MAX_REFERRAL_BYTES, ReferralDraft, UnreadableReferral, read_referral
from rules.intake.fhir_case import NOW, PERSON, bundle, condition, refusal


def test_too_large_is_said_before_it_is_parsed() -> None:
    """No parser sees what is larger than the limit."""
    refused = refusal(b"{" * (MAX_REFERRAL_BYTES + 1))

    assert (refused.code, refused.expected) == ("too-large", "at most 20 MiB")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": [{"family": "half \ud800"}]}, "invalid-resource"),
        ({"name": [{"family": "a\0b"}]}, "not-plain"),
        ({"birthDate": "0190-05-05"}, "not-plain"),
    ],
)
def test_what_cannot_be_stored_or_meant_is_refused(wrong: dict[str, Any], code: str) -> None:
    """Half a character, a NUL or a year before anybody's birth is told, with what is expected."""
    assert refusal(bundle({**PERSON, **wrong})).code == code


def test_json_nested_without_end_is_refused() -> None:
    """A hostile file stops itself, not the door."""
    assert refusal(b'{"resourceType":"Bundle","entry":' + b"[" * 100_000).code == "not-json"


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        ({"resourceType": "Encounter", "class": [{}]}, "Encounter.class is a list (R5)"),
        ({"resourceType": "Encounter", "class": "inpatient"}, "Encounter.class is a code (DSTU2)"),
        (condition("F33.1", assertedDate="2019-01-01"), "Condition.assertedDate is there (STU3)"),
        ({"resourceType": "ReferralRequest"}, "a ReferralRequest (DSTU2 or STU3)"),
        (
            {"resourceType": "ServiceRequest", "code": {"concept": {}}},
            "ServiceRequest.code is a CodeableReference (R5)",
        ),
        (condition("F33.1", unheardOf=True), "Condition.unheardOf is there"),
    ],
)
def test_other_versions_are_named_by_place_and_version(resource: dict[str, Any], found: str) -> None:
    """The sender reads what was found and what R4 has."""
    refused = refusal(bundle(PERSON, resource))

    assert (refused.code, refused.detail) == ("not-r4", found)
    assert refused.expected.startswith("FHIR R4")


def test_references_that_lead_outside_the_bundle_are_left_alone() -> None:
    """Practitioners and encounters may live on the sender's server."""
    outside: dict[str, Any] = {
        "recorder": {"reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1"},
        "encounter": {"reference": "Encounter/e9"},
        "asserter": {"reference": "https://ehr.example.org/fhir/Practitioner/7"},
    }

    assert read_referral(bundle(PERSON, condition("F33.1", **outside)), now=NOW).conditions == (Condition.DEPRESSION,)


@pytest.mark.parametrize(
    "subject",
    [
        "Patient/p1",
        "urn:uuid:p1",
        "https://ehr.example.org/fhir/Patient/p1",
        "Patient?identifier=urn:example:mrn|U-1",
    ],
)
def test_every_spelling_of_the_patient_leads_to_the_patient(subject: str) -> None:
    """One set spells one person as `urn:uuid:` on admission and as `Patient/<id>` on discharge."""
    sent = bundle(PERSON, condition("F33.1", subject={"reference": subject}))

    assert read_referral(sent, now=NOW).conditions == (Condition.DEPRESSION,)


@pytest.mark.parametrize(
    "broken",
    [
        {"subject": {"reference": "Patient/nobody"}},
        {"subject": {"reference": "urn:uuid:nobody"}},
        {"encounter": {"reference": "urn:uuid:nothing"}},
    ],
)
def test_a_reference_to_what_was_not_sent_is_refused(broken: dict[str, Any]) -> None:
    """A condition of somebody who is not there must not be dropped in silence."""
    assert refusal(bundle(PERSON, condition("F33.1", **broken))).code == "broken-reference"


def test_a_refusal_never_repeats_what_was_sent() -> None:
    """No names or dates in what is shown and logged."""
    sent = {**PERSON, "birthDate": "Unaday", "Una Example": 1}

    assert "Una" not in str(refusal(bundle(sent)))


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_draft_or_a_refusal(raw: bytes) -> None:
    """Never another exception, whatever the bytes."""
    try:
        assert isinstance(read_referral(raw, now=NOW), ReferralDraft)
    except UnreadableReferral as refused:
        assert refused.code and refused.detail and refused.expected


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["Patient/p1", "2025"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["reference", "coding", "code", "system", "value", "url"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def places(node: Any, path: tuple[int | str, ...] = ()) -> list[tuple[int | str, ...]]:
    """Every place in a document, as the steps that lead there."""
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for step, inner in steps for place in places(inner, (*path, step)))]


WHOLE = json.loads(
    bundle(
        {
            **PERSON,
            "contact": [{"name": {"family": "Roe"}, "period": {"end": "2030"}}],
            "contained": [{}],
            "text": {},
        },
        condition("F33.1"),
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]},
            "subject": {"reference": "urn:uuid:p1"},
            "effectiveDateTime": "2025-01-01",
            "valueQuantity": {"value": 3},
        },
        {"resourceType": "RelatedPerson", "patient": {"reference": "Patient/p1"}, "name": [{"text": "Roe"}]},
        {
            "resourceType": "ServiceRequest",
            "status": "active",
            "intent": "order",
            "subject": {"reference": "Patient/p1"},
        },
    )
)


@given(st.sampled_from(places(WHOLE)[1:]), ANYTHING)
@settings(max_examples=400, deadline=None)
def test_a_referral_damaged_anywhere_gives_a_draft_or_a_refusal(place: tuple[int | str, ...], damage: Any) -> None:
    """Never another exception, wherever the sender went wrong."""
    damaged = json.loads(json.dumps(WHOLE))
    target = damaged
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = damage
    try:
        assert isinstance(read_referral(json.dumps(damaged).encode(), now=NOW), ReferralDraft)
    except UnreadableReferral as refused:
        assert refused.code and refused.detail and refused.expected
