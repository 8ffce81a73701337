"""Misses in a row: what counts as a miss, in which unit, and up to which number."""

from collections.abc import Hashable, Iterable
from datetime import datetime
from itertools import groupby, takewhile

from pydantic import BaseModel, ConfigDict, Field

from common.contracts.scheduling import AttendanceReason
from common.contracts.words import LevelOfCare, SessionId, SessionKind


class MissRules(BaseModel):
    """The numbers of the miss rules; a program sets them in its policy file, which names their sources."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attended_percent: int = Field(ge=1, le=100)
    """Present for at least so much of a session counts as attended."""
    days_in_a_row: int = Field(ge=1, le=31)
    """Missed program days at which the limit is reached, where days are counted."""
    weeks_in_a_row: int = Field(ge=1, le=52)
    """Missed weeks at which it is reached, where weeks are counted."""
    notice_before: int = Field(ge=0, le=31)
    """So many misses before the limit participant and therapist hear of it."""
    call_before: int = Field(ge=0, le=31)
    """So many misses before the limit somebody must call."""
    absent_days: int = Field(5, ge=1, le=31)
    """Absent program days in a row at which a person decides about hold or discharge review. Source: facts 2.8."""

    def limit_at(self, level: LevelOfCare) -> int | None:
        """How many misses in a row are too many at a level; None where nobody counts. Rule: SC-M3."""
        if level in BY_DAY:
            return self.days_in_a_row
        return self.weeks_in_a_row if level in BY_WEEK else None


COUNTED_KINDS = (SessionKind.INDIVIDUAL, SessionKind.SKILLS_GROUP)
"""Each has a counter of its own. Source: facts 3.7."""
BY_DAY = frozenset({LevelOfCare.RESIDENTIAL, LevelOfCare.PHP, LevelOfCare.IOP})
BY_WEEK = frozenset({LevelOfCare.OUTPATIENT_BOOSTER})


EXCUSING = frozenset(
    {
        AttendanceReason.PROGRAM_CANCELLED,
        AttendanceReason.THERAPIST_ABSENT,
        AttendanceReason.APPROVED_LEAVE,
        AttendanceReason.INPATIENT_STAY,
    }
)
"""Reasons that keep an absence from counting. Source: facts 3.7, excluded from counting."""


class Session(BaseModel, frozen=True):
    """One participant's part of one session, in minutes; `starts_at` is written in the program's local time.

    `planned_minutes` is what was expected of this participant: of one who is excused, no more than they attended.
    """

    session_id: SessionId
    kind: SessionKind
    level: LevelOfCare
    starts_at: datetime
    planned_minutes: int
    attended_minutes: int
    counted_as_attended: bool
    first_half_minutes: int | None = None
    second_half_minutes: int | None = None
    reason: AttendanceReason | None = None
    make_up: bool = False

    @property
    def missed(self) -> bool:
        """Expected, and not there for long enough. Rules: SC-M1, SC-M4."""
        return not self.counted_as_attended and self.attended_minutes < self.planned_minutes

    @property
    def unit(self) -> Hashable:
        """The program day, or the ISO week, that it belongs to. Rule: SC-M5."""
        day = self.starts_at.date()
        return day.isocalendar()[:2] if self.level in BY_WEEK else day


def seen(
    session_id: SessionId,
    kind: SessionKind,
    level: LevelOfCare,
    starts_at: datetime,
    *,
    planned_minutes: int,
    attended_minutes: int,
    excused: bool,
    attended_percent: int,
    halves: tuple[int, int] | None = None,
    reason: AttendanceReason | None = None,
    make_up: bool = False,
) -> Session:
    """What a roster line means for one participant: attended or not, expected or excused.

    Rules: SC-M1, SC-M4, SC-M8.
    """
    excused = excused or reason in EXCUSING
    attended = attended_minutes * 100 >= planned_minutes * attended_percent
    return Session(
        session_id=session_id,
        kind=kind,
        level=level,
        starts_at=starts_at,
        planned_minutes=attended_minutes if excused and not attended else planned_minutes,
        attended_minutes=attended_minutes,
        counted_as_attended=attended,
        first_half_minutes=halves[0] if halves else None,
        second_half_minutes=halves[1] if halves else None,
        reason=reason,
        make_up=make_up,
    )


def misses_in_a_row(sessions: Iterable[Session], kind: SessionKind) -> tuple[int, LevelOfCare | None]:
    """The newest run of missed days or weeks of one kind, and its level. Rules: SC-M5, SC-M6, SC-M9."""
    newest = sorted((s for s in sessions if s.kind is kind and not s.make_up), key=lambda s: s.starts_at, reverse=True)
    if not newest:
        return 0, None
    level, run = newest[0].level, 0
    for _, together in groupby(takewhile(lambda s: s.level is level, newest), key=lambda s: s.unit):
        unit = list(together)
        if any(session.counted_as_attended for session in unit):
            break
        run += any(session.missed for session in unit)
    return run, level
