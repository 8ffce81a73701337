"""Bad input on the command line: one readable line, and exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["demo", "--referrals", "nowhere"], "no such file or folder"),
        (["demo", "--summary", "nowhere/summary.json"], "no such folder"),
        (["demo", "--participants", "0"], "--participants"),
        (["token", "--role", "king"], "king"),
        (["token", "--role", "clinician"], "no house is running here"),
        (["status"], "no house is running here"),
        (["journey"], "participant"),
        (["dead-letters"], "no house is running here"),
        (["dead-letters", "replay"], "no house is running here"),
        (["dead-letters", "replay", "--per-second", "0"], "--per-second"),
        (["dead-letters", "replay", "skills"], "skills"),
        (["dead-letters", "discard", "skills", "s", "t", "p", "m"], "--reason"),
        (
            ["dead-letters", "discard", "skills", "s", "t", "p", "m", "--reason", "superseded"],
            "no house is running here",
        ),
        (["dead-letters", "cancel"], "run"),
        (["no-such-command"], "no-such-command"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(given: list[str], said: str, tmp_path: Path) -> None:
    """Bad input anywhere is told in one line on standard error, never as a traceback."""
    command = [sys.executable, "-c", "from throughline.cli import main; main()", *given]
    ended = subprocess.run(command, cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert said.lower() in ended.stderr.lower()
