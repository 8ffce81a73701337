"""What scheduling hears, one line a message."""

from collections.abc import Mapping

from common.contracts.intake import EpisodeClosed, LeaveReturned, LeaveStarted, LevelOfCareChanged
from common.contracts.message import Contract
from common.contracts.scheduling import ConfirmPlace, HoldPlace, ReleasePlace
from common.service import Hear
from scheduling import handlers

HEARS: Mapping[type[Contract], Hear] = {
    HoldPlace: handlers.hold_place,
    ConfirmPlace: handlers.confirm_place,
    ReleasePlace: handlers.release_place,
    EpisodeClosed: handlers.free_place,
    LevelOfCareChanged: handlers.note_level,
    LeaveStarted: handlers.note_leave,
    LeaveReturned: handlers.note_return,
}
