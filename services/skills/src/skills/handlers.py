"""What skills does: one function per intention."""

from common.change import Effects, TimerFired, change
from common.contracts.care import ConditionNoted, ConditionSetAside
from common.contracts.groups import GroupEnded, GroupKind, GroupMeetingCancelled, GroupMeetingsMoved, meeting_of
from common.contracts.intake import EpisodeClosed, EpisodeOpened, LevelOfCareChanged, PrimaryTherapistChanged
from common.contracts.lessons import SettleLesson
from common.contracts.message import Message
from common.contracts.moves import DischargeVoided, LevelOfCareCorrected
from common.contracts.reports import DangerReported
from common.contracts.scheduling import AttendanceReason, SessionAttendanceRecorded
from common.contracts.skills import CarryCurriculum, UndoCarryCurriculum
from common.contracts.words import SessionKind
from skills.domain import dit_care, measuring, sitting, watching
from skills.domain.forms import Forms
from skills.domain.lesson_plan import LessonPlan, Mark
from skills.domain.program import Program
from skills.domain.record import SkillsRecord
from skills.domain.risk import cause_of_report
from skills.domain.syllabus import Syllabus

NOT_GIVEN = frozenset({AttendanceReason.PROGRAM_CANCELLED, AttendanceReason.THERAPIST_ABSENT})
"""Why nobody could be there: the lesson was not given. Source: facts 3.7."""


def record_baseline(forms: Forms, message: Message[EpisodeOpened]) -> Effects:
    """The measures that came with the referral are the first ones we know. Rule: SK-M4."""
    opened = message.data
    return [
        change(SkillsRecord, opened.participant_id, SkillsRecord.record_baseline, opened, forms),
        change(SkillsRecord, opened.participant_id, measuring.open_episode, opened, forms),
    ]


def enrol_in_curriculum(syllabus: Syllabus, message: Message[LevelOfCareChanged]) -> Effects:
    """Whoever comes to a level with skills groups is in the curriculum from then on. Rule: SK-C2."""
    moved = message.data
    return [change(SkillsRecord, moved.participant_id, SkillsRecord.enrol, syllabus, moved.to_level, moved.at)]


def change_level(program: Program, message: Message[LevelOfCareChanged]) -> Effects:
    """Another level of care: the curriculum goes on, the measures have other turns. Rules: SK-C2, SK-M15."""
    moved = message.data
    plan = change(SkillsRecord, moved.participant_id, measuring.change_level, moved, program.forms)
    return [*enrol_in_curriculum(program.syllabus, message), plan]


def correct_level(forms: Forms, message: Message[LevelOfCareCorrected]) -> Effects:
    """A level, or the end, was at another instant than said: measures are due by that. Rules: SK-M20, SK-M23."""
    corrected = message.data
    return [change(SkillsRecord, corrected.participant_id, measuring.correct_level, corrected, forms)]


def end_treatment(forms: Forms, message: Message[EpisodeClosed]) -> Effects:
    """Treatment ended: nothing of it is due or missed any more. Rule: SK-M23."""
    closed = message.data
    return [change(SkillsRecord, closed.participant_id, measuring.end_treatment, closed, forms)]


def go_on(forms: Forms, message: Message[DischargeVoided]) -> Effects:
    """Treatment never ended: what was due is due. Rule: SK-M23."""
    voided = message.data
    return [change(SkillsRecord, voided.participant_id, measuring.go_on, voided, forms)]


def change_therapist(forms: Forms, message: Message[PrimaryTherapistChanged]) -> Effects:
    """With another therapist the alliance begins anew, and a DIT contract is talked over. Rules: SK-M18, SK-I10."""
    changed = message.data
    return [
        change(SkillsRecord, changed.participant_id, dit_care.reopen_contract, changed.to_staff, changed.at),
        change(SkillsRecord, changed.participant_id, measuring.change_therapist, changed, forms),
    ]


def note_condition(forms: Forms, message: Message[ConditionNoted] | Message[ConditionSetAside]) -> Effects:
    """What somebody is treated for chooses measures. Rule: SK-M15."""
    noted = message.data
    return [change(SkillsRecord, noted.participant_id, measuring.note_condition, noted, forms)]


def look_for_missed(fired: TimerFired, forms: Forms) -> Effects:
    """A measure may have been missed. Rule: SK-M17."""
    return [change(SkillsRecord, fired.aggregate_id, measuring.look_for_missed, fired.fired_at, forms)]


def carry_curriculum(syllabus: Syllabus, message: Message[CarryCurriculum]) -> Effects:
    """What was learnt goes along to the next level. Rule: SK-C5."""
    asked = message.data
    return [change(SkillsRecord, asked.participant_id, SkillsRecord.carry_curriculum, syllabus, asked)]


def undo_carry(message: Message[UndoCarryCurriculum]) -> Effects:
    """The transition does not happen; everything stands as before. Rule: SK-C6."""
    asked = message.data
    return [change(SkillsRecord, asked.participant_id, SkillsRecord.undo_carry, asked)]


def mark_roll(message: Message[SessionAttendanceRecorded]) -> Effects:
    """A roster says who was at a meeting of a skills group: its lesson reached them, or did not. Rule: SK-C19."""
    seen = message.data
    meeting = meeting_of(seen.session_id)
    if seen.kind is not SessionKind.SKILLS_GROUP or meeting is None:
        return []
    there = None if seen.reason in NOT_GIVEN and not seen.counted_as_attended else seen.counted_as_attended
    mark = Mark(there=there, make_up=seen.make_up or meeting.make_up)
    who = (meeting.starts_at, seen.participant_id, mark, message.heard_at)
    return [change(LessonPlan, meeting.group_id, LessonPlan.mark, *who)]


def drop_meeting(message: Message[GroupMeetingCancelled]) -> Effects:
    """A meeting does not take place, and has no lesson. Rule: SK-C20."""
    off = message.data
    return [change(LessonPlan, off.group_id, LessonPlan.drop, off.starts_at, off.cancelled_by, message.heard_at)]


def move_lessons(message: Message[GroupMeetingsMoved]) -> Effects:
    """A skills group meets at other times: its lessons go along. Rule: SK-C23."""
    moved = message.data
    if moved.kind is not GroupKind.SKILLS:
        return []
    return [
        change(LessonPlan, moved.group_id, LessonPlan.follow, moved.moves, moved.moved_by, moved.at, message.heard_at)
    ]


def end_group(message: Message[GroupEnded]) -> Effects:
    """A group does not meet any more, and has no lessons to come. Rule: SK-C20."""
    ended = message.data
    return [change(LessonPlan, ended.group_id, LessonPlan.end, ended.at, ended.ended_by, message.heard_at)]


def settle_lesson(syllabus: Syllabus, message: Message[SettleLesson]) -> Effects:
    """A group's plan and roster say what a meeting meant to somebody. Rules: SK-C19, SK-C21."""
    asked = message.data
    return [change(SkillsRecord, asked.participant_id, sitting.settle, syllabus, asked)]


def heed_report(message: Message[DangerReported]) -> Effects:
    """Somebody outside says that there is danger: a flag, at once. Rule: SK-R19."""
    report = message.data
    cause = cause_of_report(report.report_id, report.level, report.matter)
    raise_flag = watching.watched(SkillsRecord.raise_flag)
    return [change(SkillsRecord, report.participant_id, raise_flag, cause, message.heard_at, None)]


def look_for_late(fired: TimerFired) -> Effects:
    """What danger asks of people may be late. Rules: SK-R11, SK-R16."""
    return [change(SkillsRecord, fired.aggregate_id, watching.look_for_late, fired.fired_at)]
