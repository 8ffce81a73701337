"""Suicide screens answered item by item: the level follows from rules, never from a sum; wording stays on paper."""

from collections.abc import Callable, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from common.change import Invalid
from common.contracts.measuring import ScreenAnswer, SuicideScreenAnswered
from common.contracts.message import Contract, Instant
from common.contracts.words import ParticipantId, RiskLevel, ScreenVersion, StaffId
from skills.domain.record import SkillsRecord
from skills.domain.risk import Screen

WISH, THOUGHTS, METHOD, INTENT, PLAN, BEHAVIOUR = range(1, 7)
"""Items of the C-SSRS screener. Source: facts 5.3."""
ASQ_ITEMS, ASQ_NOW = range(1, 5), 5
"""Items of the ASQ; the fifth asks about now. Source: facts 5.3."""

Answers = Mapping[int, bool]


class Answered(BaseModel):
    """A suicide screen as a clinician went through it; an item that was not asked is not there."""

    model_config = ConfigDict(frozen=True)

    instrument: str
    version: ScreenVersion
    answers: dict[int, bool]
    recent_behaviour: bool | None = None
    screened_at: Instant


def record_answers(record: SkillsRecord, screen: Answered, by: StaffId, now: datetime) -> list[Contract]:
    """The answers, the level that follows, and the flag it raises. Rules: SK-R4, SK-R9, SK-R12, SK-R13."""
    level = level_of(screen)
    result = Screen(instrument=screen.instrument, version=screen.version, level=level, screened_at=screen.screened_at)
    said = record.record_screen(result, by, now)
    return [_answers(ParticipantId(record.id), screen, level, by), *said] if said else []


def level_of(screen: Answered) -> RiskLevel:
    """The level; raises Invalid `screen-unknown`, `screen-item-unknown`, `screen-incomplete`. Rules: SK-R12, SK-R13."""
    judge = JUDGES.get(screen.instrument)
    if judge is None:
        raise Invalid("screen-unknown", f"answers are judged of {', '.join(JUDGES)}; of any other, send the level")
    return judge(screen)


def _columbia(screen: Answered) -> RiskLevel:
    """The C-SSRS screener, both versions. Source: facts 5.3."""
    yes, asked = screen.answers.get, set(screen.answers)
    _only(asked, set(range(WISH, BEHAVIOUR + 1)))
    lately = yes(BEHAVIOUR) and (screen.version is ScreenVersion.SINCE_LAST_CONTACT or screen.recent_behaviour)
    if yes(INTENT) or yes(PLAN) or lately:
        return RiskLevel.HIGH
    needed = {WISH, THOUGHTS, BEHAVIOUR} | ({METHOD, INTENT, PLAN} if yes(THOUGHTS) else set())
    unclear = yes(BEHAVIOUR) and screen.recent_behaviour is None
    if needed - asked or unclear:
        raise Invalid("screen-incomplete", "1, 2 and 6 are always asked, after a yes to 2 also 3, 4, 5, and when 6 was")
    if yes(METHOD) or yes(BEHAVIOUR):
        return RiskLevel.MODERATE
    return RiskLevel.LOW if yes(WISH) or yes(THOUGHTS) else RiskLevel.NONE


def _asq(screen: Answered) -> RiskLevel:
    """The ASQ: any yes is positive, a yes to the fifth is imminent. Source: facts 5.3."""
    asked = set(screen.answers)
    _only(asked, {*ASQ_ITEMS, ASQ_NOW})
    if screen.answers.get(ASQ_NOW):
        return RiskLevel.HIGH
    positive = any(screen.answers.get(item) for item in ASQ_ITEMS)
    if set(ASQ_ITEMS) - asked or (positive and ASQ_NOW not in asked):
        raise Invalid("screen-incomplete", "1 to 4 are always asked, after a yes also 5")
    return RiskLevel.MODERATE if positive else RiskLevel.NONE


JUDGES: Mapping[str, Callable[[Answered], RiskLevel]] = {"C-SSRS": _columbia, "ASQ": _asq}


def _only(asked: set[int], known: set[int]) -> None:
    if asked - known:
        raise Invalid("screen-item-unknown", f"the items are numbered {min(known)} to {max(known)}")


def _answers(participant_id: ParticipantId, screen: Answered, level: RiskLevel, by: StaffId) -> SuicideScreenAnswered:
    return SuicideScreenAnswered(
        at=screen.screened_at,
        participant_id=participant_id,
        instrument=screen.instrument,
        version=screen.version,
        answers=tuple(ScreenAnswer(item=item, yes=yes) for item, yes in sorted(screen.answers.items())),
        recent_behaviour=screen.recent_behaviour,
        level=level,
        clinician=by,
    )
