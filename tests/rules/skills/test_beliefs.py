"""Beliefs that do not help, and what a participant wants to be able to say."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from common.change import Invalid, NotFound
from common.contracts.care import GoalOutcome
from common.contracts.message import Contract
from common.contracts.words import SupporterId
from rules.skills.records import NOW, PID, SYLLABUS, kinds
from skills.domain.beliefs import Conviction
from skills.domain.expression import Tried
from skills.domain.workbook import Workbook

BLANK = Workbook(id=PID)
LATER = NOW + timedelta(days=7)


def after(book: Workbook, *said: Iterable[Contract]) -> Workbook:
    """A workbook once all of it is true."""
    for facts in said:
        for fact in facts:
            book = book.after(fact)
    return book


NAMED = after(BLANK, BLANK.name_belief("b-1", 8, NOW))
WANTED = after(BLANK, BLANK.set_expression("x-1", SupporterId("u-1"), NOW))


def test_a_belief_is_named_once_with_how_much_it_is_believed() -> None:
    """SK-G5: what nobody rated is not 0."""
    assert kinds(BLANK.name_belief("b-1", 8, NOW)) == ["BeliefNamed", "BeliefRated"]
    assert kinds(BLANK.name_belief("b-1", None, NOW)) == ["BeliefNamed"]
    assert NAMED.name_belief("b-1", 3, LATER) == []


def test_another_way_to_see_it_leads_to_skills_of_the_library() -> None:
    """SK-G5: told twice it is one; a later one replaces."""
    found = after(NAMED, NAMED.find_alternative(SYLLABUS, "b-1", "alt-1", ("CHECK_THE_FACTS",), LATER))

    assert found.beliefs.known["b-1"].skills == ("CHECK_THE_FACTS",)
    assert found.find_alternative(SYLLABUS, "b-1", "alt-1", ("CHECK_THE_FACTS",), LATER) == []
    again = after(found, found.find_alternative(SYLLABUS, "b-1", "alt-2", ("OPPOSITE_ACTION",), LATER))
    assert again.beliefs.known["b-1"].skills == ("OPPOSITE_ACTION",)
    with pytest.raises(Invalid) as unknown_skill:
        NAMED.find_alternative(SYLLABUS, "b-1", "alt-1", ("HALT",), NOW)
    with pytest.raises(NotFound) as unknown:
        NAMED.find_alternative(SYLLABUS, "b-9", "alt-1", (), NOW)
    assert [unknown_skill.value.code, unknown.value.code] == ["skill-unknown", "belief-unknown"]


def test_how_much_it_is_believed_is_a_line_over_time_in_whatever_order_it_is_told() -> None:
    """SK-G5: late and repeated; one rating at one instant, a correction replaces it."""
    book = after(NAMED, NAMED.rate_belief("b-1", 2, LATER))
    book = after(book, book.rate_belief("b-1", 5, NOW + timedelta(days=3)))

    assert [one.conviction for one in book.beliefs.known["b-1"].rated] == [8, 5, 2]
    assert book.rate_belief("b-1", 2, LATER) == []
    corrected = after(book, book.rate_belief("b-1", 4, LATER))
    assert corrected.beliefs.known["b-1"].rated[-1] == Conviction(at=LATER, conviction=4)


@pytest.mark.parametrize("conviction", [-1, 11])
def test_a_belief_is_rated_from_0_to_10(conviction: int) -> None:
    """SK-G5"""
    with pytest.raises(Invalid) as named:
        BLANK.name_belief("b-1", conviction, NOW)
    with pytest.raises(Invalid) as rated:
        NAMED.rate_belief("b-1", conviction, NOW)
    assert [named.value.code, rated.value.code] == ["rating-out-of-range"] * 2


def test_what_one_wants_to_say_is_practised_with_the_person_one_chose() -> None:
    """SK-G4: the goal's person, unless another is named; once by its id, in whatever order it is told."""
    late = Tried(practice_id="t-2", at=LATER, openness=4)
    early = Tried(practice_id="t-1", at=NOW, supporter_id=SupporterId("u-2"))
    book = after(WANTED, WANTED.practise_expression("x-1", late))
    book = after(book, book.practise_expression("x-1", early))

    assert WANTED.set_expression("x-1", None, LATER) == []
    assert book.practise_expression("x-1", late) == []
    practised = book.expression.goals["x-1"].practised
    assert [(one.practice_id, one.supporter_id) for one in practised] == [("t-1", "u-2"), ("t-2", "u-1")]
    assert practised[0].openness is None


def test_a_goal_of_expression_is_reached_or_set_aside_and_may_be_corrected() -> None:
    """SK-G4: repeated it says nothing."""
    ended = after(WANTED, WANTED.end_expression("x-1", GoalOutcome.REACHED, LATER))

    assert ended.end_expression("x-1", GoalOutcome.REACHED, LATER) == []
    assert kinds(ended.end_expression("x-1", GoalOutcome.SET_ASIDE, LATER)) == ["ExpressionGoalEnded"]
    with pytest.raises(NotFound) as unknown:
        BLANK.end_expression("x-1", GoalOutcome.REACHED, NOW)
    with pytest.raises(Invalid) as too_open:
        WANTED.practise_expression("x-1", Tried(practice_id="t-1", at=NOW, openness=6))
    assert [unknown.value.code, too_open.value.code] == ["expression-goal-unknown", "rating-out-of-range"]
