"""What skills hears, one line a message."""

from collections.abc import Mapping
from functools import partial

from common.contracts.care import ConditionNoted, ConditionSetAside
from common.contracts.groups import GroupEnded, GroupMeetingCancelled, GroupMeetingsMoved
from common.contracts.intake import EpisodeClosed, EpisodeOpened, LevelOfCareChanged, PrimaryTherapistChanged
from common.contracts.lessons import SettleLesson
from common.contracts.message import Contract
from common.contracts.moves import DischargeVoided, LevelOfCareCorrected
from common.contracts.reports import DangerReported
from common.contracts.scheduling import SessionAttendanceRecorded
from common.contracts.skills import CarryCurriculum, UndoCarryCurriculum
from common.service import Hear
from skills import handlers
from skills.domain.program import Program

HEARS: Mapping[type[Contract], Hear] = {
    UndoCarryCurriculum: handlers.undo_carry,
    DangerReported: handlers.heed_report,
    SessionAttendanceRecorded: handlers.mark_roll,
    GroupMeetingCancelled: handlers.drop_meeting,
    GroupMeetingsMoved: handlers.move_lessons,
    GroupEnded: handlers.end_group,
}


def hears(program: Program) -> Mapping[type[Contract], Hear]:
    """The table, with what the program teaches and how it measures for the handlers that go by it."""
    return {
        **HEARS,
        EpisodeOpened: partial(handlers.record_baseline, program.forms),
        LevelOfCareChanged: partial(handlers.change_level, program),
        PrimaryTherapistChanged: partial(handlers.change_therapist, program.forms),
        LevelOfCareCorrected: partial(handlers.correct_level, program.forms),
        EpisodeClosed: partial(handlers.end_treatment, program.forms),
        DischargeVoided: partial(handlers.go_on, program.forms),
        ConditionNoted: partial(handlers.note_condition, program.forms),
        ConditionSetAside: partial(handlers.note_condition, program.forms),
        SettleLesson: partial(handlers.settle_lesson, program.syllabus),
        CarryCurriculum: partial(handlers.carry_curriculum, program.syllabus),
    }
