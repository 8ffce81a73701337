"""Whose turn it is to answer which measure of the family, as it stands; when a turn comes is data of the program."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.message import Contract, Instant
from common.contracts.network import EngagementPlanAgreed, EngagementPlanEnded, RelationEnded
from common.contracts.supporting import FamilyTurnsMissed, FamilyTurnsSet, FamilyTurnTaken
from common.contracts.words import SupporterId

CONNECTION, CLIMATE = "CONNECTION", "HOME_CLIMATE"
"""The codes of what is no instrument: how connected the participant feels, and the climate at home."""


class Row(BaseModel):
    """One measure: who answers it, and when it is their turn. Source of each number: the comments of `policy.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    measure: str = Field(pattern=r"^[A-Z][A-Z_]{1,39}$")
    by: Literal["supporter", "participant"]
    at_start: bool = False
    at_transitions: bool = False
    every_days: int | None = Field(None, ge=1)
    days_after_end: tuple[int, ...] = ()


class Schedule(BaseModel):
    """Every turn there ever is; an answer so many days early counts, one so many days late is missed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    early_days: int = Field(7, ge=0)
    grace_days: int = Field(7, ge=0)
    due: tuple[Row, ...] = ()


class Turn(NamedTuple):
    """One turn: of which measure, whose (None: the participant's), when due, and from when on it is missed."""

    measure: str
    who: SupporterId | None
    due_at: datetime
    missed_at: datetime


class Turns(BaseModel):
    """What decides about turns of one participant and those who take part, and what was answered or missed."""

    model_config = ConfigDict(frozen=True)

    begun_at: Instant | None = None
    moved_at: Instant | None = None
    ended_at: Instant | None = None
    since: dict[SupporterId, Instant] = Field(default_factory=dict)
    """Since when a supporter takes part by a plan."""
    answered: dict[str, Instant] = Field(default_factory=dict)
    missed: dict[str, Instant] = Field(default_factory=dict)

    def after(self, fact: Contract) -> Self:
        """The turns once `fact` is true."""
        match fact:
            case FamilyTurnsSet():
                times = {name: getattr(fact, name) for name in ("begun_at", "moved_at", "ended_at")}
                return self.model_copy(update=times)
            case EngagementPlanAgreed() if fact.supporter_id not in self.since:
                return self.model_copy(update={"since": {**self.since, fact.supporter_id: fact.at}})
            case EngagementPlanEnded() | RelationEnded():
                left = {who: at for who, at in self.since.items() if who != fact.supporter_id}
                return self.model_copy(update={"since": left})
            case FamilyTurnTaken():
                key = key_of(fact.measure, fact.supporter_id)
                at = max(fact.at, self.answered.get(key, fact.at))
                return self.model_copy(update={"answered": {**self.answered, key: at}})
            case FamilyTurnsMissed():
                newly = {key_of(one.measure, one.supporter_id): one.due_at for one in fact.missed}
                return self.model_copy(update={"missed": {**self.missed, **newly}})
        return self

    def coming(self, schedule: Schedule) -> list[Turn]:
        """The next turn of every measure and person, the soonest first. Rule: FA-M5."""
        grace = timedelta(days=schedule.grace_days)
        people: dict[str, list[SupporterId | None]] = {"supporter": [*self.since], "participant": [None]}
        found = [
            Turn(row.measure, who, due_at, due_at + grace)
            for row in schedule.due
            for who in people[row.by]
            if (due_at := self._due(row, who, timedelta(days=schedule.early_days)))
        ]
        return sorted(found, key=lambda turn: (turn.missed_at, turn.measure, turn.who or ""))

    def _due(self, row: Row, who: SupporterId | None, early: timedelta) -> datetime | None:
        start = self.since.get(who) if who else self.begun_at
        if start is None:
            return None
        key = key_of(row.measure, who)
        answered, missed = self.answered.get(key), self.missed.get(key)
        fixed = [
            at
            for at in self._fixed(row, start)
            if not (answered and answered >= at - early) and not (missed and missed >= at)
        ]
        if row.every_days and self.begun_at and self.ended_at is None:
            before = max((at for at in (answered, missed) if at and at >= start - early), default=None)
            fixed.append(before + timedelta(days=row.every_days) if before else start)
        return min(fixed, default=None)

    def _fixed(self, row: Row, start: datetime) -> Iterator[datetime]:
        if row.at_start:
            yield start
        if row.at_transitions and self.moved_at and self.moved_at > start:
            yield self.moved_at
        if self.ended_at:
            yield from (self.ended_at + timedelta(days=days) for days in row.days_after_end)


def key_of(measure: str, who: SupporterId | None) -> str:
    """Under which name it is kept when somebody answered a measure."""
    return f"{measure}|{who or ''}"
