"""Practice, mastery and homework: categories, counted by days, never averaged."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import skills
from common.change import Invalid, NotFound
from common.contracts.curriculum import HomeworkOutcome, PracticeContext
from common.contracts.message import Contract
from rules.skills.records import DAY, NOW, PID, STAFF, SYLLABUS, kinds
from skills.domain.practice import KEEP_DAYS, Mastery, Use, mastery
from skills.domain.workbook import Workbook

LATER = NOW + timedelta(days=1)


def book(*facts: Contract) -> Workbook:
    """A workbook once facts are true."""
    found = Workbook(id=PID)
    for fact in facts:
        found = found.after(fact)
    return found


def use(day: int = 0, code: int = 5, skill: str = "STOP", context: PracticeContext = PracticeContext.HOME) -> Use:
    """One skill on the day so many days ago."""
    return Use(skill=skill, day=DAY - timedelta(days=day), code=code, context=context)


def practised(*uses: Use) -> Workbook:
    """A workbook that tells of these."""
    found = Workbook(id=PID)
    for one in uses:
        for fact in found.practise(SYLLABUS, [one], NOW):
            found = found.after(fact)
    return found


def of_stop(*uses: Use) -> Mastery:
    """What follows for STOP today."""
    (found,) = mastery(practised(*uses).practice.uses, DAY)
    return found


def test_the_same_practice_again_says_nothing_and_another_code_replaces() -> None:
    """SK-C15, repeated and corrected"""
    once = practised(use(code=3))

    assert once.practise(SYLLABUS, [use(code=3), use(code=3)], LATER) == []
    assert kinds(once.practise(SYLLABUS, [use(code=5)], LATER)) == ["SkillPractised"]
    assert [one.code for one in practised(use(code=3), use(code=5)).practice.uses] == [5]


@given(st.permutations([use(day, code) for day in range(5) for code in (3,)]))
def test_practice_may_be_told_in_any_order(uses: list[Use]) -> None:
    """SK-C15, late and out of order: the day counts."""
    assert practised(*uses).practice == practised(*sorted(uses, key=lambda one: one.day)).practice


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (use(skill="HALT"), "skill-unknown"),
        (use(code=8), "skill-code-out-of-range"),
        (use(code=-1), "skill-code-out-of-range"),
    ],
)
def test_what_is_no_skill_or_no_code_is_refused(one: Use, code: str) -> None:
    """SK-C15: one that is wrong, and none is taken."""
    with pytest.raises(Invalid) as refused:
        Workbook(id=PID).practise(SYLLABUS, [use(), one], NOW)
    assert refused.value.code == code


def test_practice_of_the_newest_days_is_kept() -> None:
    """SK-C15"""
    kept = practised(use(KEEP_DAYS), use(KEEP_DAYS - 1), use(0)).practice.uses

    assert [one.day for one in kept] == [DAY - timedelta(days=KEEP_DAYS - 1), DAY]


@pytest.mark.parametrize(
    ("code", "used", "helped", "automatic"),
    [
        (0, 0, 0, 0),
        (1, 0, 0, 0),
        (2, 0, 0, 0),
        (3, 0, 0, 0),
        (4, 1, 0, 0),
        (5, 1, 1, 0),
        (6, 1, 0, 1),
        (7, 1, 1, 1),
    ],
)
def test_a_code_is_a_category(code: int, used: int, helped: int, automatic: int) -> None:
    """SK-C16: 6 came by itself and did not help; it is not more than 5."""
    found = of_stop(use(code=code))

    assert (found.days_used, found.days_helped, found.days_automatic) == (used, helped, automatic)
    assert found.days_effort_only == (1 if code == 3 else 0)
    assert found.days_by_code == {code: 1}


@pytest.mark.parametrize(
    ("uses", "mastered"),
    [
        ([use(day, 5) for day in range(5)], True),
        ([use(day, 5) for day in range(4)], False),
        ([use(0, 7), use(13, 7)], True),
        ([use(0, 7), use(14, 7)], False),
        ([use(day, 6) for day in range(14)], False),
        ([use(0, 5, context=context) for context in PracticeContext], False),
    ],
    ids=["helped on 5 days", "on 4", "automatic on 2", "one too long ago", "automatic without help", "one day often"],
)
def test_mastery_is_five_days_that_helped_or_two_automatic_ones_of_fourteen(uses: list[Use], mastered: bool) -> None:
    """SK-C16: days are counted, not uses, and never codes added up."""
    assert of_stop(*uses).mastered is mastered


def test_practice_yet_to_come_or_long_ago_is_no_mastery() -> None:
    """SK-C16: only the last 14 days count."""
    assert mastery([use(-1), use(14)], DAY) == []


def test_no_code_is_ever_averaged() -> None:
    """SK-D3, SK-C16: the word does not stand in the domain but to say so."""
    sources = Path(skills.__file__).parent.glob("domain/*.py")
    averaging = re.compile(r"\b(statistics|fmean|mean\(|average\()|sum\([^)]*code")
    assert [str(path) for path in sources if averaging.search(path.read_text())] == []


def give(found: Workbook, due_on: date = DAY) -> list[Contract]:
    """What agreeing on homework says."""
    return found.give_homework(SYLLABUS, "STOP", due_on, STAFF, NOW)


def review(found: Workbook, outcome: HomeworkOutcome, code: int | None = None) -> list[Contract]:
    """What going through it says."""
    return found.review_homework(f"STOP.{DAY}", outcome, code, STAFF, LATER)


def test_homework_is_agreed_once_and_reviewed_as_often_as_it_changes() -> None:
    """SK-C17, repeated and corrected"""
    given_ = book(*give(book()))
    reviewed = given_.after(review(given_, HomeworkOutcome.PARTLY, 4)[0])

    assert give(given_) == []
    assert kinds(give(given_, DAY + timedelta(days=7))) == ["HomeworkGiven"]
    assert review(reviewed, HomeworkOutcome.PARTLY, 4) == []
    assert kinds(review(reviewed, HomeworkOutcome.DONE, 5)) == ["HomeworkReviewed"]
    assert reviewed.homework.agreed[f"STOP.{DAY}"].outcome is HomeworkOutcome.PARTLY


def test_homework_that_is_due_far_away_takes_no_other_with_it() -> None:
    """SK-C17: a slip in a year, late homework: what is open stays open; what is long past is forgotten in time."""
    found = book(*give(book()), *give(book(), DAY.replace(year=DAY.year + 36)))
    assert kinds(review(found, HomeworkOutcome.DONE)) == ["HomeworkReviewed"]
    found = book(*give(book()), *give(book(), DAY - timedelta(days=400)))
    assert set(found.homework.agreed) == {f"STOP.{DAY}", f"STOP.{DAY - timedelta(days=400)}"}
    assert give(found, DAY - timedelta(days=400)) == []

    (later,) = found.give_homework(SYLLABUS, "STOP", DAY + timedelta(days=400), STAFF, NOW + timedelta(days=400))
    assert set(found.after(later).homework.agreed) == {f"STOP.{DAY + timedelta(days=400)}"}


def test_homework_that_makes_no_sense_is_refused() -> None:
    """SK-C17"""
    with pytest.raises(NotFound) as unknown:
        review(book(), HomeworkOutcome.DONE)
    with pytest.raises(Invalid) as no_code:
        review(book(*give(book())), HomeworkOutcome.DONE, 8)
    with pytest.raises(Invalid) as no_skill:
        book().give_homework(SYLLABUS, "HALT", DAY, STAFF, NOW)

    codes = [one.value.code for one in (unknown, no_code, no_skill)]
    assert codes == ["homework-unknown", "skill-code-out-of-range", "skill-unknown"]


def test_practice_with_others_is_kept() -> None:
    """SK-C16: mindfulness and opposite action are practised with others too."""
    assert of_stop(use().model_copy(update={"with_others": True}), use(1)).with_others
    assert not of_stop(use(), use(1)).with_others


def test_practice_together_in_a_group_is_practice_of_its_own() -> None:
    """SK-C15, A28: beside what the diary card of that day says, not instead of it."""
    both = practised(use(context=PracticeContext.GROUP), use(context=PracticeContext.DIARY))
    assert {one.context for one in both.practice.uses} == {PracticeContext.GROUP, PracticeContext.DIARY}


def test_two_codes_for_one_thing_told_at_once_are_the_last_one() -> None:
    """SK-C15, repeated: the same said again says nothing."""
    twice = [use(code=5), use(code=3)]
    found = book(*book().practise(SYLLABUS, twice, NOW))

    assert [one.code for one in found.practice.uses] == [3]
    assert found.practise(SYLLABUS, twice, NOW) == []
