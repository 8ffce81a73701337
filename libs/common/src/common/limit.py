"""A bad deploy must not park the world: a listener that parks too large a share of what it hears stops."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

PARKED_SHARE = 0.2
"""Of the messages taken lately. ASSUMED: single wrong messages park one in thousands, a wrong handler nearly all."""
AT_LEAST = 20
"""Subjects with a newly parked message before anything stops: so many are no accident. ASSUMED."""
LATELY = 500
"""Messages looked back on."""


class ParkingTooMuch(Exception):
    """Committing this would park more than the limit allows; nothing was committed."""


@dataclass(slots=True)
class ParkingLimit:
    """What became of the messages taken lately: the subject of one newly parked, or nothing for one applied."""

    _lately: deque[str] = field(default_factory=lambda: deque(maxlen=LATELY))

    def check(self, parked: Iterable[str], applied: int) -> None:
        """Raise ParkingTooMuch if parking these subjects, beside so many applied, goes too far."""
        subjects = [*parked]
        if not subjects:
            return
        before = [subject for subject in self._lately if subject]
        share = (len(before) + len(subjects)) / (len(self._lately) + len(subjects) + applied)
        if share > PARKED_SHARE and len({*before, *subjects}) >= AT_LEAST:
            raise ParkingTooMuch(f"{len(before) + len(subjects)} of {len(self._lately) + len(subjects) + applied}")

    def note(self, parked: Iterable[str], applied: int) -> None:
        """Remember what was committed."""
        self._lately.extend([*parked, *[""] * applied])
