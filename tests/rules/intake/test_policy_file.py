"""The policy file: every number has a source, every mistake a readable line, every content its id."""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import intake
from intake.domain.policy import Policy, PolicyInvalid, StepUp
from intake.doors.policy_file import policy_in
from rules.intake.policy_cases import PARSED, POLICY, step_down

FILE = Path(intake.__file__).parent / "policy.yaml"


def changed(path: str, value: Any) -> dict[str, Any]:
    """The policy file with one entry changed, or taken out where `value` is None."""
    parsed: dict[str, Any] = copy.deepcopy(PARSED)
    *way, last = path.split(".")
    block: Any = parsed
    for name in way:
        block = block[name]
    if value is None:
        del block[last]
    else:
        block[last] = value
    return parsed


def lines(parsed: Any) -> list[str]:
    """What is said about an invalid policy."""
    with pytest.raises(PolicyInvalid) as invalid:
        Policy.from_mapping(parsed)
    return invalid.value.lines


UNKNOWN = f"step_up.urge_levl: is not known, expected one of {', '.join(StepUp.model_fields)}"
WRONG = {
    "step_down.steps.PHP_IOP.diary_percent": (
        180,
        "step_down.steps.PHP_IOP.diary_percent: is 180, expected a whole number from 1 to 100",
    ),
    "step_up.urge_level": (None, "step_up.urge_level: is missing, expected a value"),
    "step_up.urge_levl": (4, UNKNOWN),
    "measures.PHQ9.reliable_change": (
        "six",
        "measures.PHQ9.reliable_change: is 'six', expected a number above 0 and up to 100",
    ),
    "step_up.self_harm_acts": ("7", "step_up.self_harm_acts: is '7', expected a whole number from 1 to 1000"),
    "step_up.urge_cards": (True, "step_up.urge_cards: is True, expected a whole number from 1 to 1000"),
    "approvals.STEP_UP": (None, "approvals: lacks STEP_UP, expected an entry for each"),
    "step_down.steps.IOP_OUT": (None, "step_down.steps: lacks IOP_OUT, expected an entry for each"),
    "step_down.steps.IOP_OUT.ceilings.PCL5": (
        None,
        "step_down.steps.IOP_OUT.ceilings: lacks PCL5, expected one for each primary measure",
    ),
    "required_lessons": (["JUGGLING"], "required_lessons: has JUGGLING, expected lessons of the curriculum"),
    "step_down": ([], "step_down: is [], expected a block of `name: value` lines"),
    "version": (1.0, 'version: is 1.0, expected a text, in quotes where it looks like a number, such as "1.0"'),
    "step_down.steps.PHP_IOP.window_days": (
        60,
        "step_down.steps.PHP_IOP.window_days: is 60, expected a whole number from 1 to 45",
    ),
    "step_down.steps.PHP_IOP.screen_at_most": (
        "SOME",
        "step_down.steps.PHP_IOP.screen_at_most: is 'SOME', expected 'NONE', 'LOW', 'MODERATE' or 'HIGH'",
    ),
    "step_down.steps.PHP_IOP.suicide_urge_at_most": (
        4,
        "step_down.steps.PHP_IOP.suicide_urge_at_most: is 4, expected below 4, which triggers a step up",
    ),
    "step_down.steps.PHP_IOP.attendance_percent": (
        59,
        "step_down.steps.PHP_IOP.attendance_percent: is 59, expected at least 60, below which a step up begins",
    ),
    "step_down.steps.PHP_IOP.ceilings.PHQ9": (
        20,
        "step_down.steps.PHP_IOP.ceilings.PHQ9: is 20, expected below 20, the top band",
    ),
    "step_up.of_cards": (
        15,
        "step_up.of_cards: is 15, expected from 3 (urge_cards) to 14 (cards_within_days)",
    ),
    "process.follow_ups": (
        [{"step": "call", "after_hours": 1}, {"step": "call", "after_hours": 2}],
        "process.follow_ups: has call twice, expected each name once",
    ),
}


@pytest.mark.parametrize(("path", "value", "said"), [(path, *rest) for path, rest in WRONG.items()], ids=WRONG)
def test_a_mistake_in_the_policy_file_is_said_in_one_readable_line(path: str, value: Any, said: str) -> None:
    """Path: what is wrong, what was expected."""
    assert lines(changed(path, value)) == [said]


def test_all_mistakes_are_said_at_once() -> None:
    """Nobody should have to start the service five times."""
    parsed = changed("step_up.urge_level", 9)
    parsed["proposal_expiry_hours"] = 0

    assert len(lines(parsed)) == 2


@pytest.mark.parametrize("parsed", [None, [], "1.0"])
def test_a_file_that_is_no_block_is_refused(parsed: Any) -> None:
    """An empty file is not a policy."""
    assert lines(parsed)[0].startswith("policy: is ")


def test_every_number_in_the_policy_file_names_its_source_or_is_assumed() -> None:
    """House: a number without a source is a rumour."""
    bare = [
        line
        for line in FILE.read_text().splitlines()
        if re.search(r"\b\d", line.split("#")[0])
        and not re.search(r"# .*(policy 1\.0|facts \d|schedule|ASSUMED)", line)
    ]

    assert bare == []


def test_the_id_is_version_and_content() -> None:
    """P5: a proposal names the very parameters it was made with."""
    again = Policy.from_mapping(dict(reversed(PARSED.items())))
    other = Policy.from_mapping(changed("step_down.steps.PHP_IOP.screen_hours", 47))

    assert re.fullmatch(r"1\.0\+[0-9a-f]{12}", POLICY.id)
    assert again.id == POLICY.id != other.id


def test_a_parameter_changed_in_the_file_changes_the_answer() -> None:
    """The numbers live in the file, not in the code."""
    stricter = Policy.from_mapping(changed("step_down.steps.PHP_IOP.progress_rules", 7))

    assert step_down(policy=stricter).answer == "stay"


def test_the_numbers_of_approvals_and_expiry_are_those_of_the_program() -> None:
    """Facts 9.8: two sign from residential to PHP and for a skipped level, else one; 72 hours."""
    assert dict(POLICY.approvals) == {"RESIDENTIAL_PHP": 2, "PHP_IOP": 1, "IOP_OUT": 1, "STEP_UP": 1, "SKIP_LEVEL": 2}
    assert POLICY.proposal_expiry_hours == 72


BROKEN = {
    "a mistake": ("step_up:\n  urge_levl: 4\n", "policy.yaml:2: step_up.urge_levl: is not known"),
    "a missing block": ('version: "1.0"\n', "policy.yaml:1: step_down: is missing, expected a value"),
    "said twice": (
        "step_up:\n  urge_level: 4\n  urge_level: 5\n",
        "policy.yaml:3: step_up.urge_level: is said twice, expected once",
    ),
    "no YAML": ("a: [1,\n", "policy.yaml:2: cannot be read as YAML"),
    "a list": ("- 1\n", "policy.yaml:1: policy: is [1], expected a block of `name: value` lines"),
    "nothing": ("", "policy.yaml:1: policy: is None"),
    "code": ("a: !!python/object:os.system {}\n", "policy.yaml:1: cannot be read as YAML"),
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_a_policy_file_that_is_wrong_says_where(text: str, said: str, tmp_path: Path) -> None:
    """IN-P2: file, line, path, what is wrong and what is allowed."""
    file = tmp_path / "policy.yaml"
    file.write_text(text)
    with pytest.raises(PolicyInvalid) as invalid:
        policy_in(file)

    assert any(line.startswith(f"{tmp_path}/{said}") for line in invalid.value.lines), invalid.value.lines


def test_a_file_that_is_not_there_or_no_text_is_said_in_a_line(tmp_path: Path) -> None:
    """IN-P2: no traceback for a slip of the hand."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name in ("absent", "binary", "."):
        with pytest.raises(PolicyInvalid) as invalid:
            policy_in(tmp_path / name)
        assert len(invalid.value.lines) == 1


def shuffled(block: Any, random: Random) -> Any:
    """The same with the names of every block in another order."""
    if isinstance(block, dict):
        return {name: shuffled(block[name], random) for name in random.sample(list(block), len(block))}
    return [shuffled(item, random) for item in block] if isinstance(block, list) else block


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_of_names_and_comments_are_not_content(random: Random) -> None:
    """IN-P2: principle P5; only what decides is hashed."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "other.yaml"
        file.write_text("# another comment\n" + yaml.safe_dump(shuffled(PARSED, random), sort_keys=False))
        assert policy_in(file).id == policy_in(FILE).id == POLICY.id


def numbers(block: Any, path: str = "") -> Iterator[tuple[str, int | float]]:
    """Every number of the policy file, with its path."""
    if isinstance(block, dict):
        for name, inner in block.items():
            yield from numbers(inner, f"{path}.{name}" if path else name)
    elif type(block) in (int, float):
        yield path, block


@pytest.mark.parametrize(("path", "value"), list(numbers(PARSED)))
def test_any_other_number_is_another_policy(path: str, value: float) -> None:
    """IN-P2: nothing that decides is left out of the hash."""
    step = 1 if type(value) is int else 0.01
    for near in (value + step, value - step):
        try:
            assert Policy.from_mapping(changed(path, near)).id != POLICY.id
        except PolicyInvalid:
            continue
        return
    raise AssertionError("neither neighbour is allowed")
