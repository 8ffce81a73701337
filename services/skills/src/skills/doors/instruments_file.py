"""The file of instruments: read from disk, every mistake said in one line that says where in the file."""

from pathlib import Path

from common.program_file import Unfit, source
from skills.domain.forms import Forms, FormsInvalid


def forms_in(path: Path) -> Forms:
    """The instruments in a YAML file; raises Unfit with one line a mistake, `file:line: path: what is wrong`."""
    read = source(path, "file of instruments")
    try:
        return Forms.from_mapping(read.parsed)
    except FormsInvalid as invalid:
        raise Unfit(read.line(line) for line in invalid.lines) from None
