"""The policy file: every number has a source, every mistake a readable line, every content its id."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest

import intake
from intake.domain.policy import Policy, PolicyInvalid
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


WRONG = {
    "step_down.steps.PHP_IOP.diary_percent": (
        180,
        "step_down.steps.PHP_IOP.diary_percent: is 180, expected less than or equal to 100",
    ),
    "step_up.urge_level": (None, "step_up.urge_level: is missing, expected a value"),
    "step_up.urge_levl": (4, "step_up.urge_levl: is not known, expected no such entry"),
    "measures.PHQ9.reliable_change": ("six", "measures.PHQ9.reliable_change: is 'six', expected a number"),
    "step_up.of_cards": ("7", "step_up.of_cards: is '7', expected a whole number"),
    "step_up.urge_cards": (True, "step_up.urge_cards: is True, expected a whole number"),
    "approvals.STEP_UP": (None, "approvals: lacks STEP_UP, expected an entry for each"),
    "step_down.steps.IOP_OUT": (None, "step_down.steps: lacks IOP_OUT, expected an entry for each"),
    "step_down.steps.IOP_OUT.ceilings.PCL5": (
        None,
        "step_down.steps.IOP_OUT.ceilings: lacks PCL5, expected one for each primary measure",
    ),
    "required_lessons": (["JUGGLING"], "required_lessons: has JUGGLING, expected lessons of the curriculum"),
    "step_down": ([], "step_down: is [], expected a block of `name: value` lines"),
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
