"""How skills starts, or does not."""

import os
import subprocess
import sys
from pathlib import Path

import skills


def test_a_curriculum_file_that_is_wrong_ends_the_start_with_a_line_a_mistake(tmp_path: Path) -> None:
    """SK-C8: exit code 2, no traceback."""
    file = tmp_path / "mine.yaml"
    text = (Path(skills.__file__).parent / "curriculum.yaml").read_text()
    file.write_text(text.replace("  PHP: compressed", "  PHP: quick").replace("  IOP: standard", "  IOP: slow"))
    told = {**os.environ, "THROUGHLINE_CURRICULUM_FILE": str(file)}
    done = subprocess.run([sys.executable, "-m", "skills"], env=told, capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert [line.partition(": ")[2] for line in lines] == [
        "levels.PHP: quick is no cycle of this file",
        "levels.IOP: slow is no cycle of this file",
    ]
