"""What intake hears, one line a message."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from common.change import Effects
from common.contracts import coaching, coverage, dit, family, lessons, measuring, places, scheduling, skills
from common.contracts.message import Contract
from common.service import Hear
from intake import handlers
from intake.domain.episode import Rules

TABLE: Mapping[type[Contract], Callable[..., Effects]] = {
    scheduling.PlaceHeld: handlers.take_held_place,
    scheduling.PlaceUnavailable: handlers.wait_for_a_place,
    scheduling.PlaceConfirmed: handlers.change_level,
    scheduling.PlaceNotConfirmed: handlers.see_not_confirmed,
    places.BedHoldReplanned: handlers.tell_replanned,
    scheduling.PlaceReleased: handlers.see_place_released,
    scheduling.SessionAttendanceRecorded: handlers.see_attendance,
    scheduling.FirstAppointmentBooked: handlers.note_evidence,
    coaching.CoachingRecorded: handlers.note_contact,
    family.TransitionMeetingArranged: handlers.take_family_part,
    family.AlternativeSupportPlanUsed: handlers.take_family_part,
    family.TransitionMeetingCancelled: handlers.see_meeting_cancelled,
    family.FamilySessionHeld: handlers.note_contact,
    family.AlternativeSupportPlanAccepted: handlers.note_evidence,
    family.HomeClimateRated: handlers.note_evidence,
    coverage.CheckAuthorisation: handlers.check_authorisation,
    coverage.PauseStay: handlers.pause_stay,
    coverage.ResumeStay: handlers.resume_stay,
    coverage.MoveStay: handlers.move_stay,
    coverage.LookAtContinuedStay: handlers.look_at_continued_stay,
    skills.CurriculumCarried: handlers.take_carried_curriculum,
    skills.CurriculumNotCarried: handlers.give_back,
    skills.CurriculumCarryUndone: handlers.see_carry_undone,
    skills.DiaryCardSubmitted: handlers.note_evidence,
    skills.MeasureRecorded: handlers.note_evidence,
    skills.MeasureVoided: handlers.note_evidence,
    skills.SuicideScreenRecorded: handlers.note_evidence,
    skills.TargetBehaviourRecorded: handlers.note_evidence,
    skills.RiskFlagRaised: handlers.note_evidence,
    skills.RiskFlagCleared: handlers.note_evidence,
    measuring.RiskFlagReviewed: handlers.note_evidence,
    measuring.SuicideScreenLate: handlers.tell_of_late,
    measuring.RiskFlagReviewLate: handlers.tell_of_late,
    measuring.MeasuresMissed: handlers.tell_of_missing,
    measuring.RiskItemUnanswered: handlers.tell_of_missing,
    measuring.AllianceDropped: handlers.tell_of_missing,
    dit.MilestonesMissed: handlers.tell_of_missing,
    dit.DitGapSeen: handlers.tell_of_missing,
    lessons.HistoricalRiskFound: handlers.tell_of_the_past,
    skills.SkillTaught: handlers.note_evidence,
    lessons.LessonTakenBack: handlers.note_evidence,
    lessons.TargetBehaviourSetAside: handlers.note_evidence,
}


def hears(rules: Rules) -> dict[type[Contract], Hear]:
    """The table, with the rules its handlers go by."""

    def bound(handler: Callable[..., Effects]) -> Callable[[Any], Effects]:
        return partial(handler, rules)

    return {contract: bound(handler) for contract, handler in TABLE.items()}
