"""What a meeting of a group means to one participant on its roster, and how that is mended when it was said wrongly."""

from datetime import datetime

from common.contracts.lessons import LessonHad, LessonTakenBack, SettleLesson
from common.contracts.message import Contract
from common.contracts.words import ParticipantId
from skills.domain.coverage import SAME_SITTING
from skills.domain.curriculum import Manner
from skills.domain.record import SkillsRecord
from skills.domain.syllabus import Syllabus


def settle(record: SkillsRecord, syllabus: Syllabus, asked: SettleLesson) -> list[Contract]:
    """What was said of this meeting is taken back, and what is so now is said; both once. Rules: SK-C19, SK-C21.

    What a person typed in counts as the same sitting, and who is told of as there was there.
    """
    at, said = asked.starts_at, list[Contract]()
    if asked.was is not None:
        said += _taken_back(record, syllabus, asked.was, at, asked.at)
        record = _after(record, said)
    now = asked.now
    if now is None or syllabus.module_of.get(now.lesson) is not now.module:
        return said
    if not now.there:
        return said + record.miss_lesson(syllabus, now.module, now.lesson, at)
    missed = now.model_copy(update={"there": False})
    untrue = [] if now.make_up else _taken_back(record, syllabus, missed, at, asked.at)
    record = _after(record, untrue)
    manner = Manner(make_up=now.make_up)
    return [*said, *untrue, *record.teach(syllabus, now.module, now.lesson, at, manner)]


def _taken_back(
    record: SkillsRecord, syllabus: Syllabus, had: LessonHad, at: datetime, now: datetime
) -> list[Contract]:
    """Nothing where nothing is known of it."""
    lesson, covered = had.lesson, record.coverage
    known = [one.at for one in (covered.had if had.there else covered.missed).get(lesson, ())]
    near = [one for one in known if abs(one - at) < SAME_SITTING]
    if not near:
        return []
    held_at = min(near, key=lambda one: abs(one - at))
    back, slots = record.curriculum.stood_before(held_at), syllabus.slots(record.curriculum.place.cycle)
    return [
        LessonTakenBack(
            at=now,
            participant_id=ParticipantId(record.id),
            module=had.module,
            lesson=lesson,
            held_at=held_at,
            missed=not had.there,
            taught_at=_first(record, lesson, without=held_at if had.there else None),
            lesson_index=back.stood_at if back else None,
            next_lesson=slots[back.stood_at % len(slots)].lesson if back else "",
        )
    ]


def _first(record: SkillsRecord, lesson: str, without: datetime | None) -> datetime | None:
    first = record.curriculum.taught.get(lesson)
    if first is None or without is None or first != without:
        return first
    return min((one.at for one in record.coverage.had.get(lesson, ()) if one.at != without), default=None)


def _after(record: SkillsRecord, facts: list[Contract]) -> SkillsRecord:
    for fact in facts:
        record = record.after(fact)
    return record
