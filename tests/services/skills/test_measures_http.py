"""Filled-in forms over HTTP: scored once, read by whom they concern."""

from typing import Any

import pytest

from common.contracts.words import Role
from common.store import Store
from services.one_service import Caller, said

PHQ9: dict[str, Any] = {"instrument": "PHQ9", "answers": [2, 2, 2, 2, 1, 1, 2, 0, 1]}
BUNDLE = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "89204-2"}]},
    "effectiveDateTime": "2026-02-01T09:00:00-05:00",
    "valueQuantity": {"value": 14},
}
FORMS, FHIR = "/participants/p-1/questionnaires", "/participants/p-1/measures/fhir"


async def test_a_filled_in_form_is_scored_once_and_can_be_read_again(caller: Caller, store: Store) -> None:
    """SK-M6, SK-M10, repeated with the same key: the flag comes with it, the course shows what changed."""
    await caller.post(
        "/participants/p-1/measures", {"instrument": "PHQ9", "score": 20, "administered_at": "2026-01-05T09:00:00Z"}
    )
    first, again = [await caller.post(FORMS, PHQ9, key="k") for _ in range(2)]
    (course,) = (await caller.get("/participants/p-1/measures")).json()
    id = first.json()["extra"]["measure_id"]
    answers = (await caller.get(f"/participants/p-1/measures/{id}/answers", Role.CLINICIAN)).json()

    assert again.json()["repeated"]
    flagged = ["RiskFlagRaised", "SuicideScreenAsked"]
    assert await said(store, "p-1") == ["MeasureRecorded", "AnswersTaken", "MeasureRecorded", *flagged]
    assert [one["score"] for one in course["administrations"]] == [13, 20]
    assert course["administrations"][0]["since_previous"]["says"] == "improved"
    assert course["reliable_change"]["points"] == 6
    assert answers["answers"] == PHQ9["answers"]


async def test_single_answers_are_read_by_who_treats_and_a_course_by_who_must(caller: Caller) -> None:
    """Roles of the HTTP table."""
    id = (await caller.post(FORMS, PHQ9)).json()["extra"]["measure_id"]
    reads = {
        f"/participants/p-1/measures/{id}/answers": {Role.CLINICIAN, Role.MEDICAL},
        "/participants/p-1/measures": {
            Role.CLINICIAN,
            Role.MEDICAL,
            Role.FAMILY_CLINICIAN,
            Role.SKILLS_LEADER,
            Role.UR_NURSE,
        },
    }
    for path, entitled in reads.items():
        for role in Role:
            assert (await caller.get(path, role)).status_code == (200 if role in entitled else 403), (path, role)
    assert (await caller.get("/participants/p-1/measures/m-0/answers", Role.MEDICAL)).json()[
        "code"
    ] == "answers-unknown"


async def test_a_reading_of_somebody_elses_record_counts_once(caller: Caller, store: Store) -> None:
    """SK-M12, repeated under another key: the teen form's code is the PHQ-9."""
    answers = [await caller.post(FHIR, BUNDLE, Role.INTEGRATION) for _ in range(2)]

    assert [answer.json()["said"] for answer in answers] == [["MeasureRecorded.v1"], []]
    assert await said(store, "p-1") == ["MeasureRecorded"]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (FORMS, {**PHQ9, "answers": [1]}, "answers-wrong-count"),
        (FORMS, {**PHQ9, "total": 9}, "answers-or-total"),
        (FORMS, {"instrument": "PHQ9"}, "answers-or-total"),
        (FORMS, {"instrument": "MMPI", "total": 9}, "instrument-unknown"),
        (FORMS, {**PHQ9, "answers": [9] * 9}, "answer-out-of-range"),
        (FHIR, {"resourceType": "Patient"}, "no-measure-found"),
        (FHIR, {**BUNDLE, "effectiveDateTime": "2026-02-01"}, "reading-without-time"),
        (FHIR, {**BUNDLE, "valueQuantity": {"value": 28}}, "score-out-of-range"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_stable_code(
    caller: Caller, store: Store, path: str, body: dict[str, Any], code: str
) -> None:
    """SK-M6, SK-M12: nothing impossible is remembered."""
    answer = await caller.post(path, body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await said(store, "p-1") == []


async def test_the_words_of_an_instrument_are_shown_where_they_may_be(caller: Caller) -> None:
    """SK-M13"""
    shown = {one["code"]: one for one in (await caller.get("/instruments")).json()}

    assert len(shown["PHQ9"]["words"]["items"]) == 9
    assert shown["WAISR"]["words"] is None
