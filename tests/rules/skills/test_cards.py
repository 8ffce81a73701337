"""Diary cards by their template: scales, revisions, lateness, what comes out of order, reviews, alerts once."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import skills
from common.change import Invalid, NotFound
from common.contracts.diary import DiaryCardDetailed
from common.contracts.message import Contract, Privacy, privacy_of
from common.contracts.words import TargetKind
from rules.skills.records import DAY, NOW, PID, PROGRAM, STAFF, after, blank, card, kinds
from skills.domain.card_book import Sheet, is_late
from skills.domain.risk import Target
from skills.domain.workbook import Workbook
from skills.doors.program_files import Unfit, templates_in
from throughline import cli_curriculum

FILE = Path(skills.__file__).parent / "diary.yaml"
TEXT = FILE.read_text()
ZONE = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


def sheet(hours: int = 0, day: date = DAY, **more: Any) -> Sheet:
    """A card filled in so many hours from now."""
    return Sheet(**{"day": day, "template": "1.0", "filled_at": NOW + hours * HOUR, **more})


def fill(book: Workbook, one: Sheet) -> list[Contract]:
    """What handing in a card says."""
    return book.fill_card(PROGRAM, one, ZONE, NOW)


def filled(*sheets: Sheet) -> Workbook:
    """A workbook with these cards."""
    book = Workbook(id=PID)
    for one in sheets:
        for fact in fill(book, one):
            book = book.after(fact)
    return book


def detailed(one: Sheet, book: Workbook | None = None) -> DiaryCardDetailed:
    """What a card says by its template."""
    fact = fill(book or Workbook(id=PID), one)[0]
    assert isinstance(fact, DiaryCardDetailed)
    return fact


def test_the_card_says_by_which_version_it_was_filled_in_and_the_same_again_is_nothing_new() -> None:
    """SK-D8, repeated: when it was filled in is no content."""
    book = filled(sheet(ratings={"ANGER": 3}, skills={"STOP": 5}))

    assert detailed(sheet()).template == "1.0"
    assert fill(book, sheet(2, ratings={"ANGER": 3}, skills={"STOP": 5})) == []
    assert detailed(sheet(2, ratings={"ANGER": 4}), book).revision == 2


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"template": "0.9"}, "template-unknown"),
        ({"ratings": {"SUDS": 3}}, "field-unknown"),
        ({"ratings": {"ANGER": 6}}, "rating-out-of-range"),
        ({"ratings": {"MEDICATION_TAKEN": 2}}, "rating-out-of-range"),
        ({"skills": {"HALT": 5}}, "skill-unknown"),
        ({"skills": {"STOP": 8}}, "skill-code-out-of-range"),
    ],
)
def test_a_card_that_does_not_fit_its_template_is_refused(more: dict[str, Any], code: str) -> None:
    """SK-D8"""
    with pytest.raises(Invalid) as refused:
        fill(Workbook(id=PID), sheet(**more))
    assert refused.value.code == code


def test_another_version_may_have_another_scale_while_cards_of_the_old_one_still_come(tmp_path: Path) -> None:
    """SK-D8: a scale belongs to the template, here distress from 0 to 10."""
    raw = yaml.safe_load(TEXT)
    other = {**raw["templates"]["1.0"], "scales": {**raw["templates"]["1.0"]["scales"], "suds": {"from": 0, "to": 10}}}
    other["fields"] = {**other["fields"], "DISTRESS": {"name": "Distress", "group": "day", "scale": "suds"}}
    file = tmp_path / "mine.yaml"
    file.write_text(yaml.safe_dump({"current": "2.0", "templates": {**raw["templates"], "2.0": other}}))
    program = PROGRAM._replace(templates=templates_in(file))
    new = sheet(template="2.0", ratings={"DISTRESS": 10})

    assert kinds(Workbook(id=PID).fill_card(program, new, ZONE, NOW)) == ["DiaryCardDetailed"]
    assert kinds(Workbook(id=PID).fill_card(program, sheet(), ZONE, NOW)) == ["DiaryCardDetailed"]


@pytest.mark.parametrize(
    ("filled_at", "late"),
    [
        (datetime(2026, 3, 4, 12, 0, tzinfo=ZONE), False),
        (datetime(2026, 3, 4, 12, 0, 1, tzinfo=ZONE), True),
        (datetime(2026, 3, 2, 20, 0, tzinfo=ZONE), False),
    ],
)
def test_a_card_is_late_36_hours_after_its_day_ended(filled_at: datetime, late: bool) -> None:
    """SK-D9"""
    assert is_late(date(2026, 3, 2), filled_at, ZONE, 36) is late
    assert detailed(sheet().model_copy(update={"filled_at": filled_at})).late is late


def test_the_night_the_clocks_change_does_not_make_a_card_late() -> None:
    """SK-D9: the day of 8 March 2026 has 23 hours; hours are real ones."""
    assert not is_late(date(2026, 3, 7), datetime(2026, 3, 9, 13, 0, tzinfo=ZONE), ZONE, 36)
    assert is_late(date(2026, 3, 7), datetime(2026, 3, 9, 13, 0, 1, tzinfo=ZONE), ZONE, 36)


@given(st.permutations(range(5)))
def test_whatever_order_cards_of_a_day_come_in_the_one_filled_in_last_stands(order: list[int]) -> None:
    """SK-D10, late and out of order."""
    book = filled(*(sheet(hour, ratings={"ANGER": hour}) for hour in order))

    assert book.diary.cards[DAY.isoformat()].sheet.ratings == {"ANGER": 4}


def test_a_card_from_before_the_one_that_stands_is_set_aside_once_and_still_raises_its_flags() -> None:
    """SK-D10, SK-R2: a telephone that was offline; self-harm told of is never lost."""
    record = after(blank(), blank().submit_card(card(suicide_urge=1), NOW, NOW))
    offline = card(suicide_urge=1, self_harm=True)
    facts = record.submit_card(offline, NOW + HOUR, NOW - HOUR)
    again = after(record, facts)

    assert kinds(facts) == ["DiaryCardSetAside", "RiskFlagRaised"]
    assert again.diary.kept[0].card == card(suicide_urge=1)
    assert again.submit_card(offline, NOW + 2 * HOUR, NOW - HOUR) == []


def test_cards_stored_before_it_was_known_when_they_were_filled_in_are_replaced_as_ever() -> None:
    """SK-D10, SK-D2"""
    record = after(blank(), blank().submit_card(card(suicide_urge=1), NOW))
    stored = record.model_dump(mode="json")
    for kept in stored["diary"]["kept"]:
        del kept["filled_at"], kept["aside"]
    old = type(record).model_validate(stored)

    assert kinds(old.submit_card(card(suicide_urge=2), NOW, NOW - HOUR)) == ["DiaryCardSubmitted"]


def test_a_card_is_reviewed_once_a_revision_and_what_is_changed_later_is_marked() -> None:
    """SK-D11"""
    book = filled(sheet())
    (reviewed,) = book.review_card(DAY, 1, STAFF, NOW)
    book = book.after(reviewed)

    assert book.review_card(DAY, 1, STAFF, NOW) == []
    assert not detailed(sheet()).after_review
    assert detailed(sheet(1, ratings={"ANGER": 1}), book).after_review
    for day, revision in ((DAY, 2), (DAY + timedelta(days=1), 1)):
        with pytest.raises(NotFound) as refused:
            book.review_card(day, revision, STAFF, NOW)
        assert refused.value.code == "card-unknown"


def test_an_alert_is_raised_once_a_day_whatever_comes_later() -> None:
    """SK-D12: corrected away and back, it was said; another day says it anew."""
    high, low = {"URGE_QUIT": 5}, {"URGE_QUIT": 0}
    steps = [sheet(0, ratings=high), sheet(1, ratings=low), sheet(2, ratings=high)]
    book, said = Workbook(id=PID), list[str]()
    for one in [*steps, sheet(3, DAY + timedelta(days=1), ratings=high)]:
        facts = fill(book, one)
        said += kinds(facts)
        for fact in facts:
            book = book.after(fact)

    assert said.count("DiaryAlertRaised") == 2
    assert book.diary.cards[DAY.isoformat()].alerts == {"urge-to-quit": 2}


def test_what_was_not_answered_raises_nothing_and_is_not_zero() -> None:
    """SK-D12: medication not answered is not medication not taken."""
    assert kinds(fill(Workbook(id=PID), sheet())) == ["DiaryCardDetailed"]
    assert kinds(fill(Workbook(id=PID), sheet(ratings={"MEDICATION_TAKEN": 0}))) == [
        "DiaryCardDetailed",
        "DiaryAlertRaised",
    ]


def test_a_suicidal_act_on_a_card_raises_a_high_flag_at_once_and_once() -> None:
    """SK-D13"""
    acted = card(suicidal_act=True)
    facts = blank().submit_card(acted, NOW, NOW)
    record = after(blank(), facts)

    assert [getattr(fact, "level", None) for fact in facts] == [None, None, "HIGH"]
    assert record.submit_card(acted, NOW, NOW) == []


def test_a_suicidal_act_on_a_card_is_a_target_behaviour_once_and_a_plain_no_takes_it_back() -> None:
    """SK-D15: no answer takes nothing back, nothing does its flag, an older card that comes last changes nothing."""
    yes, no, silent = card(suicidal_act=True), card(suicidal_act=False), card(suicidal_act=None)
    record = after(blank(), blank().submit_card(yes, NOW, NOW))
    record = after(record, record.submit_card(silent, NOW + HOUR, NOW + HOUR))
    held = record.risk.targets
    said = record.submit_card(no, NOW + 2 * HOUR, NOW + 2 * HOUR)
    record = after(record, said)

    assert [(one.kind, one.card_day, one.happened_at) for one in held] == [(TargetKind.SUICIDAL_ACT, DAY, NOW)]
    assert kinds(said) == ["DiaryCardSubmitted", "TargetBehaviourSetAside"]
    assert record.risk.targets == ()
    assert [flag.cleared_by for flag in record.risk.flags.values()] == [None]
    assert kinds(record.submit_card(yes, NOW + 3 * HOUR, NOW + HOUR)) == ["DiaryCardSetAside"]


def test_a_card_told_of_late_has_its_act_on_its_own_day_and_not_beside_what_staff_recorded() -> None:
    """SK-D15: at the latest when its day ended in the program's zone."""
    zone = ZoneInfo("America/New_York")
    yes = card(suicidal_act=True)
    late = after(blank(), blank().submit_card(yes, NOW + 72 * HOUR, NOW + 72 * HOUR, zone))
    told = after(blank(), blank().record_target(Target(kind=TargetKind.SUICIDAL_ACT, happened_at=NOW), NOW))

    assert [one.happened_at.astimezone(zone).date() for one in late.risk.targets] == [DAY]
    assert kinds(told.submit_card(yes, NOW, NOW, zone)) == ["DiaryCardSubmitted", "RiskFlagRaised"]


def test_answers_about_substances_travel_marked_as_such() -> None:
    """SK-D8: 42 CFR Part 2; they stand in no other field."""
    fact = detailed(sheet(ratings={"ANGER": 2, "SUBSTANCES": 1, "URGE_SUBSTANCE": 4}))

    assert {one.field for one in fact.substance_use} == {"SUBSTANCES", "URGE_SUBSTANCE"}
    assert {one.field for one in fact.ratings} == {"ANGER"}
    assert privacy_of(DiaryCardDetailed, "substance_use") is Privacy.SUBSTANCE_USE


def test_the_skills_of_a_card_are_practice_and_a_correction_takes_its_place() -> None:
    """SK-C15: the card of the day tells of each skill once."""
    book = filled(sheet(skills={"STOP": 3, "TIP": 5}), sheet(1, skills={"STOP": 5}))

    assert [(use.skill, use.code, use.context) for use in book.practice.uses] == [("STOP", 5, "DIARY")]


MISTAKES = {
    'current: "1.0"': ('current: "3.0"', "current: 3.0 is no template of this file"),
    "scale: times}": ("scale: often}", "often is no scale of this template"),
    "{field: LYING, at_least: 1, rank: 2}": ("{field: LIES, at_least: 1, rank: 2}", "LIES is no field"),
    "at_most: 0, rank: 3}": ("rank: 3}", "says neither at_least nor at_most"),
    "at_least: 4, rank: 2}": ("at_least: 4, rank: 7}", "input should be less than or equal to 4, not 7"),
    "intensity: {from: 0, to: 5}": ("intensity: {from: 9, to: 5}", "is not above 9"),
}


@pytest.mark.parametrize("before", MISTAKES)
def test_a_mistake_in_the_diary_file_is_one_readable_line(tmp_path: Path, before: str) -> None:
    """SK-D8"""
    assert before in TEXT
    file = tmp_path / "mine.yaml"
    file.write_text(TEXT.replace(before, MISTAKES[before][0], 1))
    with pytest.raises(Unfit) as unfit:
        templates_in(file)
    assert any(MISTAKES[before][1] in line for line in unfit.value.lines)
    done = CliRunner().invoke(cli_curriculum.diary, ["check", str(file)])
    assert (done.exit_code, done.stdout) == (2, "")


def test_the_programs_own_card_is_fit_for_use() -> None:
    """SK-D8: six emotions, and nothing that flags and the policy go by."""
    done = CliRunner().invoke(cli_curriculum.diary, ["check", str(FILE)])
    asked = PROGRAM.templates.version("1.0").fields_

    assert (done.exit_code, "current 1.0" in done.stdout) == (0, True)
    assert [code for code, one in asked.items() if one.group == "emotions"] == [
        "ANGER",
        "FEAR",
        "JOY",
        "MISERY",
        "SADNESS",
        "SHAME",
    ]
    assert {"SUICIDE_URGE", "SELF_HARM", "SELF_HARM_URGE"}.isdisjoint(asked)


def test_low_belonging_is_looked_at() -> None:
    """SK-D12: 0 to 10, once a week; 3 and less is spoken about."""
    said = [kinds(fill(Workbook(id=PID), sheet(ratings={"BELONGING": rated}))) for rated in (3, 4)]

    assert said == [["DiaryCardDetailed", "DiaryAlertRaised"], ["DiaryCardDetailed"]]
