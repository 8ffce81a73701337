"""How skills starts, or does not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import skills


@pytest.mark.parametrize(
    ("name", "changes", "says"),
    [
        (
            "curriculum",
            {"  PHP: compressed": "  PHP: quick", "  IOP: standard": "  IOP: slow"},
            ["levels.PHP: quick is no cycle of this file", "levels.IOP: slow is no cycle of this file"],
        ),
        ("diary", {"      low-belonging: {field: BELONGING, ": "      low-belonging: {field: BELONGINGS, "}, None),
        (
            "library",
            {"conditions: [trauma]": "conditions: []"},
            ["psychoeducation: nothing is explained to somebody treated for trauma"],
        ),
        ("instruments", {"    items: 9\n": "    items: nine\n"}, None),
    ],
)
def test_a_file_of_the_program_that_is_wrong_ends_the_start_with_a_line_a_mistake(
    tmp_path: Path, name: str, changes: dict[str, str], says: list[str] | None
) -> None:
    """SK-C8, SK-D8, SK-G9, SK-M13: exit code 2, no traceback."""
    file, text = tmp_path / "mine.yaml", (Path(skills.__file__).parent / f"{name}.yaml").read_text()
    for was, becomes in changes.items():
        assert was in text
        text = text.replace(was, becomes)
    file.write_text(text)
    told = {**os.environ, f"THROUGHLINE_{name.upper()}_FILE": str(file)}
    done = subprocess.run([sys.executable, "-m", "skills"], env=told, capture_output=True, text=True, timeout=120)

    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert all(line.startswith(f"{file}:") for line in lines), lines
    assert len(lines) == len(says or [""])
    assert says is None or [line.partition(": ")[2] for line in lines] == says
