"""What family hears, one line a message."""

from collections.abc import Mapping

from common.contracts.family import ArrangeTransitionMeeting, CancelTransitionMeeting
from common.contracts.groups import GroupJoined, GroupLeft, GroupPlanned, GroupWaiting
from common.contracts.intake import (
    EpisodeClosed,
    EpisodeOpened,
    LevelOfCareChanged,
    PrimaryTherapistChanged,
    ReleaseGranted,
    ReleaseRevoked,
    TransitionApproved,
    TransitionCompensated,
)
from common.contracts.message import Contract
from common.contracts.moves import DischargeVoided, LevelOfCareCorrected
from common.contracts.notifications import NoticeSent, NoticeSuppressed
from common.contracts.scheduling import SessionAttendanceRecorded
from common.contracts.skills import SkillTaught
from common.service import Hear
from family import handlers
from family.domain.program import Program

HEARS: Mapping[type[Contract], Hear] = {
    ArrangeTransitionMeeting: handlers.arrange_meeting,
    CancelTransitionMeeting: handlers.cancel_meeting,
    EpisodeOpened: handlers.know_therapist,
    PrimaryTherapistChanged: handlers.change_therapist,
    ReleaseGranted: handlers.note_grant,
    ReleaseRevoked: handlers.note_revocation,
    TransitionApproved: handlers.tell_of_plan,
    LevelOfCareChanged: handlers.see_change,
    TransitionCompensated: handlers.tell_of_withdrawal,
    NoticeSent: handlers.record_sent,
    NoticeSuppressed: handlers.record_suppressed,
    EpisodeClosed: handlers.begin_contacts,
    LevelOfCareCorrected: handlers.count_anew,
    DischargeVoided: handlers.stop_contacts,
    SessionAttendanceRecorded: handlers.note_attendance,
    GroupPlanned: handlers.note_group,
    GroupJoined: handlers.note_seat,
    GroupWaiting: handlers.note_seat,
    GroupLeft: handlers.note_seat,
}


def hears(program: Program) -> Mapping[type[Contract], Hear]:
    """The same, and the lessons of the participant, by which the family learns in step. Rule: FA-E2."""
    return {**HEARS, SkillTaught: lambda message: handlers.learn_in_step(message, program)}
