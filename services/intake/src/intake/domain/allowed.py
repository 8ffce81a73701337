"""What a value in the policy file may be; what is wrong says in words what is allowed."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator

from intake.domain.evidence_items import Attendance
from intake.domain.item import Item

CODE = re.compile(r"[A-Z][A-Z0-9_]*")


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"is {value!r}, expected a whole number from {least} to {most}")
        return value

    return check


def _points(value: Any) -> float:
    if type(value) not in (int, float) or not 0 < value <= 100:
        raise ValueError(f"is {value!r}, expected a number above 0 and up to 100")
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'is {value!r}, expected a text, in quotes where it looks like a number, such as "1.0"')
    return value


def _code(value: Any) -> str:
    if not isinstance(value, str) or not CODE.fullmatch(value):
        raise ValueError(f"is {value!r}, expected a code in capitals such as WISE_MIND")
    return value


Whole = Annotated[int, BeforeValidator(_whole(1, 1000))]
Many = Annotated[int, BeforeValidator(_whole(1, 10_000))]
Percent = Annotated[int, BeforeValidator(_whole(1, 100))]
Age = Annotated[int, BeforeValidator(_whole(0, 130))]
Hour = Annotated[int, BeforeValidator(_whole(0, 23))]
OfSeven = Annotated[int, BeforeValidator(_whole(1, 7))]
Urge = Annotated[int, BeforeValidator(_whole(0, 5))]
"""As diary cards ask. Source: facts 3.4."""
Lookback = Annotated[int, BeforeValidator(_whole(1, Item.KEEP_DAYS))]
"""Days; evidence older than this is no longer kept."""
Window = Annotated[int, BeforeValidator(_whole(1, Attendance.KEEP_DAYS))]
"""Days; attendance is kept a shorter while than the rest."""
Points = Annotated[float, BeforeValidator(_points)]
Code = Annotated[str, BeforeValidator(_code)]
Text = Annotated[str, BeforeValidator(_text)]
