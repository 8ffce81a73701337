"""What family hears, one line a message."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from common.change import Effects
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
from common.contracts.lessons import LessonTakenBack
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
    TransitionCompensated: handlers.tell_of_withdrawal,
    NoticeSent: handlers.record_sent,
    LessonTakenBack: handlers.unlearn,
    NoticeSuppressed: handlers.record_suppressed,
    LevelOfCareCorrected: handlers.count_anew,
    SessionAttendanceRecorded: handlers.note_attendance,
    GroupPlanned: handlers.note_group,
    GroupJoined: handlers.note_seat,
    GroupWaiting: handlers.note_seat,
    GroupLeft: handlers.note_seat,
}


def hears(program: Program) -> Mapping[type[Contract], Hear]:
    """The same by the program of the site: lessons by which the family learns in step, and when measures are due."""
    by_program: Mapping[type[Contract], Callable[[Any, Program], Effects]] = {
        SkillTaught: handlers.learn_in_step,
        LevelOfCareChanged: handlers.turn_with_level,
        EpisodeClosed: handlers.turn_at_end,
        DischargeVoided: handlers.turn_back,
    }
    return {**HEARS, **{kind: partial(_by, handle, program) for kind, handle in by_program.items()}}


def _by(handle: Callable[[Any, Program], Effects], program: Program, message: Any) -> Effects:
    return handle(message, program)
