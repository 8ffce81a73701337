"""What intake does when it hears something: one function per intention."""

from datetime import datetime
from typing import Any

from common.change import Change, Effects, TimerFired, change
from common.contracts import coverage, family, lessons, measuring, places, scheduling, skills
from common.contracts.message import Message
from intake.domain import (
    acute,
    authorisations,
    connection,
    continued_stay,
    coverage_watch,
    deferral,
    late,
    leave,
    leave_ahead,
    lifecycle,
    moves,
    promised_bed,
    review,
    signing,
    therapist,
)
from intake.domain.consents import Consents
from intake.domain.coverage import Coverage
from intake.domain.episode import Episode, Rules
from intake.domain.evidence import evidence_of
from intake.domain.referral import Referral
from intake.domain.transition import Step


def note_evidence(rules: Rules, message: Message[Any]) -> Effects:
    """What any service saw counts as evidence, once. Rule: IN-V1."""
    item = evidence_of(message.data, message.id, message.sequence)
    if item is None:
        return []
    return [change(Episode, message.subject, review.note, item, rules, message.heard_at)]


def note_contact(rules: Rules, message: Message[Any]) -> Effects:
    """A contact with therapist, peers or family: evidence, and counted for reports. Rules: IN-V1, IN-X1."""
    return [*note_evidence(rules, message), *connection.kept(message)]


def tell_of_late(
    rules: Rules, message: Message[measuring.SuicideScreenLate] | Message[measuring.RiskFlagReviewLate]
) -> Effects:
    """Nobody looked at danger in time. Rule: IN-V6."""
    return [change(Episode, message.subject, late.tell_late, message.data, message.heard_at)]


def tell_of_missing(rules: Rules, message: Message[Any]) -> Effects:
    """Something did not come, stands still, or fell. Rule: IN-V7."""
    return [change(Episode, message.subject, late.tell_missing, message.data, message.heard_at)]


def tell_of_the_past(rules: Rules, message: Message[lessons.HistoricalRiskFound]) -> Effects:
    """An answer of long ago speaks of danger. Rule: IN-V8."""
    return [change(Episode, message.subject, late.tell_historical, message.data, message.heard_at)]


def take_held_place(rules: Rules, message: Message[scheduling.PlaceHeld]) -> Effects:
    """A place waits for the participant. Rule: IN-T2."""
    return [_done(rules, message, Step.PLACE, message.data.group_id or "")]


def wait_for_a_place(rules: Rules, message: Message[scheduling.PlaceUnavailable]) -> Effects:
    """No place: the transition is held. Rule: IN-T4."""
    return [change(Episode, message.subject, moves.hold, *_of(message), rules.policy.process, message.heard_at)]


def change_level(rules: Rules, message: Message[scheduling.PlaceConfirmed]) -> Effects:
    """The destination confirmed: the level changes, and a stay begins. Rules: IN-T3, IN-A2."""
    stay = (message.data.level, message.data.at, rules, message.heard_at)
    return [
        change(Episode, message.subject, moves.change_level, *_of(message), rules.policy.process, message.heard_at),
        change(Coverage, message.subject, authorisations.begin_stay, *stay),
    ]


def see_not_confirmed(rules: Rules, message: Message[scheduling.PlaceNotConfirmed]) -> Effects:
    """The destination cannot confirm: give back, or wait for the bed that is promised. Rules: IN-T6, IN-T14."""
    told = message.data
    about = (told.transition_id, told.reason, told.promised_at, rules, message.heard_at)
    return [change(Episode, message.subject, promised_bed.not_confirmed, *about)]


def tell_replanned(rules: Rules, message: Message[places.BedHoldReplanned]) -> Effects:
    """The bed that is kept is another, or later, or none yet. Rule: IN-T15."""
    told = message.data
    about = (told.transition_id, told.bed_id, told.from_at, message.heard_at)
    return [change(Episode, message.subject, promised_bed.tell_replanned, *about)]


def give_back(rules: Rules, message: Message[skills.CurriculumNotCarried]) -> Effects:
    """A step cannot be done: everything arranged is given back. Rule: IN-T6."""
    reason, process = message.data.reason, rules.policy.process
    return [change(Episode, message.subject, moves.compensate, *_of(message), reason, process, message.heard_at)]


def see_place_released(rules: Rules, message: Message[scheduling.PlaceReleased]) -> Effects:
    """A place is free: the old one at the end, or the new one while giving back. Rules: IN-T3, IN-T6, IN-A2."""
    stay = (message.data.level, message.data.at, rules, message.heard_at)
    return [
        change(Episode, message.subject, moves.complete, *_of(message), message.heard_at),
        _undone(message, Step.PLACE),
        change(Coverage, message.subject, authorisations.end_stay, *stay),
    ]


def take_family_part(
    rules: Rules, message: Message[family.TransitionMeetingArranged] | Message[family.AlternativeSupportPlanUsed]
) -> Effects:
    """The family's part stands, by a meeting or by the alternative plan. Rule: IN-T5."""
    return [_done(rules, message, Step.FAMILY, type(message.data).__name__)]


def see_meeting_cancelled(rules: Rules, message: Message[family.TransitionMeetingCancelled]) -> Effects:
    """The family's part is given back. Rule: IN-T6."""
    return [_undone(message, Step.FAMILY)]


def take_carried_curriculum(rules: Rules, message: Message[skills.CurriculumCarried]) -> Effects:
    """Curriculum position and DIT index come along. Rule: IN-T2."""
    return [_done(rules, message, Step.SKILLS, f"lesson {message.data.lesson_index}")]


def see_carry_undone(rules: Rules, message: Message[skills.CurriculumCarryUndone]) -> Effects:
    """The position stands as before. Rule: IN-T6."""
    return [_undone(message, Step.SKILLS)]


def _of(message: Message[Any]) -> tuple[Any]:
    return (message.data.transition_id,)


def _done(rules: Rules, message: Message[Any], step: Step, detail: str) -> Change[Episode]:
    id = message.data.transition_id
    return change(Episode, message.subject, moves.step_done, id, step, detail, rules, message.heard_at)


def _undone(message: Message[Any], step: Step) -> Change[Episode]:
    return change(Episode, message.subject, moves.step_undone, message.data.transition_id, step, message.heard_at)


def review_daily(rules: Rules, fired: TimerFired) -> Effects:
    """Once a day the policy looks. Rule: IN-V3."""
    return [change(Episode, fired.aggregate_id, review.daily_review, rules, fired.fired_at)]


def take_effect(rules: Rules, fired: TimerFired) -> Effects:
    """The effective instant of a transition is here. Rule: IN-T3."""
    return [change(Episode, fired.aggregate_id, moves.take_effect, fired.data["transition_id"], rules, fired.fired_at)]


def miss_deadline(rules: Rules, fired: TimerFired) -> Effects:
    """A step did not answer in time; the family's part is gone without in the end. Rules: IN-T5, IN-T7."""
    id, step, attempt = fired.data["transition_id"], fired.data["step"], int(fired.data["attempt"])
    return [change(Episode, fired.aggregate_id, moves.step_late, id, step, attempt, rules, fired.fired_at)]


def give_up_waiting(rules: Rules, fired: TimerFired) -> Effects:
    """No place came free for too long: give back, and let people look again. Rule: IN-T4."""
    id, process = fired.data["transition_id"], rules.policy.process
    return [change(Episode, fired.aggregate_id, moves.compensate, id, "held-too-long", process, fired.fired_at)]


def expire_proposal(rules: Rules, fired: TimerFired) -> Effects:
    """Nobody signed in time. Rule: IN-S5."""
    return [change(Episode, fired.aggregate_id, signing.expire, fired.data["transition_id"], fired.fired_at)]


def notice_overdue_leave(rules: Rules, fired: TimerFired) -> Effects:
    """Not back from leave when due. Rule: IN-E4."""
    return [change(Episode, fired.aggregate_id, leave.notice_overdue, fired.fired_at)]


def begin_planned_leave(rules: Rules, fired: TimerFired) -> Effects:
    """The instant of a planned leave is here. Rule: IN-E18."""
    starts_at = datetime.fromisoformat(fired.data["starts_at"])
    return [change(Episode, fired.aggregate_id, leave_ahead.begin, starts_at, rules, fired.fired_at)]


def remember_follow_up(rules: Rules, fired: TimerFired) -> Effects:
    """A contact after an ending falls due. Rule: IN-E6."""
    return [change(Episode, fired.aggregate_id, lifecycle.follow_up, fired.data["step"], fired.fired_at)]


def expire_releases(rules: Rules, fired: TimerFired) -> Effects:
    """The last day of a release is over. Rule: IN-C3."""
    return [change(Consents, fired.aggregate_id, Consents.expire, rules, fired.fired_at)]


def end_verbal(rules: Rules, fired: TimerFired) -> Effects:
    """What was agreed in conversation is over. Rule: IN-C8."""
    return [change(Consents, fired.aggregate_id, Consents.end_verbal, rules, fired.fired_at)]


def come_of_age(rules: Rules, fired: TimerFired) -> Effects:
    """A minor has a birthday from which they sign alone. Rule: IN-C7."""
    return [change(Consents, fired.aggregate_id, Consents.come_of_age, rules, fired.fired_at)]


def see_attendance(rules: Rules, message: Message[scheduling.SessionAttendanceRecorded]) -> Effects:
    """Attendance is evidence, a unit, a contact, and may be an overlap session. Rules: IN-V1, IN-H2, IN-A2, IN-X1."""
    told, now = message.data, message.heard_at
    overlap = (told.session_id, told.counted_as_attended, told.at, now)
    unit = (told.level, told.session_id, told.at, told.counted_as_attended, rules, now)
    return [
        *note_contact(rules, message),
        change(Episode, message.subject, therapist.see_attendance, *overlap),
        change(Coverage, message.subject, authorisations.count_session, *unit),
    ]


def check_authorisation(rules: Rules, message: Message[coverage.CheckAuthorisation]) -> Effects:
    """A transition takes effect: how is its level authorised? Rule: IN-A7."""
    asked = message.data
    about = (asked.level, asked.transition_id, rules, asked.at)
    return [change(Coverage, message.subject, authorisations.check, *about)]


def pause_stay(rules: Rules, message: Message[coverage.PauseStay]) -> Effects:
    """The place is kept and the participant elsewhere. Rule: IN-A8."""
    stay = (message.data.level, message.data.from_at, rules, message.heard_at)
    return [change(Coverage, message.subject, authorisations.end_stay, *stay)]


def resume_stay(rules: Rules, message: Message[coverage.ResumeStay]) -> Effects:
    """Back at the place that was kept. Rule: IN-A8."""
    stay = (message.data.level, message.data.from_at, rules, message.heard_at)
    return [change(Coverage, message.subject, authorisations.begin_stay, *stay)]


def move_stay(rules: Rules, message: Message[coverage.MoveStay]) -> Effects:
    """A change of level was true at another instant. Rule: IN-A9."""
    told = message.data
    about = ((told.from_level, told.level), told.was_at, told.from_at, rules, message.heard_at)
    return [change(Coverage, message.subject, authorisations.move_stay, *about)]


def look_at_continued_stay(rules: Rules, message: Message[coverage.LookAtContinuedStay]) -> Effects:
    """An authorisation runs out: why does care go on at this level? Rule: IN-P8."""
    return [change(Episode, message.subject, continued_stay.ask, message.data.level, rules.policy, message.heard_at)]


def look_at_hand_over(rules: Rules, fired: TimerFired) -> Effects:
    """A hand-over is open for long. Rule: IN-H4."""
    return [change(Episode, fired.aggregate_id, therapist.look_again, fired.data["hand_over_id"], fired.fired_at)]


def look_at_coverage(rules: Rules, fired: TimerFired) -> Effects:
    """A day on which time alone may reach a threshold. Rules: IN-A3, IN-A4, IN-A6."""
    return [change(Coverage, fired.aggregate_id, coverage_watch.look, rules, fired.fired_at)]


def notice_late_contact(rules: Rules, fired: TimerFired) -> Effects:
    """Nobody has spoken in time with somebody who was referred. Rule: IN-R12."""
    return [change(Referral, fired.aggregate_id, Referral.notice_late_contact, fired.fired_at)]


def call_for_decision(rules: Rules, fired: TimerFired) -> Effects:
    """Hours overdue: somebody decides about a welfare check. Rule: IN-E10."""
    return [change(Episode, fired.aggregate_id, leave.call_for_decision, fired.fired_at)]


def give_up_kept_place(rules: Rules, fired: TimerFired) -> Effects:
    """A place was kept long enough during acute care elsewhere. Rule: IN-E13."""
    return [change(Episode, fired.aggregate_id, acute.stop_keeping, fired.data["transition_id"], fired.fired_at)]


def ask_again(rules: Rules, fired: TimerFired) -> Effects:
    """A proposal waited as long as somebody wished. Rule: IN-S8."""
    return [change(Episode, fired.aggregate_id, deferral.ask_again, fired.data["transition_id"], fired.fired_at)]
