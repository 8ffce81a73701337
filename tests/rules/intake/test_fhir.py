"""The FHIR door: what it reads in a referral, and what stays unknown."""

import json
from datetime import date
from typing import Any

import pytest

from common.contracts.words import Condition, Instrument
from intake.doors.fhir import (
    NamedSupporter,
    ReferralDraft,
    read_referral,
)
from rules.intake.fhir_case import NOW, PERSON, bundle, condition, read, refusal


def score(value: float, on: str, code: str = "44261-6", **more: Any) -> dict[str, Any]:
    """A PHQ-9 total, or another one."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": "urn:uuid:p1"},
        "effectiveDateTime": on,
        "valueQuantity": {"value": value},
        **more,
    }


def test_a_patient_alone_is_a_referral_with_everything_else_unknown() -> None:
    """What was not said stays unknown."""
    draft = read_referral(json.dumps(PERSON).encode(), now=NOW)

    assert (draft.given_name, draft.family_name, draft.birth_date) == ("Una", "Example", date(1991, 4, 2))
    assert (draft.conditions, draft.baseline, draft.supporters) == ((), (), ())
    assert draft.has_mental_health_reason is None


def test_a_person_is_called_by_the_name_they_go_by() -> None:
    """The usual name comes before the official one, and a past one is never used."""
    names = [
        {"use": "official", "family": "Wolff", "given": ["Jennifer"]},
        {"use": "usual", "family": "Wolff", "given": ["James"], "period": {"start": "2016-07-22"}},
        {"use": "usual", "family": "Wolff", "given": ["Jen"], "period": {"end": "2016-07-21"}},
    ]

    assert read({**PERSON, "name": names}).given_name == "James"


def test_the_phone_closest_to_the_person_is_kept_and_an_old_one_is_not() -> None:
    """A wrong number tells a stranger."""
    telecom = [
        {"system": "phone", "use": "old", "value": "1"},
        {"system": "phone", "use": "work", "value": "2"},
        {"system": "phone", "use": "mobile", "value": "3"},
        {"system": "email", "value": "una@example.org"},
    ]
    draft = read({**PERSON, "telecom": telecom})

    assert (draft.phone, draft.email) == ("3", "una@example.org")


@pytest.mark.parametrize("said", [{"deceasedBoolean": True}, {"deceasedDateTime": "2020-01"}])
def test_somebody_who_died_is_read_and_marked(said: dict[str, Any]) -> None:
    """Death is a question of eligibility, not of reading."""
    assert read({**PERSON, **said}).deceased


def test_a_birth_year_alone_is_an_unknown_birth_date() -> None:
    """Half a date is never made whole."""
    assert read({**PERSON, "birthDate": "1991"}).birth_date is None


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        ("http://hl7.org/fhir/sid/icd-10-cm", "F60.3", Condition.BPD),
        ("http://hl7.org/fhir/sid/icd-10-cm", "F33.1", Condition.DEPRESSION),
        ("http://hl7.org/fhir/sid/icd-10-cm", "F40.11", Condition.ANXIETY),
        ("http://hl7.org/fhir/sid/icd-10-cm", "F43.12", Condition.TRAUMA),
        ("http://hl7.org/fhir/sid/icd-10-cm", "F50.011", Condition.EATING_DISORDER),
        ("http://snomed.info/sct", "443919007", Condition.TRAUMA),
        ("http://snomed.info/sct", "370143000", Condition.DEPRESSION),
    ],
)
def test_coded_conditions_are_understood(system: str, code: str, expected: Condition) -> None:
    """Source: facts 8.6."""
    draft = read(PERSON, condition(code, system))

    assert draft.conditions == (expected,)
    assert draft.has_mental_health_reason is True


@pytest.mark.parametrize(
    "over",
    [
        {"clinicalStatus": {"coding": [{"code": "resolved"}]}},
        {"verificationStatus": {"coding": [{"code": "refuted"}]}},
        {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}},
        {"clinicalStatus": None, "abatementDateTime": "2019-01-01"},
        {"subject": {"display": "her brother"}},
    ],
)
def test_a_condition_that_is_over_wrong_or_another_persons_is_not_theirs(over: dict[str, Any]) -> None:
    """Only what is so now, and about this person."""
    sent = {key: value for key, value in condition("F33.1", **over).items() if value is not None}

    assert read(PERSON, sent).conditions == ()


def test_reasons_of_another_kind_are_known_and_codes_we_do_not_know_stay_unknown() -> None:
    """ICD-10 says what is mental health; a strange SNOMED code says nothing."""
    assert read(PERSON, condition("E11.9")).has_mental_health_reason is False
    assert read(PERSON, condition("15777000", "http://snomed.info/sct")).has_mental_health_reason is None
    assert read(PERSON, condition("R45.851")).has_mental_health_reason is True


def test_a_phq9_total_is_found_under_every_code_it_is_sent_with() -> None:
    """Source: facts 8.4; a look-up by one code misses most."""
    draft = read(
        PERSON,
        score(13, "2025-03-01T10:00:00Z", "89204-2"),
        score(12, "2025-04-01T10:00:00-05:00"),
        score(9, "2025-02-01", "70274-6"),
    )
    found = [(b.instrument, b.score, b.administered_at.month) for b in draft.baseline]

    assert found == [(Instrument.GAD7, 9, 2), (Instrument.PHQ9, 13, 3), (Instrument.PHQ9, 12, 4)]


def test_a_total_is_found_in_a_questionnaire_response() -> None:
    """The behavioral-health guide sends the total as an item of the answers."""
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "authored": "2024-02-01T20:50:32.718Z",
        "item": [{"linkId": "g", "item": [{"linkId": "/44261-6", "answer": [{"valueDecimal": 12}]}]}],
    }

    assert [b.score for b in read(PERSON, response).baseline] == [12]


def test_the_same_score_twice_is_once_and_only_the_newest_five_are_kept() -> None:
    """Said twice, counted once."""
    scores = [score(n, f"2025-0{n}-01") for n in range(1, 8)]
    draft = read(PERSON, *scores, *reversed(scores))

    assert [b.score for b in draft.baseline] == [3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"valueQuantity": {"value": 41}}, "PHQ9: score-out-of-range"),
        ({"valueQuantity": {"unit": "{score}"}}, "PHQ9: no-score"),
        ({"effectiveDateTime": "2025"}, "PHQ9: no-date"),
    ],
)
def test_a_score_that_cannot_be_taken_is_left_out_and_said(wrong: dict[str, Any], why: str) -> None:
    """Unknown is never improvement, and never silent."""
    draft = read(PERSON, score(5, "2025-01-01", **wrong))

    assert (draft.baseline, draft.left_out) == ((), (why,))


def test_a_score_entered_in_error_does_not_count() -> None:
    """A withdrawn score is no score."""
    assert read(PERSON, score(20, "2025-01-01", status="entered-in-error")).baseline == ()


def test_supporters_are_named_once_with_their_relationship_and_given_no_release() -> None:
    """Unknown is never consent."""
    child = {
        "resourceType": "RelatedPerson",
        "patient": {"reference": "Patient/p1"},
        "relationship": [{"coding": [{"code": "child", "display": "Adult child"}]}],
        "name": [{"family": "Wolff", "given": ["Sarah"]}],
        "telecom": [{"system": "phone", "value": "555"}],
    }
    contact = [{"relationship": [{"text": "friend"}], "name": {"family": "Roe"}}]
    supporters = read({**PERSON, "contact": contact}, child, child).supporters

    assert supporters == (
        NamedSupporter(relationship="Adult child", given_name="Sarah", family_name="Wolff", phone="555"),
        NamedSupporter(relationship="friend", family_name="Roe"),
    )
    assert "release" not in " ".join(ReferralDraft.model_fields)


def test_an_open_request_says_what_is_asked_for_and_a_completed_one_does_not() -> None:
    """Only what is still wanted is asked for."""
    request = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "code": {"text": "Partial hospitalization"},
        "reasonCode": [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F32.2"}]}],
    }
    draft = read(PERSON, request)

    assert (draft.requested_service, draft.conditions) == ("Partial hospitalization", (Condition.DEPRESSION,))
    assert read(PERSON, {**request, "status": "completed"}).requested_service == ""


def test_of_two_patients_the_one_the_request_names_is_referred() -> None:
    """A mother in her child's bundle is not referred."""
    other = {**PERSON, "id": "p2", "name": [{"family": "Other", "given": ["Ola"]}]}
    request = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p2"},
    }

    assert read(PERSON, other, request, condition("F33.1")).conditions == ()
    assert read(PERSON, other, request).given_name == "Ola"
    assert refusal(bundle(PERSON, other)).code == "many-patients"


def test_the_same_referral_sent_twice_has_one_fingerprint_and_another_has_another() -> None:
    """Say it twice, it happens once."""
    first = read(PERSON, condition("F33.1"))
    again = json.loads(bundle(PERSON, condition("F33.1")))
    reordered = json.dumps(dict(reversed(again.items())), indent=3).encode()

    assert read_referral(reordered, now=NOW).fingerprint == first.fingerprint
    assert read(PERSON, condition("F33.2")).fingerprint != first.fingerprint


def test_a_bundle_with_id_and_timestamp_is_known_by_them_and_by_its_person() -> None:
    """A resend after a correction on the way is still the same sending; another person's is not."""
    stamp = {"id": "b1", "timestamp": "2026-01-01T00:00:00Z"}
    other = {**PERSON, "identifier": [{"system": "urn:example:mrn", "value": "U-2"}]}

    assert read(PERSON, **stamp).fingerprint == read(PERSON, condition("F33.1"), **stamp).fingerprint
    assert read(PERSON, **stamp).fingerprint != read(other, **stamp).fingerprint
