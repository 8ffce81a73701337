"""The files a program may give: read from disk, every mistake said in one line that says where in the file."""

from pathlib import Path

from common.program_file import Unfit, fit
from skills.domain.library import Library
from skills.domain.syllabus import Syllabus
from skills.domain.template import Templates

__all__ = ["Unfit", "library_in", "syllabus_in", "templates_in"]


def syllabus_in(path: Path) -> Syllabus:
    """What the file at `path` says is taught; raises Unfit with one line a mistake. Rule: SK-C8."""
    return fit(path, "curriculum file", Syllabus)


def templates_in(path: Path) -> Templates:
    """What the file at `path` says a diary card asks; raises Unfit with one line a mistake. Rule: SK-D8."""
    return fit(path, "diary file", Templates)


def library_in(path: Path) -> Library:
    """What the file at `path` says is explained and asked; raises Unfit with one line a mistake. Rule: SK-G9."""
    return fit(path, "library file", Library)
