"""The stepped clock shows one instant, whole."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from throughline.embedded.clock_face import FACE_BYTES, write_clock


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 1, 5, 9, tzinfo=UTC),
        datetime(2026, 1, 5, 9, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 1, 5, 4, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_the_face_is_always_as_long_and_reads_back(tmp_path: Path, instant: datetime) -> None:
    """A reader of 32 bytes sees one instant or the next, never a mix of lengths."""
    face = tmp_path / "clock"
    write_clock(face, datetime(2025, 12, 31, 23, 59, 59, 999999, tzinfo=UTC))
    write_clock(face, instant)

    assert len(face.read_bytes()) == FACE_BYTES
    assert datetime.fromisoformat(face.read_text()) == instant


def test_a_naive_instant_is_refused(tmp_path: Path) -> None:
    """An instant without a zone is a guess."""
    with pytest.raises(ValueError, match="aware"):
        write_clock(tmp_path / "clock", datetime(2026, 1, 5))
