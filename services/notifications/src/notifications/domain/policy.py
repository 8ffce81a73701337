"""The numbers that a program sets about reaching people; read from a file outside the domain."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from common.contracts.notices import Rung
from notifications.domain.wording import TEMPLATES


@cache
def _zones() -> frozenset[str]:
    """The names of the IANA database: not what a machine calls its own, nor copies that count leap seconds."""
    return frozenset(available_timezones()) - {"localtime", "Factory"}


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("no such time zone")
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]


def _known_code(code: str) -> str:
    if code not in TEMPLATES:
        raise ValueError(f"there is no text with the code {code}")
    return code


Code = Annotated[str, AfterValidator(_known_code)]
"""The code of a text; a misspelt one would make a page that nobody hears. Rule: NO-P4."""

NAMED = frozenset({"risk-moderate", "risk-low"})
"""The ladders that a notice may name; others go by the code of its text. Rule: NO-L5."""


def _known_ladder(name: str) -> str:
    return name if name in NAMED else _known_code(name)


LadderName = Annotated[str, AfterValidator(_known_ladder)]

LONGEST_LINK = 60
"""Letters, so that every text with it, and with what makes it good once, is one text message."""


class Quiet(BaseModel):
    """A stretch of every day, local time, over midnight or not; both ends equal for none at all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: time = Field(alias="from")
    until: time

    def ends(self, at: datetime, zone: ZoneInfo) -> datetime:
        """The first instant from `at` on that is not quiet where the clock shows `zone`. Rule: NO-N3."""
        local = at.astimezone(zone)
        if not self.holds(local.time()):
            return at
        tomorrow = self.start > self.until and local.time() >= self.start
        day = local.date() + timedelta(days=1 if tomorrow else 0)
        return max(_instant(day, self.until, zone, fold) for fold in (0, 1)).astimezone(at.tzinfo)

    def holds(self, clock: time) -> bool:
        """Whether it is quiet when the clock shows this."""
        if self.start <= self.until:
            return self.start <= clock < self.until
        return clock >= self.start or clock < self.until

    def within(self, wider: "Quiet") -> bool:
        """Whether `wider` is quiet whenever this is."""
        minutes = (time(hour, minute) for hour in range(24) for minute in range(60))
        return all(wider.holds(clock) for clock in minutes if self.holds(clock))


def _instant(day: date, clock: time, zone: ZoneInfo, fold: int) -> datetime:
    """When clocks in `zone` show this; of an hour that comes twice or never, `fold` says which side."""
    return datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC)


class Hours(BaseModel):
    """When the teams are at work: local time and days, Monday is 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: time = Field(time(8), alias="from")
    until: time = time(18)
    days: frozenset[int] = frozenset({1, 2, 3, 4, 5})

    def hold(self, local: datetime) -> bool:
        """Whether the teams are at work when clocks there show this."""
        return local.isoweekday() in self.days and self.start <= local.time() < self.until


class LadderRule(BaseModel):
    """Who is told when nobody answers, and by when somebody must have been in touch; `nights` where nobody works."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rungs: tuple[Rung, ...] = Field(min_length=1)
    nights: tuple[Rung, ...] = ()
    repeat_minutes: int = Field(ge=1)
    contact_minutes: int = Field(ge=1)

    @field_validator("rungs", "nights")
    @classmethod
    def _can_be_climbed(cls, rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
        for rung in rungs:
            _known_code(rung.template)
        minutes = [rung.after_minutes for rung in rungs]
        if minutes != sorted(minutes) or any(one < 0 for one in minutes) or not all(rung.to for rung in rungs):
            raise ValueError("each rung tells somebody, the earliest first")
        return rungs


class Policy(BaseModel):
    """How people are reached. Each number's source stands in `policy.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    zone: Zone
    quiet: Quiet
    most_per_day: int = Field(ge=1)
    most_per_week: int = Field(ge=1)
    settle_minutes: int = Field(ge=0)
    expires_hours: int = Field(ge=1)
    task_after_failures: int = Field(ge=1)
    task_to: str
    critical: frozenset[Code]
    sender: str
    link: str = Field(max_length=LONGEST_LINK)
    link_hours: int = Field(0, ge=0)
    ladders: dict[LadderName, LadderRule] = Field(default_factory=dict)
    hours: Hours = Hours()
    on_call: str = "on-call-clinician"
    risk_stream_seconds: int = Field(60, ge=30)

    def ladder_of(self, name: str, template: str) -> LadderRule | None:
        """The ladder that is named, or that of a template. Rules: NO-L1, NO-L5."""
        return self.ladders.get(name) or self.ladders.get(template)

    def rungs_at(self, rule: LadderRule, at: datetime) -> tuple[Rung, ...]:
        """The rungs of a ladder that starts now: others where nobody is at work. Rule: NO-L5."""
        local = at.astimezone(ZoneInfo(self.zone))
        return rule.rungs if self.hours.hold(local) or not rule.nights else rule.nights

    @property
    def risk_patience(self) -> timedelta:
        """How long nothing may be heard of the risk stream. Rule: NO-K1."""
        return timedelta(seconds=self.risk_stream_seconds)

    @property
    def settle(self) -> timedelta:
        """How long a notice waits for what may still change. Rule: NO-N2."""
        return timedelta(minutes=self.settle_minutes)

    @property
    def expiry(self) -> timedelta:
        """How old a notice may be when its nudge leaves. Rule: NO-N5."""
        return timedelta(hours=self.expires_hours)
