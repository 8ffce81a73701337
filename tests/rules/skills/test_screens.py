"""Suicide screens item by item: the level follows, and a gap never lowers it."""

from itertools import product

import pytest

from common.change import Invalid
from common.contracts.measuring import SuicideScreenAnswered
from common.contracts.words import RiskLevel, ScreenVersion
from rules.skills.records import NOW, STAFF, after, blank, kinds
from skills.domain.screens import Answered, level_of, record_answers

RECENT, SINCE = ScreenVersion.RECENT, ScreenVersion.SINCE_LAST_CONTACT
NONE, LOW, MODERATE, HIGH = RiskLevel
ALL_NO = {1: False, 2: False, 6: False}
THOUGHTS = {1: True, 2: True, 3: False, 4: False, 5: False, 6: False}


def screen(
    answers: dict[int, bool], version: ScreenVersion = RECENT, recent: bool | None = None, of: str = "C-SSRS"
) -> Answered:
    """A screen."""
    return Answered(instrument=of, version=version, answers=answers, recent_behaviour=recent, screened_at=NOW)


@pytest.mark.parametrize(
    ("answers", "version", "recent", "level"),
    [
        (ALL_NO, RECENT, None, NONE),
        ({**ALL_NO, 1: True}, RECENT, None, LOW),
        (THOUGHTS, RECENT, None, LOW),
        ({**THOUGHTS, 3: True}, RECENT, None, MODERATE),
        ({**THOUGHTS, 4: True}, RECENT, None, HIGH),
        ({**THOUGHTS, 5: True}, RECENT, None, HIGH),
        ({**ALL_NO, 6: True}, RECENT, True, HIGH),
        ({**ALL_NO, 6: True}, RECENT, False, MODERATE),
        ({**ALL_NO, 6: True}, SINCE, None, HIGH),
        (THOUGHTS, SINCE, None, LOW),
        ({**THOUGHTS, 3: True}, SINCE, None, MODERATE),
    ],
)
def test_the_level_of_a_columbia_screen(
    answers: dict[int, bool], version: ScreenVersion, recent: bool | None, level: RiskLevel
) -> None:
    """SK-R12: the published triage; worked example B's item 3 since last contact is MODERATE."""
    assert level_of(screen(answers, version, recent)) is level


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({1: False, 2: False, 3: False, 4: False}, NONE),
        ({1: True, 2: False, 3: False, 4: False, 5: False}, MODERATE),
        ({1: False, 2: False, 3: False, 4: True, 5: True}, HIGH),
        ({5: True}, HIGH),
    ],
)
def test_the_level_of_an_asq(answers: dict[int, bool], level: RiskLevel) -> None:
    """SK-R13"""
    assert level_of(screen(answers, of="ASQ")) is level


@pytest.mark.parametrize(
    ("of", "answers", "code"),
    [
        ("C-SSRS", {}, "screen-incomplete"),
        ("C-SSRS", {1: False, 2: False}, "screen-incomplete"),
        ("C-SSRS", {1: True, 2: True, 6: False}, "screen-incomplete"),
        ("C-SSRS", {**ALL_NO, 6: True}, "screen-incomplete"),
        ("C-SSRS", {**ALL_NO, 7: True}, "screen-item-unknown"),
        ("ASQ", {1: False, 2: False, 3: False}, "screen-incomplete"),
        ("ASQ", {1: True, 2: False, 3: False, 4: False}, "screen-incomplete"),
        ("SBQ-R", {1: True}, "screen-unknown"),
    ],
)
def test_a_screen_with_a_gap_is_no_screen(of: str, answers: dict[int, bool], code: str) -> None:
    """SK-R12, SK-R13: unless what is known is HIGH already."""
    with pytest.raises(Invalid) as refused:
        level_of(screen(answers, of=of))

    assert refused.value.code == code


def test_leaving_an_answer_out_never_lowers_the_level() -> None:
    """SK-R12, SK-R18: every screen there is, with every single answer left out."""
    order = list(RiskLevel)
    for yes in product((False, True), repeat=6):
        whole = dict(enumerate(yes, 1))
        level = level_of(screen(whole, SINCE))
        for item in whole:
            part = {number: answer for number, answer in whole.items() if number != item}
            try:
                partial = level_of(screen(part, SINCE))
            except Invalid:
                continue
            assert order.index(partial) >= order.index(level) or not whole[2]


def test_the_answers_go_out_with_the_level_and_its_flag_once() -> None:
    """SK-R12, SK-R4, repeated"""
    asked = screen({**THOUGHTS, 5: True}, SINCE)
    facts = record_answers(blank(), asked, STAFF, NOW)

    assert kinds(facts) == ["SuicideScreenAnswered", "SuicideScreenRecorded", "RiskFlagRaised"]
    assert [[a.item for a in f.answers if a.yes] for f in facts if isinstance(f, SuicideScreenAnswered)] == [[1, 2, 5]]
    assert record_answers(after(blank(), facts), asked, STAFF, NOW) == []
