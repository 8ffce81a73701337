"""The face of the stepped clock: one instant in a file that services read."""

import os
from datetime import UTC, datetime
from pathlib import Path

FACE_BYTES = 32
"""The length of `2026-01-05T09:00:00.000000+00:00`, always, so that a reader sees one instant or the next."""


def clock_file(run_folder: Path) -> Path:
    """Where the clock of a run is."""
    return run_folder / "clock"


def write_clock(path: Path, instant: datetime) -> None:
    """Set the clock to an aware instant, in place, in one write; raises `ValueError` for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("the clock shows aware instants only")
    face = instant.astimezone(UTC).isoformat(timespec="microseconds").encode("ascii")
    file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(file, face, 0)
    finally:
        os.close(file)
