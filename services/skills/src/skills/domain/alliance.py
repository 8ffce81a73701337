"""The alliance: compared with itself since this therapist began, because trust begins anew with another one."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from common.contracts.measuring import AllianceDropped, InstrumentScored
from common.contracts.message import Contract, Instant
from common.contracts.words import StaffId
from skills.domain.forms import Form
from skills.domain.trends import Point, moved

DISCUSS = "discuss"
"""The band of a score that is itself a reason to talk. Source: facts 5.2, SRS."""


class Alliance(BaseModel):
    """When the alliance last fell; None: it has not since we listen."""

    model_config = ConfigDict(frozen=True)

    fell_at: Instant | None = None

    def after(self, fact: Contract) -> "Alliance":
        """The alliance once `fact` is true; a fall told late does not hide a newer one."""
        if not isinstance(fact, AllianceDropped) or (self.fell_at and self.fell_at >= fact.at):
            return self
        return Alliance(fell_at=fact.at)


def with_therapist(points: Sequence[Point], since: datetime | None) -> list[Point]:
    """The ratings of the present therapist, oldest first. Rule: SK-M18."""
    return [point for point in points if since is None or point.at >= since]


def drop(
    scored: InstrumentScored, form: Form, points: Sequence[Point], therapist: StaffId | None, since: datetime | None
) -> list[Contract]:
    """What a new rating says of the alliance; nothing where it holds. Rules: SK-M18, SK-M19."""
    now = Point(scored.measure_id, scored.at, scored.score)
    before = [point for point in with_therapist(points, since) if point.at < now.at]
    fell = [_fell(form, point, now) for point in (before[-1:] + before[:1])] or [False, False]
    below = scored.band == DISCUSS
    if (since is not None and now.at < since) or not (any(fell) or below):
        return []
    return [
        AllianceDropped(
            at=scored.at,
            participant_id=scored.participant_id,
            measure_id=scored.measure_id,
            instrument=scored.instrument,
            therapist=therapist,
            since_previous=fell[0],
            since_baseline=fell[1],
            below_cut=below,
        )
    ]


def _fell(form: Form, since: Point, now: Point) -> bool:
    change = moved(form, since, now)
    return change is not None and change.says == "worse"
