"""A participant's sessions, told in a few words, and what was said as they were recorded."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from common.change import Outcome
from common.contracts.message import Contract
from common.contracts.scheduling import (
    MissesReachedWarning,
    OutOfProgramProposed,
)
from common.contracts.words import LevelOfCare, SessionId, SessionKind, StaffId
from scheduling.domain.attendance import Schedule
from scheduling.domain.misses import MissRules, Session, seen

MONDAY = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("America/New_York"))
PHP, IOP, BOOSTER = LevelOfCare.PHP, LevelOfCare.IOP, LevelOfCare.OUTPATIENT_BOOSTER
RULES = MissRules(attended_percent=50, days_in_a_row=3, weeks_in_a_row=4, notice_before=2, call_before=1, absent_days=5)
EVA = StaffId("eva")
INDIVIDUAL, GROUP = SessionKind.INDIVIDUAL, SessionKind.SKILLS_GROUP


def session(
    day: int,
    minutes: int = 0,
    *,
    kind: SessionKind = GROUP,
    level: LevelOfCare = PHP,
    excused: bool = False,
    hour: int = 0,
) -> Session:
    """A session of 60 minutes, so many days after Monday and hours after ten, local time."""
    return seen(
        SessionId(f"{kind}-{day}-{hour}"),
        kind,
        level,
        MONDAY + timedelta(days=day, hours=hour),
        planned_minutes=60,
        attended_minutes=minutes,
        excused=excused,
        attended_percent=RULES.attended_percent,
    )


def recorded(*sessions: Session) -> tuple[Schedule, list[list[str]]]:
    """The schedule after these were recorded one by one, and who must call or decide at each."""
    schedule, said = Schedule(id="anna"), []
    for one in sessions:
        outcomes = schedule.record(one, RULES, EVA, one.starts_at)
        schedule = after(schedule, outcomes)
        said.append([type(o).__name__ for o in outcomes if isinstance(o, MissesReachedWarning | OutOfProgramProposed)])
    return schedule, said


def after(schedule: Schedule, outcomes: Iterable[Outcome]) -> Schedule:
    """The schedule once all facts among the outcomes are true."""
    for fact in outcomes:
        schedule = schedule.after(fact) if isinstance(fact, Contract) else schedule
    return schedule
