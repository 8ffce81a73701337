"""How the console writes things for people."""

from datetime import timedelta

import pytest

from operations.views import words
from rules.operations.hearing import later


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=9, hours=20), "9 d"),
    ],
)
def test_a_span_is_written_in_its_largest_unit_rounded_down(length: timedelta, written: str) -> None:
    """OP-8: a glance is enough to see how long."""
    assert words.span(length) == written


def test_an_instant_ahead_of_the_clock_is_just_now() -> None:
    """OP-8: clocks of two services may differ a little; the console never shows a negative time."""
    assert words.since(later(hours=1), later()) == "just now"


def test_a_type_is_written_as_a_sentence() -> None:
    """OP-8: operators read sentences, not class names."""
    assert words.sentence("LevelOfCareChanged.v1") == "Level of care changed"


def test_ids_are_shortened_and_words_are_not() -> None:
    """OP-8: enough of an id to recognise it."""
    assert words.short("0aca8c73-91de-5289-b94c-718a29841a48") == "0aca8c73…"
    assert words.short("level:PHP") == "level:PHP"
    assert words.short("INTERPERSONAL_EFFECTIVENESS") == "INTERPERSONAL_EFFECTIVENESS"


def test_details_leave_out_what_the_page_says_already_and_what_is_empty() -> None:
    """OP-8: a line says only what is new on it."""
    plain = {"at": "2026-03-02T09:00:00Z", "participant_id": "p", "step": "place", "detail": "", "on": [], "late": True}

    assert words.details(plain) == [("step", "place"), ("late", "yes")]
