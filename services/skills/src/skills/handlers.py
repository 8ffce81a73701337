"""What skills does: one function per intention."""

from common.change import Effects, change
from common.contracts.intake import EpisodeOpened, LevelOfCareChanged
from common.contracts.message import Message
from common.contracts.reports import DangerReported
from common.contracts.skills import CarryCurriculum, UndoCarryCurriculum
from skills.domain.record import SkillsRecord
from skills.domain.risk import cause_of_report
from skills.domain.syllabus import Syllabus


def record_baseline(message: Message[EpisodeOpened]) -> Effects:
    """The measures that came with the referral are the first ones we know. Rule: SK-M4."""
    opened = message.data
    return [change(SkillsRecord, opened.participant_id, SkillsRecord.record_baseline, opened)]


def enrol_in_curriculum(syllabus: Syllabus, message: Message[LevelOfCareChanged]) -> Effects:
    """Whoever comes to a level with skills groups is in the curriculum from then on. Rule: SK-C2."""
    moved = message.data
    return [change(SkillsRecord, moved.participant_id, SkillsRecord.enrol, syllabus, moved.to_level, moved.at)]


def carry_curriculum(syllabus: Syllabus, message: Message[CarryCurriculum]) -> Effects:
    """What was learnt goes along to the next level. Rule: SK-C5."""
    asked = message.data
    return [change(SkillsRecord, asked.participant_id, SkillsRecord.carry_curriculum, syllabus, asked)]


def undo_carry(message: Message[UndoCarryCurriculum]) -> Effects:
    """The transition does not happen; everything stands as before. Rule: SK-C6."""
    asked = message.data
    return [change(SkillsRecord, asked.participant_id, SkillsRecord.undo_carry, asked)]


def heed_report(message: Message[DangerReported]) -> Effects:
    """Somebody outside says that there is danger: a flag, at once. Rule: SK-R10."""
    report = message.data
    cause = cause_of_report(report.report_id, report.level)
    return [change(SkillsRecord, report.participant_id, SkillsRecord.raise_flag, cause, message.heard_at, None)]
