"""Instruments in FHIR resources, under every code that real records use."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.change import Invalid
from rules.skills.records import FORMS
from skills.doors.fhir import Reading, readings

EXAMPLES = Path(__file__).parents[3] / "examples" / "referrals"
AT = "2024-02-01T20:50:32.718Z"
ITEMS = FORMS["PHQ9"].loinc.items
ANSWERS = ("LA6570-1", "LA6570-1", "LA6570-1", "LA6570-1", "LA6569-3", "LA6569-3", "LA6570-1", "LA6568-5", "LA6568-5")


def observation(code: str, value: object = 12, **more: object) -> dict[str, Any]:
    """An Observation of one total."""
    coding = {"system": "http://loinc.org", "code": code}
    body = {"resourceType": "Observation", "status": "final", "code": {"coding": [coding]}, "effectiveDateTime": AT}
    return {**body, "valueQuantity": {"value": value}, **more}


def response(*answers: str | None, total: int | None = None) -> dict[str, Any]:
    """A QuestionnaireResponse as the US Behavioral Health Profiles write it."""
    items: list[dict[str, Any]] = [
        {"linkId": f"/{code}", "answer": [{"valueCoding": {"system": "http://loinc.org", "code": answer}}]}
        for code, answer in zip(ITEMS, answers, strict=False)
        if answer
    ]
    if total is not None:
        items.append({"linkId": "/44261-6", "answer": [{"valueDecimal": total}]})
    return {"resourceType": "QuestionnaireResponse", "status": "completed", "authored": AT, "item": items}


def read(resource: dict[str, Any]) -> list[Reading]:
    """What is read of it."""
    return readings(resource, FORMS)


@pytest.mark.parametrize(
    ("code", "instrument"),
    [("44261-6", "PHQ9"), ("89204-2", "PHQ9"), ("89204-2 ", "PHQ9"), ("70274-6", "GAD7"), ("55758-7", "PHQ2")],
)
def test_a_total_is_found_under_every_code_it_goes_by(code: str, instrument: str) -> None:
    """SK-M12: the adult form and the teen form are the PHQ-9; the PHQ-2 never is."""
    assert [(one.instrument, one.total) for one in read(observation(code))] == [(instrument, 12)]


@pytest.mark.parametrize("code", ["69730-0", "44250-9", "8867-4"])
def test_what_is_no_total_is_not_taken_for_one(code: str) -> None:
    """SK-M12: a single item, a pulse, and the code a wild copy uses for the GAD-7."""
    assert read(observation(code)) == []


def test_a_panel_with_its_items_is_read_item_by_item() -> None:
    """SK-M12: components of a 44249-1 panel."""
    parts = [{"code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "valueInteger": 1} for code in ITEMS]
    panel = observation("44249-1", component=parts)

    assert [(one.instrument, one.answers) for one in read(panel)] == [("PHQ9", (1,) * 9)]


def test_a_questionnaire_is_read_by_its_answers_and_not_only_by_its_total() -> None:
    """SK-M12: FHIR's own example adds up to its own total."""
    (one,) = read(response(*ANSWERS, total=12))

    assert one.answers == (2, 2, 2, 2, 1, 1, 2, 0, 0)
    assert one.total is None


def test_a_total_beside_a_few_items_counts_as_a_total_with_its_risk_item() -> None:
    """SK-M12: what was not sent is not missing from the form."""
    (one,) = read(response(*(None,) * 8, "LA6569-3", total=12))

    assert (one.total, one.risk_item, one.answers) == (12, 1, ())


def test_items_without_a_total_are_a_form_with_gaps() -> None:
    """SK-M12, SK-M7"""
    (one,) = read(response("LA6571-9", None, "LA6568-5"))

    assert one.answers == (3, None, 0, *(None,) * 6)


def test_a_bundle_is_read_whole_and_the_same_reading_once() -> None:
    """SK-M12, repeated"""
    again = {
        "resourceType": "Bundle",
        "entry": [{"resource": observation("44261-6")}, {"resource": observation("89204-2")}],
    }

    assert len(read(again)) == 1


@pytest.mark.parametrize(
    ("resource", "code"),
    [
        (observation("44261-6", effectiveDateTime="2024-02-01"), "reading-without-time"),
        (observation("44261-6", effectiveDateTime=None), "reading-without-time"),
        (observation("44261-6", value=None), "reading-without-value"),
    ],
)
def test_a_total_without_time_or_value_is_refused(resource: dict[str, Any], code: str) -> None:
    """SK-M12: no time is made up, and nothing is taken for 0."""
    with pytest.raises(Invalid) as refused:
        read(resource)

    assert refused.value.code == code


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "registered", "preliminary"])
def test_what_was_not_really_measured_is_not_read(status: str) -> None:
    """SK-M12"""
    assert read(observation("44261-6", status=status)) == []


@pytest.mark.parametrize("resource", [{}, {"resourceType": "Patient"}, {"resourceType": "Bundle", "entry": [1, {}]}])
def test_anything_else_says_nothing(resource: dict[str, Any]) -> None:
    """SK-M12"""
    assert read(resource) == []


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just("44261-6"), st.just(AT)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["coding", "code", "value", "item", "answer", "linkId", "start", "resource"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(["Observation", "QuestionnaireResponse", "Bundle"]),
    st.dictionaries(
        st.sampled_from(
            [
                "code",
                "component",
                "item",
                "entry",
                "valueQuantity",
                "valueCodeableConcept",
                "valueCoding",
                "effectivePeriod",
                "effectiveDateTime",
                "authored",
                "status",
            ]
        ),
        ANYTHING,
        max_size=6,
    ),
)
def test_no_resource_is_so_broken_that_reading_it_breaks(kind: str, body: dict[str, Any]) -> None:
    """SK-M12: refused in words, or nothing found; never a failure of ours."""
    try:
        read({"status": "final", **body, "resourceType": kind})
    except Invalid as refused:
        assert refused.code in ("reading-without-time", "reading-without-value")


def test_the_projects_own_referrals_hold_measures_that_are_found() -> None:
    """SK-M12: the published behavioral-health examples."""
    found = [one for path in EXAMPLES.glob("behavioral-health-*.json") for one in read(json.loads(path.read_text()))]

    assert {one.instrument for one in found} >= {"PHQ9"}


@pytest.mark.parametrize("value", [10**400, 1e308, float("nan"), float("-inf")])
def test_a_total_that_is_no_number_of_this_world_is_none(value: float) -> None:
    """SK-M12: said as a mistake of the resource, never as one of ours."""
    with pytest.raises(Invalid, match="reading-without-value"):
        read(observation("44261-6", value))


@pytest.mark.parametrize("value", [0.5, 1.5])
def test_half_a_point_of_danger_is_not_rounded_to_none(value: float) -> None:
    """SK-M12, SK-R3: item 9 is a whole number; what is between is refused, not taken for calm."""
    risk = {"code": {"coding": [{"system": "http://loinc.org", "code": ITEMS[8]}]}, "valueQuantity": {"value": value}}
    with pytest.raises(Invalid, match="risk-item-out-of-range"):
        read(observation("44261-6", component=[risk]))


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_that_nobody_means_is_none(at: str) -> None:
    """SK-M12."""
    with pytest.raises(Invalid, match="reading-without-time"):
        read(observation("44261-6", effectiveDateTime=at))
