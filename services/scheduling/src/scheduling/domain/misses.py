"""Misses in a row: what counts as a miss, in which unit, and up to which number."""

from collections.abc import Hashable, Iterable
from datetime import datetime
from itertools import groupby, takewhile

from pydantic import BaseModel

from common.contracts.scheduling import AttendanceReason
from common.contracts.words import LevelOfCare, SessionId, SessionKind


class MissRules(BaseModel, frozen=True):
    """The numbers of the miss rules. Source: facts 3.7, where DEFAULT says that it is ours to choose."""

    attended_percent: int = 50
    """Present for at least so much of a session counts as attended (DEFAULT)."""
    days_in_a_row: int = 3
    """Program days in PHP and IOP (DEFAULT); in residential care ASSUMED to be the same."""
    weeks_in_a_row: int = 4
    """Scheduled weeks in the booster: the four-miss rule of DBT."""
    call_before: int = 1
    """So many misses before the limit somebody must call (DEFAULT)."""


RULES = MissRules()
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
    halves: tuple[int, int] | None = None,
    reason: AttendanceReason | None = None,
    make_up: bool = False,
) -> Session:
    """What a roster line means for one participant: attended or not, expected or excused.

    Rules: SC-M1, SC-M4, SC-M8.
    """
    excused = excused or reason in EXCUSING
    attended = attended_minutes * 100 >= planned_minutes * RULES.attended_percent
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


def limit_at(level: LevelOfCare) -> int | None:
    """How many misses in a row are too many at a level; None where nobody counts. Rule: SC-M3."""
    if level in BY_DAY:
        return RULES.days_in_a_row
    return RULES.weeks_in_a_row if level in BY_WEEK else None


def misses_in_a_row(sessions: Iterable[Session], kind: SessionKind) -> tuple[int, int | None]:
    """The newest run of missed days or weeks of one kind, and the limit at its level. Rules: SC-M5, SC-M6, SC-M9."""
    newest = sorted((s for s in sessions if s.kind is kind and not s.make_up), key=lambda s: s.starts_at, reverse=True)
    if not newest:
        return 0, None
    level, run = newest[0].level, 0
    for _, together in groupby(takewhile(lambda s: s.level is level, newest), key=lambda s: s.unit):
        unit = list(together)
        if any(session.counted_as_attended for session in unit):
            break
        run += any(session.missed for session in unit)
    return run, limit_at(level)
