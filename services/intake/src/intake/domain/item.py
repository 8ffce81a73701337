"""What every piece of evidence has: who told it, when it was true, and what it replaces."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


Utc = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""Every instant in UTC: one instant has one spelling, and subtraction never follows a wall clock."""


class Item(BaseModel):
    """One piece of evidence, known by the id of the message that brought it; `at` is when it was true."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    PLACE: ClassVar[str]
    """The field of `Evidence` it stands in."""
    KEEP_DAYS: ClassVar[int] = 120
    """How far behind the newest of its kind it is kept. ASSUMED; the policy looks back 30 days at most."""
    LASTING: ClassVar[bool] = False
    """Never pruned: it may bear on something kept."""

    event_id: str
    at: Utc

    def key(self) -> tuple[object, ...]:
        """Two items with one key tell of one thing."""
        return (self.event_id,)

    def beats(self, held: Any) -> bool:
        """Whether this tells of the same thing better than what is held: the later telling does."""
        return (self.at, self.event_id) > (held.at, held.event_id)

    def order(self) -> tuple[datetime, str]:
        """Where it stands in event time."""
        return (self.at, self.event_id)

    def happened_by(self, when: datetime, day: date) -> bool:
        """Whether what it tells of was so by `when`, on the local date `day`."""
        return self.at <= when
