"""One look at one participant: what the rules read, and the three answers a rule may give."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from zoneinfo import ZoneInfo

from common.contracts.intake import RuleOutcome
from common.contracts.words import Condition, Instrument, LevelOfCare, ScreenVersion
from intake.domain.danger_items import Screen
from intake.domain.evidence import Evidence
from intake.domain.evidence_items import Attendance, DiaryDay, Score
from intake.domain.item import Item
from intake.domain.policy import Policy
from intake.domain.program_days import midnight


class Result(StrEnum):
    """Rules have three answers; missing data is UNKNOWN, never an improvement (principle P1)."""

    MET = "MET"
    NOT_MET = "NOT_MET"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Case:
    """Evidence, where the participant stands, and now. Days are local dates of the program's zone."""

    evidence: Evidence
    policy: Policy
    level: LevelOfCare
    level_since: datetime
    conditions: tuple[Condition, ...]
    now: datetime
    tz: ZoneInfo
    watch_until: datetime | None
    today: date = field(init=False)

    def __post_init__(self) -> None:
        """Today is where the program is."""
        object.__setattr__(self, "today", self.day_of(self.now))

    def with_evidence(self, evidence: Evidence) -> Self:
        """The same look at other evidence."""
        return replace(self, evidence=evidence)

    def then(self, when: datetime) -> Self:
        """The look one would have taken at `when`, at what had happened by then, as it is known now."""
        return replace(self, now=when, evidence=self.evidence.happened_by(when, self.day_of(when)))

    def day_of(self, at: datetime) -> date:
        """The local date of an instant."""
        return at.astimezone(self.tz).date()

    def days_since(self, day: date) -> int:
        """Whole local days from `day` to today."""
        return (self.today - day).days

    def within(self, day: date, days: int) -> bool:
        """Whether `day` is one of the last `days` days; today is one of them."""
        return 0 <= self.days_since(day) < days

    def cards(self, days: int) -> tuple[DiaryDay, ...]:
        """Diary cards of the last `days` days, oldest first."""
        return tuple(card for card in self.evidence.diary if self.within(card.day, days))

    def sessions(self, days: int) -> tuple[Attendance, ...]:
        """Attendance of the last `days` days."""
        first = self.today - timedelta(days=days - 1)
        begin, end = (midnight(day, self.tz) for day in (first, self.today + timedelta(days=1)))
        return tuple(s for s in self.evidence.attendance if begin <= s.at < end)

    def at_this_level(self, item: Item) -> bool:
        """Whether it happened since the local day on which the present level began."""
        return self.day_of(item.at) >= self.day_of(self.level_since)

    def screen(self) -> Screen | None:
        """The last suicide screen that asks about the time since the last contact."""
        asked = [s for s in self.evidence.screens if s.version is ScreenVersion.SINCE_LAST_CONTACT]
        return asked[-1] if asked else None

    def primary(self) -> tuple[Instrument, ...]:
        """The primary measure of each condition present."""
        return tuple(dict.fromkeys(self.policy.primary_measure[c] for c in self.conditions))

    def watched(self) -> tuple[Instrument, ...]:
        """The primary measures, and those in which a change for the worse counts as much."""
        also = (m for c in self.conditions for m in self.policy.watched_beside_primary.get(c, ()))
        return tuple(dict.fromkeys((*self.primary(), *also)))

    def scheduled(self) -> tuple[Instrument, ...]:
        """Everybody's measures, and the primary ones."""
        return tuple(dict.fromkeys((*self.policy.everybodys_measures, *self.primary())))

    def fresh(self, instrument: Instrument) -> tuple[Score, ...]:
        """Valid administrations, oldest first; none at all where the last is too old to speak for today."""
        scores = self.evidence.valid(instrument)
        interval = self.policy.measures[instrument].interval_days.get(self.level)
        if not scores or interval is None:
            return ()
        age = self.days_since(self.day_of(scores[-1].at))
        return scores if age <= interval * self.policy.stale_after_intervals else ()


def outcome(rule: str, met: bool, value: str, limit: str = "", used: Iterable[Item] = ()) -> RuleOutcome:
    """MET or NOT_MET, with what it rests on."""
    result = Result.MET if met else Result.NOT_MET
    return RuleOutcome(rule=rule, result=result, value=value, limit=limit, **_events(used))


def unknown(rule: str, missing: str, limit: str = "", used: Iterable[Item] = ()) -> RuleOutcome:
    """UNKNOWN, with what is to be collected."""
    return RuleOutcome(
        rule=rule,
        result=Result.UNKNOWN,
        limit=limit,
        missing=missing,
        **_events(used),
    )


def _events(used: Iterable[Item]) -> dict[str, Any]:
    items = tuple(used)
    return {"event_ids": tuple(i.event_id for i in items), "event_times": tuple(i.at for i in items)}


def number(value: float) -> str:
    """A number as a person writes it: `92.9`, `90`, `1.652`."""
    return f"{round(value, 3):g}"


def share(part: float, whole: float) -> float:
    """`part` of `whole` in percent."""
    return 100 * part / whole


def percent(value: float) -> str:
    """A percentage with at most one decimal: `92.9 %`, `90 %`."""
    return f"{round(value, 1):g} %"
