"""What family does: one function per intention."""

from datetime import datetime
from typing import Any

from common.change import Effects, Record, TimerFired, change
from common.contracts.family import ArrangeTransitionMeeting, CancelTransitionMeeting
from common.contracts.groups import GroupJoined, GroupKind, GroupLeft, GroupPlanned, GroupWaiting
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
from common.contracts.message import Message
from common.contracts.moves import DischargeVoided, LevelOfCareCorrected
from common.contracts.notifications import NoticeEvent, NoticeSent, NoticeSuppressed
from common.contracts.scheduling import SessionAttendanceRecorded
from common.contracts.skills import SkillTaught
from common.contracts.words import ParticipantId, RecipientKind
from family.domain import asking, learning, meetings, talks, telling
from family.domain.alumnus import Alumnus, Left
from family.domain.network import SupportNetwork
from family.domain.program import Program
from family.domain.report import Report
from family.domain.tie import KEPT_FOR, TOGETHER, Tie, tie_id

LESSONS = 60
"""ASSUMED: the newest lessons of a participant that are kept here, more than two cycles."""


def arrange_meeting(message: Message[ArrangeTransitionMeeting]) -> Effects:
    """Those who may take part meet before the change, or the alternative plan stands in. Rules: FA-T1, FA-T11."""
    order, now = message.data, message.heard_at
    answer = change(SupportNetwork, order.participant_id, meetings.arrange_meeting, order, now)
    return (answer, change(SupportNetwork, order.participant_id, talks.prepare, now))


def cancel_meeting(message: Message[CancelTransitionMeeting]) -> Effects:
    """What was arranged is given back. Rules: FA-T3, FA-T11."""
    order, now = message.data, message.heard_at
    answer = change(SupportNetwork, order.participant_id, meetings.cancel_meeting, order)
    return (answer, change(SupportNetwork, order.participant_id, talks.call_off, order.transition_id, now))


def note_grant(message: Message[ReleaseGranted]) -> Effects:
    """A supporter may hear more from now on. Rule: FA-R1."""
    return (change(SupportNetwork, message.data.participant_id, SupportNetwork.note_grant, message.data),)


def note_revocation(message: Message[ReleaseRevoked]) -> Effects:
    """A supporter may hear less from now on, and is asked to less. Rules: FA-R1, FA-T5."""
    revoked, now = message.data, message.heard_at
    less = change(SupportNetwork, revoked.participant_id, meetings.take_back, revoked, now)
    return (less, change(SupportNetwork, revoked.participant_id, talks.prepare, now))


def tell_of_plan(message: Message[TransitionApproved]) -> Effects:
    """A change is planned: each supporter hears of it, or is kept silent. Rule: FA-S1."""
    news, now = message.data, message.heard_at
    return (change(SupportNetwork, news.participant_id, telling.tell_of_plan, news, now),)


def tell_of_change(message: Message[LevelOfCareChanged]) -> Effects:
    """The change took place: each supporter hears of it, or is kept silent. Rule: FA-S1."""
    news, now = message.data, message.heard_at
    return (change(SupportNetwork, news.participant_id, telling.tell_of_change, news, now),)


def tell_of_withdrawal(message: Message[TransitionCompensated]) -> Effects:
    """The plan is off: those who heard of it hear that too. Rule: FA-S3."""
    news, now = message.data, message.heard_at
    return (change(SupportNetwork, news.participant_id, telling.tell_of_withdrawal, news, now),)


def record_sent(message: Message[NoticeSent]) -> Effects:
    """A supporter was told, under this release. Rule: FA-S5."""
    told = {"outcome": "told", "told_at": message.data.at, "release_id": message.data.release_id}
    return _record_delivery(message.data, told)


def record_suppressed(message: Message[NoticeSuppressed]) -> Effects:
    """A supporter was not told after all, and why. Rule: FA-S5."""
    return _record_delivery(message.data, {"outcome": "kept-silent", "reason": message.data.reason})


def learn_in_step(message: Message[SkillTaught], program: Program) -> Effects:
    """A lesson reached the participant: those who learn with them hear of it, as far as they may. Rule: FA-E2."""
    taught, now = message.data, message.heard_at
    tell = change(SupportNetwork, taught.participant_id, learning.tell_of_skill, taught, program, now)
    return (tell, _reached(taught, taught.at))


def unlearn(message: Message[LessonTakenBack]) -> Effects:
    """A lesson did not reach the participant then: nobody reads it as learned, or as of when it did. Rule: FA-E2."""
    back = message.data
    if back.missed:
        return ()
    gone = Record("engagement", back.participant_id, {"$pull": {"lessons": {"lesson": back.lesson}}})
    return (gone,) if back.taught_at is None else (gone, _reached(back, back.taught_at))


def _reached(lesson: SkillTaught | LessonTakenBack, at: datetime) -> Record:
    one = {"module": lesson.module.value, "lesson": lesson.lesson, "at": at}
    update = {"$push": {"lessons": {"$each": [one], "$sort": {"at": 1}, "$slice": -LESSONS}}}
    return Record("engagement", lesson.participant_id, update)


def know_therapist(message: Message[EpisodeOpened]) -> Effects:
    """Whom a participant means who lets their therapist see the map. Rule: FA-N6."""
    return (_therapist_is(message.data.participant_id, message.data.primary_therapist),)


def change_therapist(message: Message[PrimaryTherapistChanged]) -> Effects:
    """Another therapist: what was shown to the one before is not shown on. Rule: FA-N6."""
    return (_therapist_is(message.data.participant_id, message.data.to_staff),)


def _therapist_is(participant_id: str, staff: str) -> Record:
    return Record("mapreaders", participant_id, {"$set": {"therapist": staff}})


def see_change(message: Message[LevelOfCareChanged]) -> Effects:
    """The change took place: supporters hear of it, and after treatment contacts begin or end. Rules: FA-S1, FA-A1."""
    moved, now = message.data, message.heard_at
    return (*tell_of_change(message), change(Alumnus, moved.participant_id, Alumnus.see_level, moved, now))


def turn_with_level(message: Message[LevelOfCareChanged], program: Program) -> Effects:
    """The change took place, and other measures of the family are due. Rules: FA-S1, FA-A1, FA-M5."""
    moved, now = message.data, message.heard_at
    turn = change(SupportNetwork, moved.participant_id, asking.see_level, moved, program, now)
    return (*see_change(message), turn)


def turn_at_end(message: Message[EpisodeClosed], program: Program) -> Effects:
    """Treatment ended, and measures of the family come at its end and after it. Rules: FA-A1, FA-M5."""
    closed, now = message.data, message.heard_at
    turn = change(SupportNetwork, closed.participant_id, asking.end_treatment, closed.at, program, now)
    return (*begin_contacts(message), turn)


def turn_back(message: Message[DischargeVoided], program: Program) -> Effects:
    """Treatment never ended, so its turns go on. Rules: FA-A3, FA-M5."""
    go_on = change(SupportNetwork, message.data.participant_id, asking.go_on, program, message.heard_at)
    return (*stop_contacts(message), go_on)


def look_for_answers(fired: TimerFired, program: Program) -> Effects:
    """A measure of the family may not have come. Rule: FA-M6."""
    return (change(SupportNetwork, fired.aggregate_id, asking.look, program, fired.fired_at),)


def begin_contacts(message: Message[EpisodeClosed]) -> Effects:
    """Treatment ended, however it ended. Rule: FA-A1."""
    closed, now = message.data, message.heard_at
    return (change(Alumnus, closed.participant_id, Alumnus.end_treatment, closed.at, now),)


def count_anew(message: Message[LevelOfCareCorrected]) -> Effects:
    """The end of treatment may have been at another instant. Rule: FA-A2."""
    corrected, now = message.data, message.heard_at
    return (change(Alumnus, corrected.participant_id, Alumnus.correct_end, corrected, now),)


def stop_contacts(message: Message[DischargeVoided]) -> Effects:
    """Treatment never ended. Rule: FA-A3."""
    voided = message.data
    return (change(Alumnus, voided.participant_id, Alumnus.go_on, "discharge-voided", voided.at),)


def get_in_touch(fired: TimerFired) -> Effects:
    """A contact after treatment falls due. Rule: FA-A1."""
    return (change(Alumnus, fired.aggregate_id, Alumnus.fall_due, fired.name, fired.fired_at),)


def wish_tie(me: ParticipantId, other: ParticipantId, wished: bool, now: datetime) -> Effects:
    """Somebody would like to stay in touch; `wished` already, nothing is new. Rules: FA-A6, FA-A7, FA-A10."""
    if wished:
        return (change(Alumnus, me, Alumnus.must_not_have_left),)
    return (change(Alumnus, me, Alumnus.ask_for_tie, now), change(Tie, tie_id(me, other), Tie.wish, me, now))


def leave_for_good(me: ParticipantId, seen: Left, now: datetime) -> Effects:
    """Nothing more: contacts, ties, wishes and alumni groups, as they were seen. Rules: FA-A4, FA-A10."""
    ties = (change(Tie, tie_id(me, other), Tie.end, me, now) for other in seen.others)
    return (change(Alumnus, me, Alumnus.leave, seen.group_ids, seen.notice_ids, seen.asked, now), *ties)


def note_attendance(message: Message[SessionAttendanceRecorded]) -> Effects:
    """Who was at one session of a group was together; the later word holds. Rules: FA-A6, FA-A11."""
    seen = message.data
    if seen.kind not in TOGETHER or seen.at < message.heard_at - KEPT_FOR:
        return ()
    row = {"session_id": seen.session_id, "participant_id": seen.participant_id, "there": seen.counted_as_attended}
    row |= {"at": seen.at}
    return (Record("attended", f"{seen.participant_id}|{seen.session_id}", {"$set": row}),)


def note_group(message: Message[GroupPlanned]) -> Effects:
    """Which groups are for the time after the program. Rule: FA-A4."""
    group = message.data
    return (Record("groups", group.group_id, {"$set": {"alumni": group.kind is GroupKind.ALUMNI}}),)


def note_seat(message: Message[GroupJoined] | Message[GroupWaiting] | Message[GroupLeft]) -> Effects:
    """Who stands in which group, or waits for it; told late, leaving still holds. Rules: FA-A4, FA-A10."""
    seat = message.data
    taken = not isinstance(seat, GroupLeft)
    row = {"participant_id": seat.participant_id, "group_id": seat.group_id, "taken": taken}
    kept = Record("seats", f"{seat.participant_id}|{seat.group_id}", {"$set": row})
    late = change(Alumnus, seat.participant_id, Alumnus.free_late_seat, seat.group_id, seat.at)
    return (late, kept) if taken else (kept,)


def ask_whether_held(fired: TimerFired) -> Effects:
    """The time of a talk has passed without a word. Rule: FA-T15."""
    return (change(SupportNetwork, fired.aggregate_id, talks.pass_by, fired.fired_at),)


def ask_who_reads(fired: TimerFired) -> Effects:
    """Nobody has taken a report for a day. Rule: FA-I5."""
    return (change(Report, fired.aggregate_id, Report.still_unread, fired.fired_at),)


def _record_delivery(notice: NoticeEvent, outcome: dict[str, Any]) -> Effects:
    if notice.recipient_kind is not RecipientKind.SUPPORTER:
        return ()
    whom = {
        "participant_id": notice.participant_id,
        "supporter_id": notice.recipient_id,
    }
    unheard = {"about": notice.template, "decided_at": notice.at}
    update = {"$set": {**whom, **outcome}, "$setOnInsert": unheard}
    return (Record("told", notice.notice_id, update),)
