"""What scheduling hears, one line a message."""

from collections.abc import Mapping

from common.contracts.alumni import AlumnusLeft
from common.contracts.diary import DiaryAlertRaised
from common.contracts.intake import (
    EpisodeClosed,
    LeaveReturned,
    LeaveStarted,
    LevelOfCareChanged,
    PrimaryTherapistChanged,
    TransitionCompensating,
    TransitionReady,
)
from common.contracts.message import Contract
from common.contracts.moves import DischargeVoided, LevelOfCareCorrected
from common.contracts.notifications import NoticeAcknowledged
from common.contracts.scheduling import ConfirmPlace, HoldPlace, ReleasePlace
from common.contracts.skills import DiaryCardSubmitted, TargetBehaviourRecorded
from common.service import Hear
from scheduling import handlers

HEARS: Mapping[type[Contract], Hear] = {
    HoldPlace: handlers.hold_place,
    ConfirmPlace: handlers.confirm_place,
    ReleasePlace: handlers.release_place,
    EpisodeClosed: handlers.free_place,
    LevelOfCareChanged: handlers.note_level,
    LevelOfCareCorrected: handlers.correct_level,
    DischargeVoided: handlers.note_reopening,
    LeaveStarted: handlers.note_leave,
    LeaveReturned: handlers.note_return,
    PrimaryTherapistChanged: handlers.note_therapist,
    TargetBehaviourRecorded: handlers.note_target,
    DiaryCardSubmitted: handlers.note_diary,
    NoticeAcknowledged: handlers.note_seen,
    TransitionReady: handlers.expect_to_leave,
    TransitionCompensating: handlers.expect_to_stay,
    AlumnusLeft: handlers.leave_alumni_groups,
    DiaryAlertRaised: handlers.ask_for_welcome,
}
