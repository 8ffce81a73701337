"""The library file: what therapists explain and ask, and every mistake in it said in a line."""

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

import family
import skills
from common.contracts.words import Condition
from rules.skills.records import PROGRAM
from skills.doors.program_files import Unfit, library_in
from throughline import cli_curriculum

FILE = Path(skills.__file__).parent / "library.yaml"
TEXT = FILE.read_text()


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        (
            "  6: radical",
            "  7: radical",
            ["validation.7: is no level, expected 1 to 6", "validation: level 6 is missing"],
        ),
        (
            "conditions: [trauma]",
            "conditions: [anxiety]",
            ["psychoeducation: nothing is explained to somebody treated for trauma"],
        ),
        ("phase: ENDING}", "phase: LAST}", ["prompts.WHAT_YOU_TAKE_WITH_YOU.phase: input should be 'INITIAL'"]),
        (
            "WHAT_DID_THEY_FEEL: {about:",
            "WHAT_DID_THEY_FEEL: {on:",
            ["prompts.WHAT_DID_THEY_FEEL.about: is missing"],
        ),
        ("  HOW_FEELINGS_WORK:", "  how feelings work:", ["psychoeducation.how feelings work: string should match"]),
        ('version: "1.0"', "", ["version: is missing"]),
    ],
)
def test_every_mistake_is_a_line_that_says_where(tmp_path: Path, was: str, becomes: str, says: list[str]) -> None:
    """SK-G9"""
    assert was in TEXT
    file = tmp_path / "mine.yaml"
    file.write_text(TEXT.replace(was, becomes))
    with pytest.raises(Unfit) as unfit:
        library_in(file)

    assert all(line.startswith(f"{file}:") for line in unfit.value.lines)
    told = [line.removeprefix(f"{file}:").partition(": ")[2] for line in unfit.value.lines]
    for expected in says:
        assert any(line.startswith(expected) for line in told), told


def test_the_programs_own_library_is_fit_and_has_something_for_every_condition() -> None:
    """SK-G9: and the command says what is in it."""
    library = PROGRAM.library
    done = CliRunner().invoke(cli_curriculum.library, ["check", str(FILE)])

    assert {one for topic in library.psychoeducation.values() for one in topic.conditions} == set(Condition)
    assert {"pattern", "belief", "defence", "expression"} <= {one.about for one in library.prompts.values()}
    assert done.exit_code == 0
    assert "9 topics, 14 questions about belief" in done.stdout


def test_a_wrong_library_ends_the_check_with_2(tmp_path: Path) -> None:
    """SK-G9: nothing on the standard output."""
    file = tmp_path / "mine.yaml"
    file.write_text("version: [")
    done = CliRunner().invoke(cli_curriculum.library, ["check", str(file)])

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{file}:1: cannot be read as YAML")


def test_no_text_blames_anybody() -> None:
    """SK-G9: words that facts 1.1 A19 rules out do not stand in the program's own texts."""
    texts = [text for topic in PROGRAM.library.psychoeducation.values() for text in (topic.name, *topic.says)]
    texts += [prompt.asks for prompt in PROGRAM.library.prompts.values()]
    blaming = ("fault", "failed", "failure", "refuse", "manipulat", "attention-seeking", "non-complian", "should have")
    assert [text for text in texts if any(word in text.lower() for word in blaming)] == []


def test_supporters_and_therapists_know_the_same_levels_of_validation() -> None:
    """SK-G7, A13: one scale, in two programs' files."""
    theirs = yaml.safe_load((Path(family.__file__).parent / "policy.yaml").read_text())["validation"]
    assert {level: one["act"] for level, one in theirs.items()} == dict(PROGRAM.library.validation)
