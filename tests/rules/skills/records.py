"""A record of one participant, and short ways to tell it things."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from common.contracts.message import Contract
from common.contracts.words import LevelOfCare, ParticipantId, SkillModule, StaffId
from skills.app import rules_of
from skills.domain.diary import Card
from skills.domain.record import SkillsRecord
from skills.settings import Settings

PROGRAM = rules_of(Settings())
SYLLABUS = PROGRAM.syllabus
PID = ParticipantId("p-1")
STAFF = StaffId("s-1")
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
FORMS = PROGRAM.forms
"""The instruments of the package."""


def blank() -> SkillsRecord:
    """A participant nothing is known about."""
    return SkillsRecord(id=PID)


def enrolled(level: LevelOfCare = LevelOfCare.PHP) -> SkillsRecord:
    """A participant in the curriculum, at its start."""
    record = blank()
    return after(record, record.enrol(SYLLABUS, level, NOW))


def after(record: SkillsRecord, facts: Iterable[Contract]) -> SkillsRecord:
    """The record once the facts are true."""
    for fact in facts:
        record = record.after(fact)
    return record


def told(
    record: SkillsRecord, decide: Callable[[SkillsRecord], Iterable[Contract]]
) -> tuple[SkillsRecord, list[Contract]]:
    """The record after a decision, and what it said."""
    facts = list(decide(record))
    return after(record, facts), facts


def module_of(lesson: str) -> SkillModule:
    """The module a lesson belongs to."""
    return SYLLABUS.module_of[lesson]


def taught(record: SkillsRecord, *lessons: str, at: datetime = NOW) -> SkillsRecord:
    """The record once lessons were taught, a minute apart."""
    for minute, lesson in enumerate(lessons):
        record = after(record, record.teach(SYLLABUS, module_of(lesson), lesson, at + timedelta(minutes=minute)))
    return record


def card(
    day: date = DAY,
    suicide_urge: int | None = 1,
    self_harm: bool = False,
    codes: tuple[int, ...] = (),
    self_harm_urge: int | None = 0,
    suicidal_act: bool | None = None,
) -> Card:
    """A diary card."""
    return Card(
        day=day,
        suicide_urge=suicide_urge,
        self_harm_urge=self_harm_urge,
        self_harm=self_harm,
        skill_codes=codes,
        suicidal_act=suicidal_act,
    )


def kinds(facts: Iterable[Contract]) -> list[str]:
    """The names of the facts, in order."""
    return [type(fact).__name__ for fact in facts]
