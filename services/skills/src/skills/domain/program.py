"""What one program decides for itself, read from its files when the service starts."""

from typing import NamedTuple

from skills.domain.syllabus import Syllabus
from skills.domain.template import Templates


class Program(NamedTuple):
    """What is taught, and what a diary card asks."""

    syllabus: Syllabus
    templates: Templates
