"""Practice: which skill, on which day, with which code. Codes are categories: counted, never added up or averaged."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from common.change import Invalid
from common.contracts.curriculum import PracticeContext, SkillPractised
from common.contracts.diary import DiaryCardDetailed
from common.contracts.message import Contract
from common.contracts.words import ParticipantId
from skills.domain.diary import HELPED_CODES, HIGHEST_CODE
from skills.domain.syllabus import Syllabus

AUTOMATIC_CODES = frozenset({6, 7})
"""Did not have to try. Source: facts 3.4."""
LOWEST_USED = 4
"""From here on the skill could be used. Source: facts 3.4."""
EFFORT_ONLY = 3
"""Tried, and could not. Source: facts 3.4."""
MASTERY_DAYS = 14
"""Days looked back on. Source: facts 3.4, mastery."""
HELPED_DAYS, AUTOMATIC_DAYS = 5, 2
"""Days on which it helped, or came by itself and helped, of those. Source: facts 3.4, mastery."""
KEEP_DAYS = 60
"""Days of practice kept, counted back from the newest. ASSUMED: more than mastery looks back; the journal keeps all."""


class Use(BaseModel):
    """One skill on one day; `code` as on the diary card."""

    model_config = ConfigDict(frozen=True)

    skill: str
    day: date
    code: int
    context: PracticeContext = PracticeContext.HOME
    with_others: bool = False

    def check(self, syllabus: Syllabus) -> None:
        """Raises Invalid for a skill the program does not have, or a code that is none. Rule: SK-C15."""
        if self.skill not in syllabus.skills:
            raise Invalid("skill-unknown", "the program's curriculum has no skill of this code")
        if not 0 <= self.code <= HIGHEST_CODE:
            raise Invalid("skill-code-out-of-range", f"a skill code is one of 0 to {HIGHEST_CODE}")

    @property
    def key(self) -> tuple[str, date, PracticeContext]:
        """Two uses with one key tell of one thing."""
        return (self.skill, self.day, self.context)


class Practice(BaseModel):
    """The uses of the newest days, oldest first."""

    model_config = ConfigDict(frozen=True)

    uses: tuple[Use, ...] = ()

    def practise(self, participant_id: ParticipantId, some: Iterable[Use], at: datetime) -> list[Contract]:
        """The same again says nothing; another code for the skill, day and context replaces, also within `some`.

        Rule: SK-C15.
        """
        held = set(self.uses)
        return [
            SkillPractised(at=at, participant_id=participant_id, **dict(one))
            for one in {use.key: use for use in some}.values()
            if one not in held
        ]

    def after(self, fact: Contract) -> "Practice":
        """The practice once `fact` is true."""
        match fact:
            case SkillPractised():
                new = Use.model_validate({name: getattr(fact, name) for name in Use.model_fields})
                return self._instead([one for one in self.uses if one.key != new.key], [new])
            case DiaryCardDetailed():
                diary = PracticeContext.DIARY
                told = [Use(skill=one.skill, day=fact.day, code=one.code, context=diary) for one in fact.skills]
                others = [one for one in self.uses if (one.day, one.context) != (fact.day, diary)]
                return self._instead(others, told)
        return self

    def _instead(self, others: Sequence[Use], new: Sequence[Use]) -> "Practice":
        uses = sorted((*others, *new), key=lambda one: (one.day, one.skill, one.context))
        if not uses:
            return Practice()
        oldest = uses[-1].day - timedelta(days=KEEP_DAYS)
        return Practice(uses=tuple(one for one in uses if one.day > oldest))


class Mastery(NamedTuple):
    """One skill over the last days: on how many days which code, and what follows from it."""

    skill: str
    days_by_code: dict[int, int]
    days_used: int
    days_helped: int
    days_automatic: int
    days_effort_only: int
    with_others: bool
    mastered: bool


def mastery(uses: Sequence[Use], today: date) -> list[Mastery]:
    """Each skill practised in the 14 days up to `today`. Rule: SK-C16."""
    recent = [one for one in uses if today - timedelta(days=MASTERY_DAYS) < one.day <= today]
    return [_of_skill(skill, [u for u in recent if u.skill == skill]) for skill in sorted({u.skill for u in recent})]


def _of_skill(skill: str, uses: Sequence[Use]) -> Mastery:
    def days(*codes: int) -> int:
        return len({one.day for one in uses if one.code in codes})

    helped, automatic = days(*HELPED_CODES), days(*(HELPED_CODES & AUTOMATIC_CODES))
    return Mastery(
        skill=skill,
        days_by_code=dict(sorted(Counter(code for _, code in {(u.day, u.code) for u in uses}).items())),
        days_used=days(*range(LOWEST_USED, HIGHEST_CODE + 1)),
        days_helped=helped,
        days_automatic=days(*AUTOMATIC_CODES),
        days_effort_only=len({u.day for u in uses} - {u.day for u in uses if u.code != EFFORT_ONLY}),
        with_others=any(one.with_others for one in uses),
        mastered=helped >= HELPED_DAYS or automatic >= AUTOMATIC_DAYS,
    )
