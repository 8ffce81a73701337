"""The curriculum file: what a program teaches, and every mistake in it said in a line."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import skills
from common.contracts.words import LevelOfCare, SkillModule
from rules.skills.records import SYLLABUS
from skills.doors.program_files import Unfit, syllabus_in
from throughline import cli_curriculum

FILE = Path(skills.__file__).parent / "curriculum.yaml"
TEXT = FILE.read_text()


def lines_of(folder: Path, text: str) -> list[str]:
    """What is said of a file with this text, without its path."""
    wrong = folder / "mine.yaml"
    wrong.write_text(text)
    with pytest.raises(Unfit) as unfit:
        syllabus_in(wrong)
    assert all(line.startswith(f"{wrong}:") for line in unfit.value.lines)
    return [line.removeprefix(f"{wrong}:") for line in unfit.value.lines]


def test_the_programs_own_file_has_the_four_modules_and_three_cycles() -> None:
    """SK-C8: 24 weeks, 4 weeks, and the adolescent form within 16 to 24."""
    weeks = {name: cycle.weeks for name, cycle in SYLLABUS.cycles.items()}

    assert set(SYLLABUS.modules) == set(SkillModule)
    assert (weeks["standard"], weeks["compressed"]) == (24, 4)
    assert 16 <= weeks["adolescent"] <= 24
    assert next(iter(SYLLABUS.cycles)) == "standard"


def test_every_skill_has_its_standard_name_once_and_tipp_is_tip() -> None:
    """SK-C8: one code, two labels."""
    names = [skill.name for skill in SYLLABUS.skills.values()]

    assert len(names) == len(set(names))
    assert SYLLABUS.skills["TIP"].also == ("TIPP",)
    assert {"Wise Mind ACCEPTS", "DEAR MAN", "Opposite Action", "Radical Acceptance"} <= set(names)


def test_one_joins_the_standard_cycle_during_mindfulness() -> None:
    """SK-C8: the joining windows are the weeks of the recurring module."""
    cycle = SYLLABUS.cycles["standard"]
    week, open_weeks = 1, list[int]()
    for block in cycle.blocks:
        if SYLLABUS.modules[block.module].recurring:
            open_weeks += range(week, week + block.weeks)
        week += block.weeks

    assert list(cycle.open_weeks) == open_weeks


def test_every_lesson_is_taught_in_every_cycle_of_the_program() -> None:
    """SK-C8: whichever cycle somebody follows, no lesson is silently left out."""
    for name in SYLLABUS.cycles:
        assert {slot.lesson for slot in SYLLABUS.slots(name)} == set(SYLLABUS.module_of)


def test_levels_without_skills_groups_follow_no_cycle() -> None:
    """SK-C2, SK-C8"""
    outside = {LevelOfCare.ALUMNI, LevelOfCare.EXTERNAL_ACUTE, LevelOfCare.CLOSED}

    assert set(LevelOfCare) - set(SYLLABUS.levels) == outside


MISTAKES = {
    "  PHP: compressed": ("  PHP: quick", "levels.PHP: quick is no cycle of this file"),
    "open_weeks: [1, 2, 3, 4]": ("open_weeks: [1, 5]", "week 5 is not in the cycle's 1 to 4"),
    "complete_percent: 80": ("complete_percent: lots", "complete_percent: input should be a valid integer"),
    "    recurring: true": ("    recurring: false", "no recurring module comes before DISTRESS_TOLERANCE"),
    "[CLARIFYING_PRIORITIES, DEAR_MAN, GIVE, FAST]": ("[STOP]", "STOP is no lesson of INTERPERSONAL_EFFECTIVENESS"),
    "{name: STOP, skills: [STOP]}": ("{name: STOP, skills: [HALT]}", "HALT is no skill of this file"),
    "{name: FAST, skills: [FAST]}": ("{name: FAST, skills: [GIVE]}", "GIVE comes with FAST too"),
    "      GIVE: {name: GIVE,": ("      STOP: {name: GIVE,", "is in two modules, expected in one"),
    "    daily: MINDFULNESS": ("    weekly: MINDFULNESS", "cycles.compressed.weekly: is not known here"),
    'version: "1.0"': ("", "version: is missing"),
    "  DISTRESS_TOLERANCE:\n": ("  MINDFULNESS:\n", "modules.MINDFULNESS: is said twice"),
}


@pytest.mark.parametrize("before", MISTAKES)
def test_a_mistake_is_one_readable_line_with_its_place(tmp_path: Path, before: str) -> None:
    """SK-C8"""
    after, told = MISTAKES[before]
    assert before in TEXT
    lines = lines_of(tmp_path, TEXT.replace(before, after, 1))

    assert any(told in line for line in lines)
    assert all(line.partition(":")[0].isdigit() and "\n" not in line for line in lines)


def test_every_mistake_is_said_not_the_first_alone(tmp_path: Path) -> None:
    """SK-C8"""
    wrong = TEXT.replace("  PHP: compressed", "  PHP: quick").replace("open_weeks: [1, 2, 3, 4]", "open_weeks: [0, 9]")

    assert len(lines_of(tmp_path, wrong)) == 3


def test_a_lesson_in_no_cycle_is_a_mistake(tmp_path: Path) -> None:
    """SK-C8: nobody would ever have it, and nobody would notice."""
    raw = yaml.safe_load(TEXT)
    del raw["cycles"]["standard"], raw["cycles"]["compressed"]
    raw["levels"] = dict.fromkeys(raw["levels"], "adolescent")
    raw["modules"]["INTERPERSONAL_EFFECTIVENESS"]["lessons"]["DIME"] = {"name": "Dime game"}

    (line,) = lines_of(tmp_path, yaml.safe_dump(raw, sort_keys=False))
    assert line.endswith("modules.INTERPERSONAL_EFFECTIVENESS.lessons.DIME: is taught in no cycle")


@given(st.binary(max_size=60))
def test_no_file_brings_the_reader_down(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """SK-C8: whatever it is, it is said in lines."""
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(content)
    with pytest.raises(Unfit) as unfit:
        syllabus_in(file)
    assert unfit.value.lines


def test_the_command_says_of_a_good_file_what_is_in_it_and_of_a_bad_one_what_is_wrong(tmp_path: Path) -> None:
    """SK-C8: exit 0, and exit 2 with nothing on the standard output."""
    good = CliRunner().invoke(cli_curriculum.app, ["check", str(FILE)])
    bad = tmp_path / "bad.yaml"
    bad.write_text(TEXT.replace("  PHP: compressed", "  PHP: quick"))
    refused = CliRunner().invoke(cli_curriculum.app, ["check", str(bad)])
    missing = CliRunner().invoke(cli_curriculum.app, ["check", str(tmp_path / "none.yaml")])

    assert (good.exit_code, "standard (24 weeks), compressed (4 weeks)" in good.stdout) == (0, True)
    assert (refused.exit_code, refused.stdout, len(refused.stderr.splitlines())) == (2, "", 1)
    assert (missing.exit_code, missing.stdout, len(missing.stderr.splitlines())) == (2, "", 1)
