"""What skills hears, one line a message."""

from collections.abc import Mapping

from common.contracts.care import ConditionNoted, ConditionSetAside
from common.contracts.intake import EpisodeOpened, LevelOfCareChanged, PrimaryTherapistChanged
from common.contracts.message import Contract
from common.contracts.skills import CarryCurriculum, UndoCarryCurriculum
from common.service import Hear
from skills import handlers
from skills.domain.forms import Forms


def hears(forms: Forms) -> Mapping[type[Contract], Hear]:
    """What each message means, with the program's instruments."""
    return {
        EpisodeOpened: lambda message: handlers.record_baseline(message, forms),
        LevelOfCareChanged: lambda message: handlers.change_level(message, forms),
        PrimaryTherapistChanged: lambda message: handlers.change_therapist(message, forms),
        ConditionNoted: lambda message: handlers.note_condition(message, forms),
        ConditionSetAside: lambda message: handlers.note_condition(message, forms),
        CarryCurriculum: handlers.carry_curriculum,
        UndoCarryCurriculum: handlers.undo_carry,
    }
