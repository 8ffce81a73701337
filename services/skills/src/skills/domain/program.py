"""What one program decides for itself, read from its files when the service starts."""

from typing import NamedTuple

from skills.domain.syllabus import Syllabus


class Program(NamedTuple):
    """What is taught."""

    syllabus: Syllabus
