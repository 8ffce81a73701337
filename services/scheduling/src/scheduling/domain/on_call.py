"""Who answers when a therapist does not."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from common.change import Aggregate, Invalid
from common.contracts.coaching import OnCallSet
from common.contracts.message import Contract
from common.contracts.words import StaffId

SITE = "site"
"""The id of the one roster there is."""
REMEMBERED_SHIFTS = 500
"""ASSUMED: of the shifts that are over, the newest are kept; more than a year of daily ones."""


class Shift(BaseModel, frozen=True):
    """Somebody answers from one instant to another."""

    staff: StaffId
    starts_at: datetime
    ends_at: datetime


class OnCall(Aggregate):
    """The on-call roster of the site."""

    shifts: dict[str, Shift] = Field(default_factory=dict)

    def at(self, instant: datetime) -> StaffId | None:
        """Who is on call; of two, who began last. None: nobody. Rule: SC-K6."""
        now = [shift for shift in self.shifts.values() if shift.starts_at <= instant < shift.ends_at]
        return max(now, key=lambda shift: (shift.starts_at, shift.staff)).staff if now else None

    def after(self, fact: Contract) -> Self:
        """The roster once `fact` is true."""
        if not isinstance(fact, OnCallSet):
            return self
        shifts = {id: shift for id, shift in self.shifts.items() if id != fact.shift_id}
        if fact.staff is not None:
            shifts[fact.shift_id] = Shift(staff=fact.staff, starts_at=fact.starts_at, ends_at=fact.ends_at)
        over = sorted((shift.ends_at, id) for id, shift in shifts.items() if shift.ends_at <= fact.at)
        for _, id in over[:-REMEMBERED_SHIFTS]:
            del shifts[id]
        return self.model_copy(update={"shifts": shifts})

    def put(self, wanted: OnCallSet) -> list[Contract]:
        """Set a shift; said twice, it is said once. Rule: SC-K6. Raises Invalid for one without length."""
        if wanted.starts_at >= wanted.ends_at:
            raise Invalid("shift-without-length", "a shift ends after it begins")
        known = self.shifts.get(wanted.shift_id)
        same = known and (known.staff, known.starts_at, known.ends_at)
        return [] if same == (wanted.staff, wanted.starts_at, wanted.ends_at) else [wanted]

    def remove(self, shift_id: str, by: StaffId, now: datetime) -> list[Contract]:
        """Take a shift away, once. Rule: SC-K6."""
        known = self.shifts.get(shift_id)
        if known is None:
            return []
        return [
            OnCallSet(
                at=now, shift_id=shift_id, staff=None, starts_at=known.starts_at, ends_at=known.ends_at, set_by=by
            )
        ]
