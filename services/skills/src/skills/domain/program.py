"""What one program decides for itself, read from its files when the service starts."""

from typing import NamedTuple

from skills.domain.forms import Forms
from skills.domain.library import Library
from skills.domain.syllabus import Syllabus
from skills.domain.template import Templates


class Program(NamedTuple):
    """What is taught, what a diary card asks, how each instrument is scored, and what is explained and asked."""

    syllabus: Syllabus
    templates: Templates
    forms: Forms
    library: Library
