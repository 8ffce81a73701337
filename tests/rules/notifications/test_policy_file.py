"""The policy file: a program that misspells a number hears of it at the start, in one line, not at night."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from notifications.app import STANDARD
from notifications.domain.policy import Zone
from notifications.doors.policy_file import PolicyInvalid, policy_in
from notifications.settings import STANDARD_FILE

TEXT = STANDARD_FILE.read_text()
WRONG = {
    "most_per_day: 3": ("most_per_day: none", "most_per_day: input should be a valid integer"),
    "version:": ("versoin:", "versoin: extra inputs are not permitted"),
    "zone: America/New_York": ("zone: America/New_Yrok", "zone: no such time zone"),
    "  - leave-overdue": ("  - leave-overdoo", "critical.2: there is no text with the code leave-overdoo"),
    "after_minutes: 5, to": ("after_minutes: 25, to", "ladders.risk-flag-raised.rungs: each rung tells somebody"),
    "to: [supervisor], template: still-": ("to: [supervisor], template: stil-", "there is no text with the code stil-"),
    "most_per_week: 10": ("most_per_day: 10", "most_per_day: is said twice"),
    "critical:": ("critical", "cannot be read as YAML"),
}


def told(path: Path, text: str) -> list[str]:
    """What is said of a policy file."""
    path.write_text(text)
    with pytest.raises(PolicyInvalid) as invalid:
        policy_in(path)
    return invalid.value.lines


def test_the_file_that_comes_with_it_is_in_order() -> None:
    """NO-P4."""
    assert policy_in(STANDARD_FILE) == STANDARD


@pytest.mark.parametrize("right", WRONG)
def test_each_mistake_is_one_line_that_says_where(right: str, tmp_path: Path) -> None:
    """NO-P4."""
    wrong, said = WRONG[right]
    file = tmp_path / "policy.yaml"
    lines = told(file, TEXT.replace(right, wrong, 1))

    assert any(said in line for line in lines), lines
    assert all(line.startswith(f"{file}:") and "\n" not in line for line in lines)


def test_the_line_is_that_of_the_mistake(tmp_path: Path) -> None:
    """NO-P4: the line of an editor, counted from 1."""
    at = TEXT.splitlines().index(next(line for line in TEXT.splitlines() if line.startswith("most_per_day"))) + 1
    (line,) = told(tmp_path / "policy.yaml", TEXT.replace("most_per_day: 3", "most_per_day: 0"))

    assert f"policy.yaml:{at}: most_per_day: " in line


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """NO-P4."""
    with pytest.raises(PolicyInvalid, match="cannot be read"):
        policy_in(tmp_path / "none.yaml")


def test_a_start_with_a_bad_file_ends_with_exit_2_and_all_mistakes_at_once(tmp_path: Path) -> None:
    """NO-P4: as for a wrong command line; no traceback."""
    file = tmp_path / "policy.yaml"
    file.write_text(TEXT.replace("most_per_day: 3", "most_per_day: 0").replace("most_per_week: 10", "most_per_week: x"))
    env = {**os.environ, "THROUGHLINE_POLICY_FILE": str(file)}

    ended = subprocess.run([sys.executable, "-m", "notifications"], env=env, capture_output=True, text=True, timeout=60)

    assert ended.returncode == 2
    assert [line.partition(": ")[2].partition(": ")[0] for line in ended.stderr.splitlines()] == [
        "most_per_day",
        "most_per_week",
    ]


@pytest.mark.parametrize(
    "name", ["localtime", "Factory", "right/America/New_York", "posixrules", "America", "../UTC", ""]
)
def test_a_time_zone_is_one_that_every_machine_knows(name: str) -> None:
    """NO-N3, NO-P4: what one machine calls its own would be no zone, or another one, on the next."""
    with pytest.raises(ValueError, match="no such time zone"):
        TypeAdapter(Zone).validate_python(name)

    assert TypeAdapter(Zone).validate_python("America/New_York") == "America/New_York"
