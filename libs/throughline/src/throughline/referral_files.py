"""Reads referrals from files: as bytes, one by one, never more than a limit, never over a network."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

Json = dict[str, object]

LIMIT = 20 * 1024 * 1024
"""Largest referral, in bytes after unpacking. ASSUMED: the same as the limit of intake's FHIR door."""

ENDINGS = (".json", ".json.gz", ".ndjson", ".ndjson.gz")

GATHERED: dict[str, str] = {
    "Condition": "subject",
    "Observation": "subject",
    "RelatedPerson": "patient",
    "ServiceRequest": "subject",
}
"""Resource types of a bulk export that go with their patient, and the element that says whose they are."""

_EXPECTED = f"a file or folder with {', '.join(ENDINGS)}"
_EXPECTED_LINE = "one Bundle or Patient per line, or a FHIR bulk export"
_BROKEN = (OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class ReferralFile:
    """One referral: `label` is the file's name, with `:line` for NDJSON; `raw` is not yet judged."""

    label: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file, or a line of one, that gives no referral: `what` was found, and what was `expected`."""

    label: str
    what: str
    expected: str


class _Unreadable(Exception):
    """Why a file gives no bytes."""


def read_files(path: Path, limit: int = LIMIT) -> Iterator[ReferralFile | FileProblem]:
    """Every referral in a file, or in a folder and those below it, in the order of their paths.

    `limit` is in bytes, after unpacking: of a file, a line of NDJSON, or what is gathered for one patient.
    NDJSON is read a folder at a time, so that a FHIR bulk export becomes one collection Bundle per Patient.
    Never raises for what it finds on disk.
    """
    if path.is_file():
        files, root = [path], path.parent
    else:
        files, root = sorted(f for f in path.rglob("*") if f.is_file() or f.is_symlink()), path
    files = [f for f in files if f.name.endswith(ENDINGS) and not f.is_dir()]
    if not files:
        yield FileProblem(path.name, "no referrals here" if path.exists() else "no such file or folder", _EXPECTED)
    for folder in sorted({f.parent for f in files}):
        here = [f for f in files if f.parent == folder]
        lined = [f for f in here if _is_ndjson(f)]
        yield from (_read_file(f, _label(f, root), limit) for f in here if f not in lined)
        if lined:
            yield from _Gathering(lined, root, limit).read()


class _Gathering:
    """The NDJSON files of one folder: Bundles as they come, then each Patient with what is theirs."""

    def __init__(self, files: list[Path], root: Path, limit: int) -> None:
        self.files, self.root, self.limit = files, root, limit
        self.patients: list[tuple[str, str, bytes]] = []
        self.theirs: dict[str, list[bytes]] = {}

    def read(self) -> Iterator[ReferralFile | FileProblem]:
        found = False
        for file in self.files:
            for one in self._sort_out(file, _label(file, self.root)):
                found = True
                yield one
        for label, patient_id, raw in self.patients:
            yield self._with_theirs(label, raw, self.theirs.get(patient_id, []))
        known = {patient_id for _, patient_id, _ in self.patients}
        strangers = sum(len(lines) for whose, lines in self.theirs.items() if whose not in known)
        where = _label(self.files[0].parent, self.root)
        if strangers:
            yield FileProblem(where, f"{strangers} lines about patients who are not here", "their Patients too")
        elif not found and not self.patients:
            yield FileProblem(where, "NDJSON without a Bundle or a Patient", _EXPECTED_LINE)

    def _sort_out(self, file: Path, label: str) -> Iterator[ReferralFile | FileProblem]:
        for number, line in _lines(file, self.limit):
            if isinstance(line, _Unreadable):
                yield FileProblem(f"{label}:{number}", str(line), _EXPECTED_LINE)
                continue
            resource = _resource(line)
            kind = str(resource.get("resourceType", ""))
            if kind == "Patient":
                self.patients.append((f"{label}:{number}", str(resource.get("id", "")), line))
            elif kind in GATHERED:
                self.theirs.setdefault(_patient_id(resource.get(GATHERED[kind])), []).append(line)
            elif kind == "Bundle" or not resource:
                yield ReferralFile(f"{label}:{number}", line)

    def _with_theirs(self, label: str, patient: bytes, theirs: list[bytes]) -> ReferralFile | FileProblem:
        if not theirs:
            return ReferralFile(label, patient)
        entries = b",".join(b'{"resource":' + line + b"}" for line in (patient, *theirs))
        bundle = b'{"resourceType":"Bundle","type":"collection","entry":[' + entries + b"]}"
        if len(bundle) > self.limit:
            return FileProblem(label, f"larger than {self.limit} bytes with what is theirs", _EXPECTED_LINE)
        return ReferralFile(label, bundle)


def _read_file(file: Path, label: str, limit: int) -> ReferralFile | FileProblem:
    try:
        return ReferralFile(label, _read(file, limit))
    except _Unreadable as problem:
        return FileProblem(label, str(problem), f"one referral of at most {limit} bytes")


def _read(file: Path, limit: int) -> bytes:
    try:
        with _open(file) as stream:
            raw = stream.read(limit + 1)
    except _BROKEN as broken:
        raise _why(broken) from None
    if len(raw) > limit:
        raise _Unreadable(f"larger than {limit} bytes")
    if not raw.strip():
        raise _Unreadable("empty")
    return raw


def _lines(file: Path, limit: int) -> Iterator[tuple[int, bytes | _Unreadable]]:
    """Each line that is not blank, with its number from 1; ends at the first that cannot be read."""
    number = 0
    try:
        with _open(file) as stream:
            while line := stream.readline(limit + 1):
                number += 1
                if len(line) > limit:
                    yield number, _Unreadable(f"a line larger than {limit} bytes")
                    return
                if line.strip():
                    yield number, line.strip()
    except _BROKEN as broken:
        yield number + 1, _why(broken)
    else:
        if number == 0:
            yield 1, _Unreadable("empty")


def _open(file: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(file)) if file.name.endswith(".gz") else file.open("rb")


def _why(broken: Exception) -> _Unreadable:
    if isinstance(broken, OSError) and not isinstance(broken, gzip.BadGzipFile):
        return _Unreadable(f"cannot be opened ({type(broken).__name__})")
    return _Unreadable("gzip that is cut off or damaged")


def _label(file: Path, root: Path) -> str:
    return root.name if file == root else str(file.relative_to(root))


def _is_ndjson(file: Path) -> bool:
    return file.name.endswith((".ndjson", ".ndjson.gz"))


def _resource(line: bytes) -> Json:
    try:
        resource = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return resource if isinstance(resource, dict) else {}


def _patient_id(reference: object) -> str:
    value = reference.get("reference") if isinstance(reference, dict) else None
    return value.split("/_history/")[0].rsplit("/", 1)[-1] if isinstance(value, str) else ""
