"""The policy file: read from disk, every mistake said in one line that says where in the file."""

from pathlib import Path

from common.program_file import Unfit, source
from intake.domain.policy import Policy, PolicyInvalid

__all__ = ["PolicyInvalid", "policy_in"]


def policy_in(path: Path) -> Policy:
    """The policy in a YAML file; raises `PolicyInvalid` with one line a mistake, `file:line: path: what is wrong`."""
    try:
        read = source(path, "policy file")
    except Unfit as unfit:
        raise PolicyInvalid(list(unfit.lines)) from None
    try:
        return Policy.from_mapping(read.parsed)
    except PolicyInvalid as invalid:
        raise PolicyInvalid([read.line(line) for line in invalid.lines]) from None
