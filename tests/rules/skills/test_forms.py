"""The file of instruments: what it must say, and how it says what is wrong."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from common.contracts.words import Instrument
from common.program_file import Unfit
from rules.skills.records import FORMS
from skills.domain.forms import Forms, FormsInvalid, Licence
from skills.doors.instruments_file import forms_in
from skills.settings import Settings

PACKAGED: dict[str, Any] = yaml.safe_load(Settings().instruments_file.read_text())


def changed(*path: str, to: object) -> dict[str, Any]:
    """The packaged file with one value changed."""
    parsed = deepcopy(PACKAGED)
    place = parsed
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = to
    return parsed


def test_words_are_shown_only_where_the_licence_lets_them() -> None:
    """SK-M13: public instruments have all their words, nobody else's has any."""
    assert {code for code, form in FORMS.instruments.items() if form.words} == {"PHQ9", "PHQ2", "GAD7", "PCL5"}
    assert all(form.licence is Licence.SHIPS for form in FORMS.instruments.values() if form.words)
    assert {code for code, form in FORMS.instruments.items() if form.licence is Licence.PERMISSION} == {
        "EDEQ",
        "WAISR",
        "SRS",
        "ORS",
    }
    assert FORMS["GAD7"].words and FORMS["GAD7"].words.answers[0] == "Not at all"


def test_every_instrument_says_where_its_numbers_come_from() -> None:
    """SK-M13: a source for each form and for each reliable change."""
    for code, form in FORMS.instruments.items():
        assert "facts" in form.source, code
        assert form.reliable_change is None or "facts" in form.reliable_change.source, code


@pytest.mark.parametrize(
    ("parsed", "line"),
    [
        (changed("instruments", "PHQ9", "items", to=8), "instruments.PHQ9: risk_items: names an item above 8"),
        (
            changed("instruments", "WSAS", "words", to={"stem": "s", "answers": ["a"], "items": ["i"]}),
            "instruments.WSAS: words: may not ship, the licence is content-pack",
        ),
        (
            changed("instruments", "GAD7", "bands", to={"minimal": 0, "mild": 22}),
            "instruments.GAD7: bands: expected to rise, up to 21 at most",
        ),
        (
            changed("instruments", "GAD7", "bands", to={"mild": 5}),
            "instruments.GAD7: bands: the first begins at 5, expected 0",
        ),
        (changed("instruments", "GAD7", "licence", to="mine"), "instruments.GAD7.licence: input should be 'ships'"),
        (changed("instruments", "GAD7", "colour", to="red"), "instruments.GAD7.colour: extra inputs are not permitted"),
        (
            changed("instruments", to={"PHQ9": PACKAGED["instruments"]["PHQ9"]}),
            "instruments: lacks GAD7, WSAS, BSL23, PCL5, EDEQS, UCLA3, which the transition policy reads",
        ),
        (
            changed("instruments", "GAD7", "reliable_change", to={"points": 4}),
            "instruments.GAD7.reliable_change.source: field",
        ),
    ],
)
def test_a_mistake_in_the_file_is_said_in_one_line(parsed: dict[str, Any], line: str) -> None:
    """SK-M13"""
    with pytest.raises(FormsInvalid) as invalid:
        Forms.from_mapping(parsed)

    assert any(said.startswith(line) for said in invalid.value.lines), invalid.value.lines


@pytest.mark.parametrize("text", ["instruments: [", "", "just words"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    """SK-M13"""
    file = tmp_path / "mine.yaml"
    file.write_text(text)

    for path in (file, tmp_path / "nowhere.yaml"):
        with pytest.raises(Unfit) as invalid:
            forms_in(path)
        assert all(line.startswith(str(path)) for line in invalid.value.lines)


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("    name: Patient Health Questionnaire, nine items", "", "instruments.phq9.name: field required"),
        ("  grace_days: 2 ", "  grace_days: soon ", "schedule.grace_days: input should be a valid integer"),
        ("alliance: [WAISR, SRS]", "alliance: [WAISR, HOROSCOPE]", "file: schedule and alliance name horoscope"),
        ("  UCLA3:", "  PHQ2:", "instruments.phq2: is said twice, expected once"),
    ],
)
def test_a_mistake_says_in_which_line_it_stands(tmp_path: Path, was: str, becomes: str, says: str) -> None:
    """SK-M13: as in every file of the program."""
    text = Settings().instruments_file.read_text()
    assert was in text
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace(was, becomes, 1))
    with pytest.raises(Unfit) as unfit:
        forms_in(file)

    (line,) = unfit.value.lines
    place, _, told = line.removeprefix(f"{file}:").partition(": ")
    assert place.isdigit()
    assert told.lower().startswith(says)


def test_every_instrument_of_the_policy_is_there() -> None:
    """SK-M1"""
    assert set(Instrument) <= set(FORMS.instruments)
