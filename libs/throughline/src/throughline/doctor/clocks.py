"""Do the clocks agree? Leases and timers go by the database's clock, what is recorded by the machine's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from throughline.doctor.findings import Finding, note, well, wrong

APART = timedelta(seconds=1)
"""ASSUMED: machines that keep time by NTP are milliseconds apart; a second is a clock nobody keeps."""


@dataclass(frozen=True)
class Reading:
    """Another machine's clock, and ours just before and just after it was read; aware instants."""

    theirs: datetime
    before: datetime
    after: datetime


def judge_clock(whose: str, reading: Reading) -> Finding:
    """A clock is well within `APART` of ours, counting the time it took to ask in its favour."""
    if reading.after - reading.before > APART:
        return note(whose, "its clock could not be read in time to be compared", "ask again when it is less busy")
    early, late = reading.before - reading.theirs, reading.theirs - reading.after
    off = max(early, late, timedelta())
    if off > APART:
        where = "behind" if early > late else "ahead of"
        return wrong(whose, f"its clock is {off.total_seconds():.1f} s {where} this machine's", "let NTP keep both")
    return well(whose, "its clock agrees with this machine's")
