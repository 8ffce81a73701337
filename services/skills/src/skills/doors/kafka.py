"""What skills hears, one line a message."""

from collections.abc import Mapping
from functools import partial

from common.contracts.intake import EpisodeOpened, LevelOfCareChanged
from common.contracts.message import Contract
from common.contracts.reports import DangerReported
from common.contracts.skills import CarryCurriculum, UndoCarryCurriculum
from common.service import Hear
from skills import handlers
from skills.domain.program import Program

HEARS: Mapping[type[Contract], Hear] = {
    EpisodeOpened: handlers.record_baseline,
    UndoCarryCurriculum: handlers.undo_carry,
    DangerReported: handlers.heed_report,
}


def hears(program: Program) -> Mapping[type[Contract], Hear]:
    """The table, with what the program teaches for the handlers that go by it."""
    return {
        **HEARS,
        LevelOfCareChanged: partial(handlers.enrol_in_curriculum, program.syllabus),
        CarryCurriculum: partial(handlers.carry_curriculum, program.syllabus),
    }
