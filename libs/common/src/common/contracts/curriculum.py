"""What skills says of cycles, lessons, practice and homework (`skills.progress`)."""

from common.contracts.message import Contract, Plain
from common.contracts.skills import ProgressEvent
from common.contracts.words import SkillModule, StaffId


class CycleChosen(ProgressEvent):
    """A person put the participant onto a cycle of the curriculum, to stay there at every level. Rule: SK-C10."""

    cycle: Plain[str]
    module: Plain[SkillModule]
    lesson_index: Plain[int]
    next_lesson: Plain[str]
    chosen_by: Plain[StaffId]


EVENTS: tuple[type[Contract], ...] = (CycleChosen,)
COMMANDS: tuple[type[Contract], ...] = ()
