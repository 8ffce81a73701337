"""The referrals that come with the project: what is in them is read, what is wrong with them is said."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from common.contracts.words import Condition, Instrument
from intake.doors.fhir import ReferralDraft, UnreadableReferral, read_referral

EXAMPLES = Path(__file__).parents[3] / "examples"
NOW = datetime(2026, 1, 5, tzinfo=UTC)


def bytes_of(file: Path) -> bytes:
    """A file, unpacked."""
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()


@pytest.fixture(scope="module")
def drafts() -> dict[str, ReferralDraft]:
    """Every example, read once."""
    files = [f for f in (EXAMPLES / "referrals").iterdir() if f.name.endswith((".json", ".json.gz"))]
    return {f.name.split(".")[0]: read_referral(bytes_of(f), now=NOW) for f in files}


def test_all_fifty_examples_are_readable(drafts: dict[str, ReferralDraft]) -> None:
    """Real shapes from five sources are read."""
    kinds = Counter(name.rsplit("-", 1)[0] for name in drafts)

    assert kinds == {
        "synthea": 34,
        "synthea-2019": 2,
        "davinci": 7,
        "davinci-message": 1,
        "behavioral-health": 2,
        "specification": 4,
    }
    assert len({draft.fingerprint for draft in drafts.values()}) == 50


def test_their_conditions_and_scores_are_found(drafts: dict[str, ReferralDraft]) -> None:
    """A look-up by one code, or by category, would miss most."""
    assert sum(bool(draft.conditions) for draft in drafts.values()) == 33
    assert sum(bool(draft.baseline) for draft in drafts.values()) == 35
    assert not any(draft.left_out for draft in drafts.values())
    assert sum(draft.deceased for draft in drafts.values()) == 3


def test_a_file_whose_phq9_stands_only_under_the_teen_code_has_its_phq9(
    drafts: dict[str, ReferralDraft],
) -> None:
    """LOINC 89204-2 is a PHQ-9. Source: facts 8.4."""
    raw = bytes_of(EXAMPLES / "referrals" / "synthea-08.json.gz")
    newest = [b for b in drafts["synthea-08"].baseline if b.instrument is Instrument.PHQ9][-1]

    assert b"89204-2" in raw and b"44261-6" not in raw
    assert (newest.score, newest.administered_at.year) == (1, 2008)


def test_the_behavioral_health_referral_brings_score_conditions_and_a_daughter(
    drafts: dict[str, ReferralDraft],
) -> None:
    """The total of a QuestionnaireResponse counts like an Observation's."""
    draft = drafts["behavioral-health-01"]

    assert [(b.instrument, b.score) for b in draft.baseline] == [(Instrument.PHQ9, 12)]
    assert draft.given_name == "James"
    assert Condition.DEPRESSION in draft.conditions
    assert [s.relationship for s in draft.supporters] == ["Adult child"]


def test_one_person_spelled_two_ways_in_one_bundle_is_one_person(drafts: dict[str, ReferralDraft]) -> None:
    """Admission says `urn:uuid:`, the Condition of the transfer says `Patient/<id>`."""
    raw = bytes_of(EXAMPLES / "referrals" / "davinci-01.json")

    assert b'"reference": "Patient/' in raw and b'"reference": "urn:uuid:' in raw
    assert drafts["davinci-01"].has_mental_health_reason is None


def test_a_broken_subject_in_a_real_record_is_found() -> None:
    """One wrong reference among thousands of resources is refused, not skipped."""
    record: dict[str, Any] = json.loads(bytes_of(EXAMPLES / "referrals" / "synthea-05.json.gz"))
    conditions = [e["resource"] for e in record["entry"] if e["resource"]["resourceType"] == "Condition"]
    conditions[-1]["subject"]["reference"] = "urn:uuid:00000000-0000-0000-0000-000000000000"

    with pytest.raises(UnreadableReferral) as refused:
        read_referral(json.dumps(record).encode(), now=NOW)

    assert refused.value.code == "broken-reference"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("not-fhir.json", "not-fhir"),
        ("wrong-resource.json", "wrong-resource"),
        ("r5-encounter.json", "not-r4"),
        ("r5-profile.json", "not-r4"),
        ("stu3-condition.json", "not-r4"),
        ("dstu2-patient.json", "not-r4"),
        ("no-patient.json", "no-patient"),
        ("many-patients.json", "many-patients"),
        ("future-birth-date.json", "future-birth-date"),
        ("invalid-date.json", "invalid-date"),
        ("invalid-resource.json", "invalid-resource"),
        ("broken-reference.json", "broken-reference"),
        ("truncated.json", "not-json"),
        ("fhir-xml.json", "fhir-xml"),
    ],
)
def test_each_unreadable_example_has_its_code(name: str, code: str) -> None:
    """One mistake, one stable code, one line."""
    with pytest.raises(UnreadableReferral) as refused:
        read_referral((EXAMPLES / "referrals-unreadable" / name).read_bytes(), now=NOW)

    assert refused.value.code == code
    assert "\n" not in str(refused.value)
