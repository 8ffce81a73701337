"""The file of care's parameters: read from disk, every mistake said in one line that says where in the file."""

from pathlib import Path

from common.program_file import Unfit, source
from intake.domain.care_rules import CareRules, CareRulesInvalid


def care_in(path: Path) -> CareRules:
    """The parameters in a file; raises `CareRulesInvalid` with a line a mistake: `file:line: path: what is wrong`."""
    try:
        read = source(path, "care file")
    except Unfit as unfit:
        raise CareRulesInvalid(list(unfit.lines)) from None
    try:
        return CareRules.from_mapping(read.parsed)
    except CareRulesInvalid as invalid:
        raise CareRulesInvalid([read.line(line) for line in invalid.lines]) from None
