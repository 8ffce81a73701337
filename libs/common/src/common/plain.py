"""What may come in over HTTP at all: text that can be written down, ids, and days that somebody can mean."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field
from pydantic_core import PydanticCustomError

from common.contracts.words import StaffId

T = TypeVar("T")

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""ASSUMED: nobody in care was born before, nothing is planned after; in between days and zones can be counted with."""
LONGEST_ID = 200
"""Characters. ASSUMED; ids of ours have 36."""
STAFF_ID = r"^[A-Za-z0-9._:|@+-]{1,100}$"
"""What `sub` of a staff token looks like at the usual OpenID providers. ASSUMED."""
IS_NO_ID = f"an id has 1 to {LONGEST_ID} visible characters"


def meant(value: T) -> T:
    """The value, with all that is in it; raises ValueError for text that cannot be stored and years nobody means."""
    match value:
        case str():
            _writable(value)
        case date():
            if not FIRST_YEAR <= value.year <= LAST_YEAR:
                raise ValueError(f"say a year from {FIRST_YEAR} to {LAST_YEAR}")
        case BaseModel():
            meant(vars(value))
        case Mapping():
            for pair in value.items():
                meant(pair)
        case list() | tuple() | set() | frozenset():
            for one in value:
                meant(one)
    return value


def is_id(text: str) -> bool:
    """Whether this can be an id: 1 to 200 characters, all of them visible."""
    return 0 < len(text) <= LONGEST_ID and text.isprintable() and not text.isspace()


def an_id(text: T) -> T:
    """An id as a body names it; raises ValueError for what can be none."""
    if not is_id(str(text)):
        raise ValueError(IS_NO_ID)
    return text


def a_staff_id(text: T) -> T:
    """The id of somebody of the staff; raises PydanticCustomError `no-staff-id` for what can be none."""
    if not re.fullmatch(STAFF_ID, str(text)):
        raise PydanticCustomError("no-staff-id", "a staff id has 1 to 100 letters, digits and . _ : | @ + -")
    return text


def wrong_ids(path: Mapping[str, Any]) -> list[str]:
    """The names of what stands in a path and can be no id."""
    return [name for name, value in path.items() if isinstance(value, str) and not is_id(value)]


def _writable(text: str) -> None:
    if "\0" in text:
        raise ValueError("text holds no NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("text is Unicode, without halves of surrogate pairs") from None


AskedAt = Annotated[AwareDatetime, AfterValidator(meant)]
"""An instant with its offset, as a question names it."""
AskedDay = Annotated[date, AfterValidator(meant)]
"""A date, as a question names it."""
NamedStaff = Annotated[StaffId, AfterValidator(a_staff_id), Field(json_schema_extra={"pattern": STAFF_ID})]
"""Somebody of the staff, as every door takes their id: whoever is named at one can be named at all."""
