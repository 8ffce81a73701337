"""What family hears, one line a message."""

from collections.abc import Mapping

from common.contracts.family import ArrangeTransitionMeeting, CancelTransitionMeeting
from common.contracts.intake import (
    EpisodeOpened,
    LevelOfCareChanged,
    PrimaryTherapistChanged,
    ReleaseGranted,
    ReleaseRevoked,
    TransitionApproved,
    TransitionCompensated,
)
from common.contracts.message import Contract
from common.contracts.notifications import NoticeSent, NoticeSuppressed
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
    LevelOfCareChanged: handlers.tell_of_change,
    TransitionCompensated: handlers.tell_of_withdrawal,
    NoticeSent: handlers.record_sent,
    NoticeSuppressed: handlers.record_suppressed,
}


def hears(program: Program) -> Mapping[type[Contract], Hear]:
    """The same, and the lessons of the participant, by which the family learns in step. Rule: FA-E2."""
    return {**HEARS, SkillTaught: lambda message: handlers.learn_in_step(message, program)}
