"""How a score moved: against the one before and against the first, and whether the change is one to rely on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from pydantic import BaseModel

from skills.domain.forms import Form
from skills.domain.scoring import DECIMALS

RELY_ON = 1.96
"""Two-sided, 95 %. Source: facts 5.2, reliable change index."""


class Point(NamedTuple):
    """One administration that counts."""

    measure_id: str
    at: datetime
    score: float


class Moved(BaseModel):
    """By how many points a score rose since another, and what that says.

    `windows_overlap`: both ask about some of the same days, so nothing is claimed about outcome.
    """

    since: str
    points: float
    says: Literal["improved", "worse", "no-reliable-change"]
    windows_overlap: bool


def reliable_change_index(sd: float, r: float) -> float:
    """1.96 · √2 · SD · √(1 − r). Source: facts 5.2. Rule: SK-M10."""
    return float(RELY_ON * 2**0.5 * sd * (1 - r) ** 0.5)


def moved(form: Form, since: Point, now: Point) -> Moved | None:
    """How the score moved; None where no reliable change is known of this form. Rule: SK-M10."""
    if form.reliable_change is None:
        return None
    points = round(now.score - since.score, DECIMALS)
    worse = points if form.worse == "higher" else -points
    far = abs(points) >= form.reliable_change.points
    window = timedelta(days=form.recall_days or 0)
    return Moved(
        since=since.measure_id,
        points=points,
        says=("worse" if worse > 0 else "improved") if far else "no-reliable-change",
        windows_overlap=now.at - since.at < window,
    )


def baseline(points: Sequence[Point], begun_at: datetime | None, look_back: timedelta) -> Point | None:
    """Of points oldest first, the one an episode is measured against: the last before it began, else the first after.

    One older than `look_back` says how somebody was then. Rule: SK-M11.
    """
    if begun_at is None:
        return points[0] if points else None
    before = [point for point in points if begun_at - look_back <= point.at <= begun_at]
    after = [point for point in points if point.at > begun_at]
    return before[-1] if before else after[0] if after else None
