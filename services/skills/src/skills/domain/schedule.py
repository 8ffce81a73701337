"""When measures are due: by level of care, by condition, with a therapist, and after the program."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.measuring import MeasurePlanSet, MeasuresMissed, MissedMeasure
from common.contracts.message import Contract, Instant
from common.contracts.words import Condition, LevelOfCare, ParticipantId, StaffId

SCREEN = "SUICIDE_SCREEN"
"""In the schedule, the suicide screen, whichever instrument a program has."""
LOOK = "measures-due"
"""The timer of a plan: it falls due when the next measure would be missed."""

Last = Callable[[str], datetime | None]
"""When a measure was last administered, of what counts."""


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WithTherapist(_Block):
    """Counted from when the therapist began, sooner after a change of therapist. Source: facts 1.2 B6."""

    first_days: int = Field(ge=1)
    first_days_after_change: int = Field(ge=1)


class Row(_Block):
    """One measure: for whom, and when at each level."""

    measure: str = Field(min_length=1)
    conditions: tuple[Condition, ...] = ()
    every_days: Mapping[LevelOfCare, int] = {}
    on_days: Mapping[LevelOfCare, tuple[int, ...]] = {}
    at_start: tuple[LevelOfCare, ...] = ()
    with_therapist: WithTherapist | None = None
    grace_days: int | None = None


class Schedule(_Block):
    """Every measure that is ever due. Source of each number: the comments of `instruments.yaml`."""

    grace_days: int = Field(ge=0)
    early_days: int = Field(ge=0)
    watch_days: int = Field(ge=0)
    watch_divides: int = Field(ge=1)
    due: tuple[Row, ...]


class Plan(BaseModel):
    """What decides about one participant, and what was said to be missed."""

    model_config = ConfigDict(frozen=True)

    level: LevelOfCare | None = None
    since: Instant | None = None
    after_program_since: Instant | None = None
    watch_until: Instant | None = None
    conditions: tuple[Condition, ...] = ()
    therapist: StaffId | None = None
    therapist_since: Instant | None = None
    therapist_changed: bool = False
    episode_since: Instant | None = None
    ended_at: Instant | None = None
    end_known_at: Instant | None = None
    missed: dict[str, Instant] = {}

    def over(self, at: datetime) -> bool:
        """Whether treatment had ended by then. Rule: SK-M23."""
        return self.ended_at is not None and at >= self.ended_at

    def in_force(self) -> "Plan":
        """As it decides now: once treatment has ended, by what the schedule says of CLOSED. Rule: SK-M23."""
        if self.ended_at is None:
            return self
        begun = self.after_program_since or self.ended_at
        ended = {"level": LevelOfCare.CLOSED, "since": self.ended_at, "after_program_since": begun}
        return self.model_copy(update={**ended, "watch_until": None})

    def after(self, fact: Contract) -> "Plan":
        """The plan once `fact` is true."""
        match fact:
            case MeasurePlanSet():
                fields = {name: getattr(fact, name) for name in Plan.model_fields if name != "missed"}
                return Plan(**fields, missed=self.missed if fact.level is self.level else {})
            case MeasuresMissed():
                newly = {one.measure: one.due_at for one in fact.missed}
                return self.model_copy(update={"missed": {**self.missed, **newly}})
        return self


class Due(BaseModel):
    """One measure that comes next: when it is due, and from when on it is missed."""

    measure: str
    due_at: datetime
    missed_at: datetime


def set_plan(participant_id: ParticipantId, before: Plan, now: Plan, at: datetime) -> list[Contract]:
    """The plan now in force, where it is another. Rule: SK-M15."""
    if now == before:
        return []
    return [MeasurePlanSet(at=at, participant_id=participant_id, **now.model_dump(exclude={"missed"}))]


def dues(plan: Plan, schedule: Schedule, last: Last) -> list[Due]:
    """What comes next of each measure, the soonest first. Rules: SK-M15, SK-M16, SK-M23."""
    found, plan = [], plan.in_force()
    for row in schedule.due:
        due_at = _due(row, plan, schedule, last(row.measure), plan.missed.get(row.measure))
        if due_at is not None and (not row.conditions or set(row.conditions) & set(plan.conditions)):
            grace = timedelta(days=schedule.grace_days if row.grace_days is None else row.grace_days)
            found.append(Due(measure=row.measure, due_at=due_at, missed_at=due_at + grace))
    return sorted(found, key=lambda due: (due.missed_at, due.measure))


def missed(participant_id: ParticipantId, plan: Plan, coming: Iterable[Due], now: datetime) -> list[Contract]:
    """What did not come by now; once for each time it was due. Rule: SK-M17."""
    late = tuple(MissedMeasure(measure=due.measure, due_at=due.due_at) for due in coming if due.missed_at <= now)
    level = plan.in_force().level
    if not late or level is None:
        return []
    return [MeasuresMissed(at=now, participant_id=participant_id, level=level, missed=late)]


def still_missed(plan: Plan, schedule: Schedule) -> dict[str, datetime]:
    """Of what was said to be missed, what the present level measures; nothing once treatment ended. Rule: SK-M23."""
    level = plan.in_force().level
    measured = {
        row.measure for row in schedule.due if level in row.every_days or level in row.on_days or level in row.at_start
    }
    return {measure: at for measure, at in plan.missed.items() if measure in measured}


def _due(row: Row, plan: Plan, schedule: Schedule, last: datetime | None, missed: datetime | None) -> datetime | None:
    if plan.level is None or plan.since is None:
        return None
    early = timedelta(days=schedule.early_days)
    if plan.level in row.on_days:
        begun = plan.after_program_since or plan.since
        return next((at for at in _days(row, plan.level, begun) if _open(at, last, missed, early)), None)
    first, every = _first(row, plan, plan.since), _every(row, plan, schedule, last)
    if first is None:
        return None
    due = first if last is None or last < first - early else _then(last, every)
    return _then(missed, every) if due and missed and missed >= due else due


def _first(row: Row, plan: Plan, since: datetime) -> datetime | None:
    if plan.level not in row.every_days and plan.level not in row.at_start:
        return None
    if row.with_therapist is None:
        return since
    days = row.with_therapist.first_days_after_change if plan.therapist_changed else row.with_therapist.first_days
    return (plan.therapist_since or since) + timedelta(days=days)


def _every(row: Row, plan: Plan, schedule: Schedule, last: datetime | None) -> timedelta | None:
    days = row.every_days.get(plan.level) if plan.level else None
    if days is None:
        return None
    watched = plan.watch_until is not None and (last or plan.watch_until) < plan.watch_until
    return timedelta(days=days) / (schedule.watch_divides if watched and not row.with_therapist else 1)


def _then(at: datetime, every: timedelta | None) -> datetime | None:
    return at + every if every else None


def _days(row: Row, level: LevelOfCare, begun: datetime) -> list[datetime]:
    return [begun + timedelta(days=days) for days in row.on_days[level]]


def _open(at: datetime, last: datetime | None, missed: datetime | None, early: timedelta) -> bool:
    return (last is None or last < at - early) and (missed is None or missed < at)
