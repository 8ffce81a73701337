"""Referrals from files: one at a time, never too much, and a plain word for what cannot be read."""

import gzip
import json
from pathlib import Path
from typing import Any

from throughline.referral_files import FileProblem, ReferralFile, read_files

EXAMPLES = Path(__file__).parents[2] / "examples"
PATIENT = {"resourceType": "Patient", "id": "p1"}
BUNDLE = {"resourceType": "Bundle", "type": "collection", "entry": []}


def lines(*resources: dict[str, Any]) -> bytes:
    """NDJSON of resources."""
    return b"\n".join(json.dumps(resource).encode() for resource in resources) + b"\n"


def of(whose: str) -> dict[str, Any]:
    """A Condition of one patient."""
    return {"resourceType": "Condition", "subject": {"reference": f"Patient/{whose}"}}


def test_the_examples_are_fifty_referrals_in_the_order_of_their_names() -> None:
    """The same folder gives the same order everywhere."""
    found = list(read_files(EXAMPLES / "referrals"))

    assert len(found) == 50
    assert all(isinstance(one, ReferralFile) and one.raw.lstrip()[:1] == b"{" for one in found)
    assert [one.label for one in found] == sorted(one.label for one in found)


def test_damaged_and_empty_files_are_problems_and_the_others_are_still_read() -> None:
    """One bad file never hides the next."""
    found = list(read_files(EXAMPLES / "referrals-unreadable"))
    problems = {one.label: one.what for one in found if isinstance(one, FileProblem)}

    assert problems == {"cut-off.json.gz": "gzip that is cut off or damaged", "empty.json": "empty"}
    assert len(found) == 16


def test_a_small_file_that_unpacks_without_end_is_stopped_at_the_limit(tmp_path: Path) -> None:
    """A zip bomb is read to the limit and one byte more."""
    (tmp_path / "bomb.json.gz").write_bytes(gzip.compress(b" " * 5_000_000))
    (tmp_path / "bomb.ndjson.gz").write_bytes(gzip.compress(b" " * 5_000_000))

    assert list(read_files(tmp_path, limit=1000)) == [
        FileProblem("bomb.json.gz", "larger than 1000 bytes", "one referral of at most 1000 bytes"),
        FileProblem(
            "bomb.ndjson.gz:1",
            "a line larger than 1000 bytes",
            "one Bundle or Patient per line, or a FHIR bulk export",
        ),
    ]


def test_a_file_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    """The limit itself is allowed."""
    file = tmp_path / "a.json"
    file.write_bytes(b"x" * 1000)

    assert list(read_files(file, limit=1000)) == [ReferralFile("a.json", b"x" * 1000)]


def test_each_line_of_ndjson_is_one_referral_known_by_its_line(tmp_path: Path) -> None:
    """Blank lines are no referrals; a damaged one is passed on to be judged."""
    (tmp_path / "all.ndjson").write_bytes(b"\n" + lines(BUNDLE) + b"{oops\n" + lines(PATIENT))
    found = list(read_files(tmp_path / "all.ndjson"))

    assert [one.label for one in found] == ["all.ndjson:2", "all.ndjson:3", "all.ndjson:4"]


def test_a_bulk_export_becomes_one_bundle_per_patient(tmp_path: Path) -> None:
    """Bulk Data sends people and their conditions apart; only what a referral needs is gathered."""
    (tmp_path / "Condition.ndjson").write_bytes(lines(of("p1"), of("p2"), of("p1")))
    (tmp_path / "Encounter.ndjson").write_bytes(
        lines({"resourceType": "Encounter", "subject": {"reference": "Patient/p1"}})
    )
    (tmp_path / "Patient.ndjson.gz").write_bytes(gzip.compress(lines(PATIENT, {**PATIENT, "id": "p3"})))
    first, alone, strangers = read_files(tmp_path)

    assert isinstance(first, ReferralFile) and isinstance(alone, ReferralFile)
    assert first.label == "Patient.ndjson.gz:1"
    assert [e["resource"]["resourceType"] for e in json.loads(first.raw)["entry"]] == [
        "Patient",
        "Condition",
        "Condition",
    ]
    assert json.loads(alone.raw) == {**PATIENT, "id": "p3"}
    assert isinstance(strangers, FileProblem) and strangers.what == "1 lines about patients who are not here"


def test_what_is_gathered_for_one_patient_is_bounded(tmp_path: Path) -> None:
    """The limit holds for what we put together ourselves."""
    (tmp_path / "all.ndjson").write_bytes(lines(PATIENT, *[of("p1")] * 20))
    (problem,) = read_files(tmp_path, limit=500)

    assert isinstance(problem, FileProblem) and problem.what == "larger than 500 bytes with what is theirs"


def test_ndjson_cut_off_gives_what_came_before_and_then_the_problem(tmp_path: Path) -> None:
    """What is whole is not lost with what is not."""
    packed = gzip.compress(lines(*[{**BUNDLE, "id": f"{n * 7919}"} for n in range(2000)]))
    (tmp_path / "cut.ndjson.gz").write_bytes(packed[: len(packed) // 2])
    *whole, last = read_files(tmp_path)

    assert whole and all(isinstance(one, ReferralFile) for one in whole)
    assert isinstance(last, FileProblem) and last.what == "gzip that is cut off or damaged"


def test_a_folder_without_referrals_and_a_path_that_is_not_there_are_one_problem(tmp_path: Path) -> None:
    """Nothing found is said, not silent."""
    (tmp_path / "notes.txt").write_text("hello")

    assert [type(one) for one in read_files(tmp_path)] == [FileProblem]
    assert [type(one) for one in read_files(tmp_path / "notes.txt")] == [FileProblem]
    assert [type(one) for one in read_files(tmp_path / "nowhere")] == [FileProblem]


def test_ndjson_of_other_resources_alone_is_a_problem(tmp_path: Path) -> None:
    """Locations are nobody's referral."""
    (tmp_path / "Location.ndjson").write_bytes(lines({"resourceType": "Location"}))
    (problem,) = read_files(tmp_path)

    assert isinstance(problem, FileProblem) and problem.what == "NDJSON without a Bundle or a Patient"


def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    """A link to nowhere is said, and reading goes on."""
    (tmp_path / "a.json").symlink_to(tmp_path / "gone")
    (tmp_path / "b.json").write_bytes(lines(PATIENT))
    problem, found = read_files(tmp_path)

    assert isinstance(problem, FileProblem) and problem.what == "cannot be opened (FileNotFoundError)"
    assert isinstance(found, ReferralFile)


def test_folders_below_are_read_and_named(tmp_path: Path) -> None:
    """A label says where the referral stood."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "one.json").write_bytes(lines(PATIENT))

    assert [one.label for one in read_files(tmp_path)] == ["b/one.json"]
