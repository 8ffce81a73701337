"""Skills worked through part by part."""

from collections.abc import Sequence

import pytest

from common.change import Invalid, NotFound
from common.contracts.message import Contract
from rules.skills.records import NOW, PID, STAFF, SYLLABUS, kinds
from skills.domain.rehearsal import Rated, Rehearsal
from skills.domain.workbook import Workbook

BOUNDARY = Rehearsal(skills=("DEAR_MAN", "GIVE", "FAST"), parts=("ASSERT", "FAIR", "GENTLE"), at=NOW)
BLANK = Workbook(id=PID)


def told(*said: Sequence[Contract]) -> Workbook:
    """A workbook once all of it was said."""
    book = BLANK
    for facts in said:
        for fact in facts:
            book = book.after(fact)
    return book


def rate(book: Workbook, rated: Rated) -> list[Contract]:
    """What saying how it went says."""
    return book.rate_rehearsal("r-1", rated, STAFF, NOW)


def test_a_boundary_is_three_skills_worked_through_together() -> None:
    """SK-C18: DEAR MAN, GIVE and FAST; once by its id."""
    facts = BLANK.rehearse(SYLLABUS, "r-1", BOUNDARY)

    assert kinds(facts) == ["SkillsRehearsed"]
    assert told(facts).rehearsals.known == {"r-1": BOUNDARY}
    assert told(facts).rehearse(SYLLABUS, "r-1", BOUNDARY) == []


def test_stop_is_four_steps() -> None:
    """SK-C8: letters stand in the file as codes, and no text of a handout."""
    assert SYLLABUS.skills["STOP"].parts == ("STOP", "TAKE_A_STEP_BACK", "OBSERVE", "PROCEED_MINDFULLY")
    assert len(SYLLABUS.skills["DEAR_MAN"].parts) == 7


@pytest.mark.parametrize(
    ("skill", "steps"),
    [
        ("OPPOSITE_ACTION", ("EMOTION", "URGE", "OPPOSITE_PLAN", "RESULT")),
        ("PROBLEM_SOLVING", ("PROBLEM", "FACTS", "GOAL", "IDEAS", "CHOICE", "STEPS", "RESULT")),
    ],
)
def test_opposite_action_and_problem_solving_are_kept_step_by_step(skill: str, steps: tuple[str, ...]) -> None:
    """SK-C18, A44, A16: all steps, or as far as somebody got."""
    assert SYLLABUS.skills[skill].parts == steps
    for done in (steps, steps[:2]):
        worked = Rehearsal(skills=(skill,), parts=done, at=NOW)
        assert told(BLANK.rehearse(SYLLABUS, "r-1", worked)).rehearsals.known["r-1"].parts == done


@pytest.mark.parametrize(
    ("more", "code"), [({"skills": ("HALT",)}, "skill-unknown"), ({"skills": ("GIVE",)}, "part-unknown")]
)
def test_only_skills_and_parts_there_are_are_worked_through(more: dict[str, object], code: str) -> None:
    """SK-C18"""
    with pytest.raises(Invalid) as refused:
        BLANK.rehearse(SYLLABUS, "r-1", BOUNDARY.model_copy(update=more))
    assert refused.value.code == code


def test_how_it_went_is_said_once_and_corrected_by_other_content() -> None:
    """SK-C18, repeated and corrected: what nobody said is not 0."""
    done = told(BLANK.rehearse(SYLLABUS, "r-1", BOUNDARY))
    rated = told(BLANK.rehearse(SYLLABUS, "r-1", BOUNDARY), rate(done, Rated(objective=3)))

    assert rate(done, Rated()) == rate(rated, Rated(objective=3)) == []
    assert kinds(rate(rated, Rated(objective=5))) == ["RehearsalRated"]
    assert rated.rehearsals.known["r-1"].rated == Rated(objective=3)
    with pytest.raises(Invalid) as too_high:
        rate(done, Rated(relationship=6))
    with pytest.raises(NotFound) as unknown:
        rate(BLANK, Rated())
    assert [too_high.value.code, unknown.value.code] == ["rating-out-of-range", "rehearsal-unknown"]
