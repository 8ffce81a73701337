"""How scheduling starts, or does not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import scheduling

TEXT = (Path(scheduling.__file__).parent / "policy.yaml").read_text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (TEXT.replace("hours: ", "hours: -", 1), "hours_per_week.0.hours"),
        (f"{TEXT}\nversion: '2'\n", "version: is said twice"),
        ("version: [", "cannot be read as YAML"),
        ("just words", "file"),
    ],
)
def test_an_hours_file_that_is_wrong_ends_the_start_with_one_line(tmp_path: Path, text: str, says: str) -> None:
    """SC-H1: exit code 2, no traceback."""
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    told = {**os.environ, "THROUGHLINE_HOURS_FILE": str(file)}
    done = subprocess.run([sys.executable, "-m", "scheduling"], env=told, capture_output=True, text=True, timeout=120)

    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{file}:")
    assert says in line
