"""What one program decides for itself, read from its files when the service starts."""

from typing import NamedTuple

from skills.domain.forms import Forms
from skills.domain.syllabus import Syllabus
from skills.domain.template import Templates


class Program(NamedTuple):
    """What is taught, what a diary card asks, and how each instrument is scored."""

    syllabus: Syllabus
    templates: Templates
    forms: Forms
