"""The FHIR door: what a ServiceRequest asks for, in a bundle or alone."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.contracts.words import Condition, LevelOfCare, Priority
from intake.doors.fhir import ReferralDraft, UnreadableReferral, read_referral
from rules.intake.fhir_case import NOW, PERSON, condition, read, refusal
from rules.intake.test_fhir_refusals import ANYTHING, places

HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
REQUEST = {
    "resourceType": "ServiceRequest",
    "status": "active",
    "intent": "order",
    "subject": {"reference": "Patient/p1"},
}


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ({"system": HCPCS, "code": "H0018"}, LevelOfCare.RESIDENTIAL),
        ({"system": "urn:oid:2.16.840.1.113883.6.285", "code": "H0035"}, LevelOfCare.PHP),
        ({"system": HCPCS, "code": "S9480"}, LevelOfCare.IOP),
        ({"system": "urn:program:levels", "code": "IOP"}, LevelOfCare.IOP),
        ({"system": HCPCS, "code": "H0015"}, None),
        ({"system": "urn:other", "code": "H0035"}, None),
        ({"system": "urn:program:levels", "code": "SPA"}, None),
    ],
)
def test_a_request_names_a_level_by_its_code(code: dict[str, str], level: LevelOfCare | None) -> None:
    """IN-R7: facts 8.5; a code we do not know is no level, never the nearest one."""
    assert read(PERSON, {**REQUEST, "code": {"coding": [code]}}).requested_level is level
    detail = {**REQUEST, "code": {"text": "Program"}, "orderDetail": [{"coding": [code]}]}
    assert read(PERSON, detail).requested_level is level


def test_how_urgent_it_is_comes_from_the_request_that_is_ours() -> None:
    """IN-R10: nothing said is routine; an urgent X-ray makes no urgent admission."""
    php = {**REQUEST, "code": {"coding": [{"system": HCPCS, "code": "H0035"}]}}
    iop = {**REQUEST, "code": {"coding": [{"system": HCPCS, "code": "S9480"}]}}
    x_ray = {**REQUEST, "code": {"text": "X-ray of the chest"}, "priority": "stat"}

    assert read(PERSON, php).priority is Priority.ROUTINE
    assert read(PERSON, x_ray).priority is Priority.STAT
    assert read(PERSON, x_ray, {**php, "priority": "urgent"}).priority is Priority.URGENT
    both = read(PERSON, {**iop, "priority": "urgent"}, {**php, "priority": "asap"})
    assert (both.priority, both.requested_level) == (Priority.ASAP, LevelOfCare.PHP)
    assert read(PERSON, x_ray, x_ray).priority is Priority.ROUTINE
    assert read(PERSON, {**php, "priority": "stat", "status": "revoked"}).priority is Priority.ROUTINE
    assert read(PERSON).priority is Priority.ROUTINE


def alone(**more: Any) -> dict[str, Any]:
    """A ServiceRequest sent by itself, with the person and a diagnosis inside it."""
    about = {"subject": {"reference": "#p1"}}
    return {**REQUEST, **about, "contained": [PERSON, {**condition("F33.1"), **about, "id": "c1"}], **more}


def test_a_request_alone_brings_its_person_with_it() -> None:
    """FHIR R4: contained resources are referred to as `#id`."""
    raw = json.dumps(alone(priority="asap")).encode()
    draft = read_referral(raw, now=NOW)

    assert (draft.given_name, draft.priority) == ("Una", Priority.ASAP)
    assert draft.conditions == (Condition.DEPRESSION,)
    assert read_referral(raw, now=NOW).fingerprint == draft.fingerprint


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (alone(contained=[]), "no-patient"),
        (alone(contained={}), "invalid-resource"),
        (alone(contained=[1]), "not-fhir"),
        (alone(subject={"reference": "#p9"}), "broken-reference"),
        (alone(subject=None), "invalid-resource"),
        (alone(status="revoked"), "nothing-asked"),
        (alone(doNotPerform=True), "nothing-asked"),
        (alone(subject={"reference": "https://ehr.example.org/fhir/Patient/9"}), "nothing-asked"),
        (alone(intent=None), "invalid-resource"),
    ],
)
def test_a_request_alone_that_asks_nothing_for_nobody_is_refused(sent: dict[str, Any], code: str) -> None:
    """One mistake, one stable code."""
    assert refusal(json.dumps(sent).encode()).code == code


@given(st.sampled_from(places(alone())[1:]), ANYTHING)
@settings(max_examples=200, deadline=None)
def test_a_request_alone_damaged_anywhere_gives_a_draft_or_a_refusal(place: tuple[int | str, ...], damage: Any) -> None:
    """Never another exception, wherever the sender went wrong."""
    damaged = json.loads(json.dumps(alone()))
    target = damaged
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = damage
    try:
        assert isinstance(read_referral(json.dumps(damaged).encode(), now=NOW), ReferralDraft)
    except UnreadableReferral as refused:
        assert refused.code and refused.detail and refused.expected
