"""Hours of program per week: planned, attended, and needed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from common.change import Aggregate
from common.contracts.groups import GroupKind
from common.contracts.message import Contract
from common.contracts.sessions import AgeBand, CoverageNoted
from common.contracts.words import LevelOfCare, ParticipantId, StaffId
from scheduling.domain.misses import MissRules

PROGRAM_GROUPS = frozenset({GroupKind.SKILLS, GroupKind.PROCESS})
"""Groups that are hours of program; a session with supporters is only if it is typed so. Source: facts 2.1."""


class HoursInvalid(Exception):
    """The policy file does not say what hours a level needs; each of `lines` says `path: what is wrong`."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("; ".join(self.lines))


class Minimum(BaseModel):
    """So many hours a week at a level; payer and age band None: whoever."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: LevelOfCare
    payer: str | None = None
    age_band: AgeBand | None = None
    hours: float = Field(gt=0, le=168)


class Minimums(BaseModel):
    """All of the policy file: hours a week needs, and the numbers of the miss rules."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    hours_per_week: tuple[Minimum, ...]
    misses: MissRules

    @classmethod
    def from_mapping(cls, parsed: Any) -> Self:
        """Read a parsed policy file; raises HoursInvalid with one line for each thing wrong."""
        try:
            found = cls.model_validate(parsed)
        except ValidationError as wrong:
            lines = [f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in wrong.errors()]
            raise HoursInvalid(lines) from None
        rows = [(row.level, row.payer, row.age_band) for row in found.hours_per_week]
        if len(set(rows)) < len(rows):
            raise HoursInvalid(["hours_per_week: two rows say the same of one level, payer and age band"])
        return found

    def minutes(self, level: LevelOfCare, coverage: "Coverage | None") -> int | None:
        """What a week needs at a level, by the row that says most; None where nobody said. Rule: SC-H1."""
        payer, age = (coverage.payer, coverage.age_band) if coverage else (None, None)
        fitting = [
            (row.payer is not None, row.age_band is not None, row.hours)
            for row in self.hours_per_week
            if row.level is level and row.payer in (None, payer) and row.age_band in (None, age)
        ]
        return round(max(fitting)[2] * 60) if fitting else None


class Coverage(Aggregate):
    """Whose rule holds for one participant; its id is the participant's."""

    payer: str | None = None
    age_band: AgeBand | None = None

    def after(self, fact: Contract) -> Self:
        """The coverage once `fact` is true."""
        if not isinstance(fact, CoverageNoted):
            return self
        return self.model_copy(update={"payer": fact.payer, "age_band": fact.age_band})

    def note(self, payer: str, age_band: AgeBand, by: StaffId, now: datetime) -> list[Contract]:
        """Say whose rule holds; said twice, it is said once. Rule: SC-H1."""
        if (payer, age_band) == (self.payer, self.age_band):
            return []
        who = ParticipantId(self.id)
        return [CoverageNoted(at=now, participant_id=who, payer=payer, age_band=age_band, noted_by=by)]


class Attended(BaseModel, frozen=True):
    """Minutes on a local day, at a level."""

    day: date
    minutes: int
    level: LevelOfCare


class Known(BaseModel, frozen=True):
    """What is known of one participant: where they are since when, on leave when; local days."""

    level: LevelOfCare | None = None
    since: date | None = None
    leave_from: date | None = None
    leave_until: date | None = None


class WeekOfHours(BaseModel, frozen=True):
    """One week, from its Monday, in minutes.

    `enough_planned` and `enough_attended` are None where nobody can say: no minimum is known, the participant was
    not at one level all week, was on leave, or the week is not over. Unknown is never enough. Rule: SC-H3.
    """

    monday: date
    level: LevelOfCare | None
    needed: int | None
    planned: int
    attended: int
    whole: bool
    enough_planned: bool | None
    enough_attended: bool | None


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def week_of_hours(
    monday: date,
    today: date,
    known: Known,
    planned: Iterable[tuple[date, int]],
    attended: Sequence[Attended],
    needed_at: Mapping[LevelOfCare, int],
) -> WeekOfHours:
    """One week of one participant. Rules: SC-H2, SC-H3."""
    days = {monday + timedelta(days=n) for n in range(7)}
    there = [one for one in attended if one.day in days]
    levels = {one.level for one in there} | ({known.level} if known.since and known.since <= monday else set())
    level = next(iter(levels)) if len(levels) == 1 else None
    whole = level is not None and not _touches_leave(known, days) and _all_week(known, level, monday)
    needed = needed_at.get(level) if level else None
    plan, done = sum(minutes for day, minutes in planned if day in days), sum(one.minutes for one in there)
    judged = whole and needed is not None
    over = monday + timedelta(days=7) <= today
    return WeekOfHours(
        monday=monday,
        level=level,
        needed=needed,
        planned=plan,
        attended=done,
        whole=whole,
        enough_planned=plan >= (needed or 0) if judged else None,
        enough_attended=done >= (needed or 0) if judged and over else None,
    )


def _all_week(known: Known, level: LevelOfCare, monday: date) -> bool:
    """At the level since before the week began; of an earlier level nobody knows here from when it was."""
    return known.level is level and known.since is not None and known.since <= monday


def _touches_leave(known: Known, days: set[date]) -> bool:
    if known.leave_from is None:
        return False
    return any(known.leave_from <= day and (known.leave_until is None or day <= known.leave_until) for day in days)
