"""What may come in over HTTP at all."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from common.contracts.care import SafetyPlanText
from common.plain import FIRST_YEAR, LAST_YEAR, AskedAt, AskedDay, NamedStaff, meant, wrong_ids
from common.web import Body


class Inner(Body):
    """A part of a body."""

    on: date


class Outer(Body):
    """A body with everything in it that may be wrong."""

    words: str = ""
    at: AwareDatetime | None = None
    many: tuple[Inner, ...] = ()
    lines: tuple[str, ...] = ()
    named: Mapping[str, str] = Field(default_factory=dict)
    share: float = 0.0


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({"words": "half \ud800"}, "words"),
        ({"words": "a\0b"}, "words"),
        ({"lines": ["fine", "\udfff"]}, "lines"),
        ({"named": {"a\0": "b"}}, "named"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "at"),
        ({"many": [{"on": "9999-12-31"}]}, "many.0.on"),
        ({"many": [{"on": "0190-05-05"}]}, "many.0.on"),
        ({"share": float("nan")}, "share"),
        ({"share": float("inf")}, "share"),
    ],
)
def test_what_cannot_be_stored_or_meant_does_not_pass_and_its_place_is_told(said: dict[str, Any], at: str) -> None:
    """No database writes it, and no calendar counts with it: it is refused at the door, before anything is changed."""
    with pytest.raises(ValidationError) as wrong:
        Outer.model_validate(said)
    assert [".".join(map(str, error["loc"])) for error in wrong.value.errors()] == [at]


def test_what_people_say_passes() -> None:
    """Every script, emoji and line break, and every day of three centuries."""
    said = Outer(words="Zoë 😀\n日本", many=(Inner(on=date(FIRST_YEAR, 1, 1)), Inner(on=date(LAST_YEAR, 12, 31))))
    assert said.words == "Zoë 😀\n日本"


@pytest.mark.parametrize("year", [FIRST_YEAR, LAST_YEAR])
@pytest.mark.parametrize("hours", [-14, 14])
def test_a_year_that_passes_can_be_counted_with(year: int, hours: int) -> None:
    """Days and zones of what passes never run out of the calendar."""
    at = datetime(year, 1, 1, tzinfo=timezone(timedelta(hours=hours)))
    assert meant(at).astimezone(UTC) - timedelta(weeks=53) < at + timedelta(days=36_500)


@pytest.mark.parametrize("wanted", [AskedAt, AskedDay])
@pytest.mark.parametrize("said", ["9999-12-31T00:00:00Z", "0001-01-01T00:00:00Z"])
def test_a_question_about_no_day_anybody_means_is_refused(wanted: Any, said: str) -> None:
    """A query is held to the same years as a body."""
    with pytest.raises(ValidationError):
        TypeAdapter(wanted).validate_python(said)


def test_what_a_body_holds_of_the_contracts_is_looked_at_too() -> None:
    """A part that is no body of ours is walked through like one."""
    with pytest.raises(ValueError, match="NUL"):
        meant(SafetyPlanText(coping=("a\0",)))


def test_an_id_in_a_path_is_short_and_visible() -> None:
    """Ids of other systems pass; control characters, nothing, and whole pages do not."""
    path = {"pid": "a1-b2:c|d@e", "emoji": "😀", "nul": "a\0", "line": "a\nb", "none": " ", "long": "a" * 201}
    assert wrong_ids(path) == ["nul", "line", "none", "long"]


@pytest.mark.parametrize(
    "id", ["therapist-1", "dr.m", "auth0|5f7c8ec7", "eva@site", "00uXY:z_9", "f81d4fae-7dec", "a" * 100]
)
def test_ids_of_the_usual_providers_name_staff(id: str) -> None:
    """IN-H6, SC-S5: what a token may carry as `sub` can be named at every door."""
    assert TypeAdapter(NamedStaff).validate_python(id) == id


@pytest.mark.parametrize("id", ["", " ", "Eva Meier", "eva\n", "dr/1", "zo\u00eb", "a" * 101, "a\0b", "\u202eava"])
def test_a_name_or_what_cannot_stand_in_a_path_names_nobody(id: str) -> None:
    """IN-H6, SC-S5: one stable code, wherever it is named."""
    with pytest.raises(ValidationError) as wrong:
        TypeAdapter(NamedStaff).validate_python(id)

    assert [one["type"] for one in wrong.value.errors()] == ["no-staff-id"]
