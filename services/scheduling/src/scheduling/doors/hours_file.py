"""The policy file of hours and misses: read from disk, every mistake said in one line that says where in the file."""

from pathlib import Path

from common.program_file import Unfit, source
from scheduling.domain.hours import HoursInvalid, Minimums


def hours_in(path: Path) -> Minimums:
    """The rows of the file at `path`; raises Unfit with one line a mistake, `file:line: path: what is wrong`."""
    read = source(path, "hours file")
    try:
        return Minimums.from_mapping(read.parsed or {})
    except HoursInvalid as invalid:
        raise Unfit(read.line(line) for line in invalid.lines) from None
