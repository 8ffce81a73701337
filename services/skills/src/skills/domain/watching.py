"""Intentions about danger: whatever raises a flag also sets what must follow, and only named people end it."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Concatenate, ParamSpec

from common.change import Forget, Invalid, NotFound, Outcome, Remind
from common.contracts.lessons import HistoricalRiskFound
from common.contracts.measuring import DangerNoted, DangerSource, RiskFlagReviewed
from common.contracts.message import Contract
from common.contracts.skills import RiskFlagRaised
from common.contracts.words import FlagId, ParticipantId, RiskLevel, StaffId
from skills.domain.record import SkillsRecord
from skills.domain.risk import Cause
from skills.domain.watch import LOOK, ask_for_screens, late, next_look

P = ParamSpec("P")

REPORTED: dict[DangerSource, tuple[str, RiskLevel]] = {
    DangerSource.PARTICIPANT: ("SK-R14", RiskLevel.MODERATE),
    DangerSource.SUPPORTER: ("SK-R14", RiskLevel.MODERATE),
    DangerSource.PEER: ("SK-R14", RiskLevel.MODERATE),
    DangerSource.STAFF: ("SK-R14", RiskLevel.MODERATE),
    DangerSource.MEDICAL: ("SK-R15", RiskLevel.MODERATE),
    DangerSource.FREE_TEXT: ("SK-R14", RiskLevel.LOW),
}
"""Who tells of danger -> the rule, and how high the flag is. Source: facts 5.3; heights ASSUMED."""


def watched(
    decide: Callable[Concatenate[SkillsRecord, P], Iterable[Contract]],
) -> Callable[Concatenate[SkillsRecord, P], list[Outcome]]:
    """The decision, and what the flags that it raises ask of people. Rules: SK-R11, SK-R16."""

    def decided(record: SkillsRecord, /, *args: P.args, **kwargs: P.kwargs) -> list[Outcome]:
        said = list(decide(record, *args, **kwargs))
        if not any(isinstance(fact, RiskFlagRaised | HistoricalRiskFound) for fact in said):
            return [*said]
        for fact in said:
            record = record.after(fact)
        asked = ask_for_screens(record.watch, record.risk, said)
        for fact in asked:
            record = record.after(fact)
        return [*said, *asked, *_look_again(record)]

    return decided


def look_for_late(record: SkillsRecord, now: datetime) -> list[Outcome]:
    """What is late by now, once, and when to look again; nothing here lowers a flag. Rules: SK-R11, SK-R16."""
    said = late(ParticipantId(record.id), record.watch, record.risk, now)
    for fact in said:
        record = record.after(fact)
    return [*said, *_look_again(record)]


def report_danger(
    record: SkillsRecord, report_id: str, source: DangerSource, by: StaffId, now: datetime
) -> list[Contract]:
    """Somebody tells of danger: a flag at once, whoever it is; to receive is not to disclose. Rules: SK-R14, SK-R15."""
    rule, level = REPORTED[source]
    raised = record.raise_flag(Cause(rule, level, f"report|{report_id}"), now, None)
    told = DangerNoted(
        at=now, participant_id=ParticipantId(record.id), report_id=report_id, source=source, reported_by=by
    )
    return [told, *raised] if raised else []


def review_flag(record: SkillsRecord, flag_id: FlagId, review_on: date, by: StaffId, now: datetime) -> list[Outcome]:
    """A named person looks at an open flag and keeps it until another day.

    Raises NotFound `flag-unknown`, Invalid `review-in-the-past`. Rule: SK-R16.
    """
    flag = record.risk.flags.get(flag_id)
    if flag is None:
        raise NotFound("flag-unknown", "this participant has no flag of this id")
    if flag.cleared_by is not None or flag.review_on == review_on:
        return []
    if review_on < now.date():
        raise Invalid("review-in-the-past", "a flag is looked at again today or later")
    reviewed = RiskFlagReviewed(
        at=now, participant_id=ParticipantId(record.id), flag_id=flag_id, review_on=review_on, reviewed_by=by
    )
    return [reviewed, *_look_again(record.after(reviewed))]


def _look_again(record: SkillsRecord) -> list[Outcome]:
    due_at = next_look(record.watch, record.risk)
    return [Remind(LOOK, due_at)] if due_at else [Forget(LOOK)]
