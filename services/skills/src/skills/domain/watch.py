"""What danger asks of people, and by when; what was said to be late is remembered, so that it is said once."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from pydantic import BaseModel, ConfigDict

from common.contracts.measuring import RiskFlagReviewLate, SuicideScreenAsked, SuicideScreenLate
from common.contracts.message import Contract, Instant
from common.contracts.skills import MeasureRecorded, RiskFlagRaised
from common.contracts.words import FlagId, ParticipantId, RiskLevel
from skills.domain.risk import Flag, Risk

LOOK = "risk-look"
"""The timer of a watch: it falls due when the next thing would be late."""
SCREEN_AFTER = "SK-R3"
"""The rule whose flag asks for a screen: PHQ-9 item 9. Source: facts 5.3."""
SCREEN_WITHIN = {RiskLevel.LOW: timedelta(hours=12), RiskLevel.MODERATE: timedelta(hours=2)}
"""Item 9 of 1: the same day, which as 12 hours is ASSUMED; of 2 or 3: two hours. Source: facts 5.3."""


class Asked(BaseModel):
    """A screen that is asked for: of the time since, by when, and whether it was said to be late."""

    model_config = ConfigDict(frozen=True)

    since: Instant
    due_at: Instant
    late: bool = False


class Watch(BaseModel):
    """The screens asked for, by the flag that asks; of each flag, the review day last said to be over."""

    model_config = ConfigDict(frozen=True)

    asked: dict[FlagId, Asked] = {}
    review_late: dict[FlagId, date] = {}

    def after(self, fact: Contract) -> "Watch":
        """The watch once `fact` is true."""
        match fact:
            case SuicideScreenAsked():
                asked = Asked(since=fact.since, due_at=fact.due_at)
                return self.model_copy(update={"asked": {**self.asked, fact.flag_id: asked}})
            case SuicideScreenLate():
                late = self.asked[fact.flag_id].model_copy(update={"late": True})
                return self.model_copy(update={"asked": {**self.asked, fact.flag_id: late}})
            case RiskFlagReviewLate():
                return self.model_copy(update={"review_late": {**self.review_late, fact.flag_id: fact.review_on}})
        return self


def ask_for_screens(watch: Watch, risk: Risk, said: Sequence[Contract]) -> list[Contract]:
    """A screen for each flag just raised by an item that asks for one, unless there was one since. Rule: SK-R11."""
    asked: list[Contract] = []
    for flag in said:
        if isinstance(flag, RiskFlagRaised) and flag.rule == SCREEN_AFTER and flag.flag_id not in watch.asked:
            since = min((fact.at for fact in said if isinstance(fact, MeasureRecorded)), default=flag.at)
            if not _screened(risk, since):
                asked.append(
                    SuicideScreenAsked(
                        at=flag.at,
                        participant_id=flag.participant_id,
                        flag_id=flag.flag_id,
                        since=since,
                        due_at=flag.at + SCREEN_WITHIN[flag.level],
                    )
                )
    return asked


def open_screens(watch: Watch, risk: Risk) -> dict[FlagId, Asked]:
    """The screens still asked for: their flag is open, and nobody has screened since. Rule: SK-R11."""
    return {
        id: asked
        for id, asked in watch.asked.items()
        if risk.flags[id].cleared_by is None and not _screened(risk, asked.since)
    }


def late(participant_id: ParticipantId, watch: Watch, risk: Risk, now: datetime) -> list[Contract]:
    """What is late by now and was not said yet. Rules: SK-R11, SK-R16."""
    said: list[Contract] = [
        SuicideScreenLate(at=now, participant_id=participant_id, flag_id=id, due_at=asked.due_at)
        for id, asked in open_screens(watch, risk).items()
        if not asked.late and asked.due_at <= now
    ]
    return said + [
        RiskFlagReviewLate(at=now, participant_id=participant_id, flag_id=id, review_on=day)
        for id, day in _review_days(watch, risk.flags.items())
        if over(day) <= now
    ]


def next_look(watch: Watch, risk: Risk) -> datetime | None:
    """When the next thing would be late; None where nothing can be."""
    screens = [asked.due_at for asked in open_screens(watch, risk).values() if not asked.late]
    return min([*screens, *(over(day) for _, day in _review_days(watch, risk.flags.items()))], default=None)


def over(day: date) -> datetime:
    """When a day is over in UTC, in which review days are counted."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def _review_days(watch: Watch, flags: Iterable[tuple[FlagId, Flag]]) -> list[tuple[FlagId, date]]:
    return [
        (id, flag.review_on)
        for id, flag in flags
        if flag.cleared_by is None and flag.review_on is not None and watch.review_late.get(id) != flag.review_on
    ]


def _screened(risk: Risk, since: datetime) -> bool:
    return any(screen.screened_at >= since for screen in risk.screens)
