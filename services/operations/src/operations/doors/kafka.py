"""What operations hears: every event of the house but the restricted ones; one line a message that means more."""

from collections.abc import Mapping

from common.contracts import EVENTS, absences, intake, moves, plumbing, referrals
from common.contracts.message import Contract
from common.service import Hear
from operations.handlers import dead_letters, events, journeys, replays, transitions

RESTRICTED = intake.ContactRecorded.TOPIC
"""Direct identifiers travel there; operators have no business with them. Rule: OP-3."""

HEARS: Mapping[type[Contract], Hear] = {
    **{said: events.remember for said in EVENTS if said.TOPIC != RESTRICTED},
    intake.ReferralReceived: journeys.await_decision,
    intake.ReferralAccepted: journeys.await_admission,
    intake.ReferralDeclined: journeys.note_declined,
    referrals.ReferralWaitlisted: journeys.note_waitlisted,
    intake.EpisodeOpened: journeys.open_episode,
    intake.PrimaryTherapistChanged: journeys.change_therapist,
    intake.LevelOfCareChanged: journeys.move_level,
    intake.LeaveStarted: journeys.start_leave,
    intake.LeaveReturned: journeys.return_from_leave,
    intake.LeaveOverdue: journeys.miss_return,
    absences.ElopementNoted: journeys.note_gone,
    absences.ElopementEnded: journeys.come_back,
    intake.EpisodeClosed: journeys.close_episode,
    moves.LevelOfCareCorrected: journeys.correct_level,
    moves.DischargeVoided: journeys.reopen_episode,
    intake.TransitionProposed: transitions.propose,
    intake.TransitionSigned: transitions.sign,
    intake.TransitionApproved: transitions.approve,
    intake.TransitionStepDone: transitions.finish_step,
    intake.TransitionStepLate: transitions.miss_step,
    intake.TransitionHeld: transitions.hold,
    intake.TransitionReady: transitions.make_ready,
    intake.TransitionCompleted: transitions.complete,
    intake.TransitionRefused: transitions.end_as("refused"),
    intake.TransitionStale: transitions.end_as("stale"),
    intake.TransitionExpired: transitions.end_as("expired"),
    intake.TransitionCompensating: transitions.compensate,
    intake.TransitionStepUndone: transitions.undo_step,
    intake.TransitionCompensated: transitions.end_as("compensated"),
    plumbing.MessageParked: dead_letters.open_dead_letter,
    plumbing.MessageReplayed: dead_letters.settle_replayed,
    plumbing.MessageDiscarded: dead_letters.settle_discarded,
    plumbing.ReplayTried: dead_letters.note_try,
    plumbing.ReplayAnswered: replays.hear_answer,
}
