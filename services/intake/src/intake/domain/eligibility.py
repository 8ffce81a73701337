"""What a person must look at before deciding about a referral; unknown is a question, never a pass."""

from datetime import date
from typing import NamedTuple

from common.contracts.intake import LevelQuestion
from common.contracts.words import Condition, LevelOfCare
from intake.domain.admission import ENTRY, Program
from intake.domain.process import Process


class Known(NamedTuple):
    """What a referral tells, as far as it decides about eligibility. `age` in years; None is unknown."""

    age: int | None
    conditions: tuple[Condition, ...]
    mental_health_reason: bool | None
    deceased: bool = False
    requested_level: LevelOfCare | None = None


def age_on(birth_date: date | None, today: date) -> int | None:
    """Whole years lived by `today`; None where the birth date is not known."""
    if birth_date is None:
        return None
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))


def questions(known: Known, process: Process) -> tuple[str, ...]:
    """What is open whatever the level, as `rule-id: code`. Rules: IN-R3, IN-R4, IN-R5, IN-R7, IN-R8."""
    found = ["IN-R3: recorded-as-deceased"] if known.deceased else []
    if known.age is None:
        found.append("IN-R4: age-unknown")
    elif known.age < process.youngest_age:
        found.append("IN-R4: too-young")
    elif known.age < process.admission.adult_age:
        found.append("IN-R8: minor")
    if known.mental_health_reason is not True:
        unknown = known.mental_health_reason is None
        found.append("IN-R5: reason-unknown" if unknown else "IN-R5: no-mental-health-reason")
    if known.requested_level is not None and known.requested_level not in process.admission.programs:
        found.append("IN-R7: level-not-offered")
    return tuple(found)


def level_questions(known: Known, process: Process) -> tuple[LevelQuestion, ...]:
    """What is open for each level a referral may be admitted to. Rules: IN-R7, IN-R9."""
    return tuple(
        LevelQuestion(level=level, question=question)
        for level in ENTRY
        for question in _about(known, process.admission.programs.get(level))
    )


def _about(known: Known, program: Program | None) -> list[str]:
    if program is None:
        return ["IN-R7: level-not-offered"]
    found = []
    if known.age is not None and known.age < program.youngest_age:
        found.append("IN-R9: too-young-for-level")
    if known.age is not None and program.oldest_age is not None and known.age > program.oldest_age:
        found.append("IN-R9: too-old-for-level")
    if program.conditions and not set(program.conditions) & set(known.conditions):
        found.append("IN-R9: condition-not-treated" if known.conditions else "IN-R9: condition-unknown")
    return found
