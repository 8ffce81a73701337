"""What looks like an identifier is found, by its kind and place, and what does not is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.safe_harbor import Identifier, findings, tidy

YEAR = 2026
CLEAN = """A woman in her thirties came to residential care after years of overwhelming emotions.
She moved from 18 to 9 points in 12 weeks, used STOP on 2-3 evenings a week, and slept 7.5 hours.
In 2024 she had lived alone. With her therapist she found words; on most days she may call a friend.
She practised DEAR MAN 10 times, and said at the end: I belong."""


def kinds(text: str, *names: str, ids: tuple[str, ...] = ()) -> set[Identifier]:
    """The kinds found."""
    return {found.kind for found in findings(tidy(text), names, ids, YEAR)}


def test_a_story_that_is_nobodys_has_no_findings() -> None:
    """IN-N3: scores, weeks, years and quantities are not identifiers."""
    assert findings(CLEAN, ("Ann", "Example"), ("p-17", "th-1"), YEAR) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("admitted on March 3, 2025", Identifier.DATE),
        ("ingresada en marzo", Identifier.DATE),
        ("admitted on 2025-03-03", Identifier.DATE),
        ("since 3/14", Identifier.DATE),
        ("on 03.14.2025", Identifier.DATE),
        ("in 03/2025", Identifier.DATE),
        ("IN MARCH", Identifier.DATE),
        ("a 93-year-old", Identifier.AGE),
        ("a ninety-two year old", Identifier.AGE),
        ("born 1931", Identifier.AGE),
        ("aged 90", Identifier.AGE),
        ("call 206-555-0100", Identifier.PHONE_OR_FAX),
        ("fax (206) 555 0100", Identifier.PHONE_OR_FAX),
        ("+44 20 7946 0958", Identifier.PHONE_OR_FAX),
        ("ann@example.org", Identifier.EMAIL),
        ("123-45-6789", Identifier.SOCIAL_SECURITY),
        ("MRN 00412A", Identifier.NUMBER),
        ("policy number X-99812", Identifier.NUMBER),
        ("number 4471920", Identifier.NUMBER),
        ("0f8fad5b-d9cb-469f-a165-70867728950e", Identifier.NUMBER),
        ("plate: ABC-1234", Identifier.VEHICLE_OR_DEVICE),
        ("1HGCM82633A004352", Identifier.VEHICLE_OR_DEVICE),
        ("serial no. 88412-K", Identifier.VEHICLE_OR_DEVICE),
        ("see https://blog.example/ann", Identifier.URL),
        ("her page annsings.com", Identifier.URL),
        ("from 10.0.12.7", Identifier.IP_ADDRESS),
        ("from 2001:db8:0:0:1::7", Identifier.IP_ADDRESS),
        ("in 98101", Identifier.PLACE),
        ("ZIP 981", Identifier.PLACE),
        ("at 12 Elm Street", Identifier.PLACE),
        ("PO Box 7", Identifier.PLACE),
        ("writes as @annsings", Identifier.OTHER),
    ],
)
def test_what_has_the_form_of_an_identifier_is_found(text: str, kind: Identifier) -> None:
    """IN-N3: 45 CFR 164.514(b)(2)(i), letter by letter."""
    assert kind in kinds(text)


@pytest.mark.parametrize("text", ["Zoë came", "zoe's flat", "ZOE", "Zoe\u0301", "Zo\u200be", "Ｚｏｅ"])
def test_a_name_on_record_is_found_however_it_is_written(text: str) -> None:
    """IN-N3: accents, case, invisible and wide letters hide nothing; other words that contain it are left alone."""
    assert kinds(text, "Zoë Müller-Li") == {Identifier.NAME}
    assert kinds("She met Li.", "Zoë Müller-Li") == {Identifier.NAME}
    assert kinds("alive and living", "Zoë Müller-Li") == set()


def test_an_id_counts_as_a_whole() -> None:
    """IN-N3: a participant's or staff's id, and not the letters in it."""
    assert kinds("told th-1 of it", ids=("th-1",)) == {Identifier.NAME}
    assert kinds("be with a bee", ids=("be-bee-7",)) == set()


def test_a_finding_says_where_and_never_what() -> None:
    """IN-N3: its place is that in the words as they are kept."""
    words = tidy("First line.\nHer friend Ann, from 98101.")
    found = findings(words, ("Ann",), (), YEAR)
    lines = words.splitlines()
    assert [lines[f.line - 1][f.column : f.until] for f in found] == ["Ann", "98101"]
    assert all("Ann" not in f.model_dump_json() for f in found)


@given(st.text(max_size=200), st.text(alphabet="abcdefgh", min_size=3, max_size=8))
def test_no_text_around_it_hides_a_name(text: str, name: str) -> None:
    """IN-N3: on a line of its own, in whatever text."""
    assert Identifier.NAME in kinds(f"{text}\n{name.title()}\n{text}", name)
