"""`throughline policy`: what it prints, and how it ends."""

from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

import intake
from rules.intake.policy_cases import POLICY, STEPPING_DOWN
from rules.intake.test_policy_explanation import why
from rules.intake.test_review import in_php
from throughline import cli, cli_policy
from throughline.policy_tables import told

FILE = Path(intake.__file__).parent / "policy.yaml"


def test_a_good_policy_file_says_its_version_and_content() -> None:
    """IN-P2: exit 0."""
    done = CliRunner().invoke(cli_policy.app, ["check", str(FILE)])

    assert done.exit_code == 0
    assert done.stdout.strip().endswith(f"known as {POLICY.id}")


def test_every_mistake_of_a_policy_file_is_a_line_of_its_own(tmp_path: Path) -> None:
    """IN-P2: exit 2, all at once, nothing on the standard output."""
    wrong = tmp_path / "policy.yaml"
    wrong.write_text(
        FILE.read_text().replace("diary_percent: 80", "diary_percent: 180").replace("required_lessons:", "lessons:")
    )
    done = CliRunner().invoke(cli_policy.app, ["check", str(wrong)])

    assert (done.exit_code, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"{wrong}:") for line in lines)


def test_where_no_house_runs_an_explanation_ends_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """IN-P1: exit 2, no traceback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["throughline", "policy", "explain", "p-1"])
    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_the_terminal_shows_every_rule_and_every_event_behind_it() -> None:
    """IN-P1: a table is no excuse to leave something out."""
    explanation = why(in_php(STEPPING_DOWN.model_copy(update={"screens": ()})))
    console = Console(width=200, record=True)
    for part in told(explanation.model_dump(mode="json")):
        console.print(part)
    text = console.export_text()

    events = {event.event_id for rule in explanation.rules for event in rule.events}
    wanted = {rule.rule for rule in explanation.rules} | events | {one.what for one in explanation.collect}
    assert {word for word in wanted if word not in text} == set()
    assert explanation.says in text
    assert explanation.content_hash in text
