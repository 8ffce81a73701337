"""What skills hears, one line a message."""

from collections.abc import Mapping

from common.contracts.intake import EpisodeOpened, LevelOfCareChanged
from common.contracts.message import Contract
from common.contracts.reports import DangerReported
from common.contracts.skills import CarryCurriculum, UndoCarryCurriculum
from common.service import Hear
from skills import handlers

HEARS: Mapping[type[Contract], Hear] = {
    EpisodeOpened: handlers.record_baseline,
    LevelOfCareChanged: handlers.enrol_in_curriculum,
    CarryCurriculum: handlers.carry_curriculum,
    UndoCarryCurriculum: handlers.undo_carry,
    DangerReported: handlers.heed_report,
}
